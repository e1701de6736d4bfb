"""A form to ask a tabular model about one row, and why it answers as it does."""

from typing import Any

from nicegui import ui

from forecastle.exploration.preview import Look
from forecastle.reporting.wording import number
from forecastle.server.web import icons
from forecastle.server.web.parts import charts
from forecastle.server.web.parts.basic import block, button, card, note, text
from forecastle.server.web.parts.pane import Pane
from forecastle.server.web.visitor import visitor
from forecastle.services.tabular.prediction import RowAnswer, RowQuestion
from forecastle.tabular.spec import Feature, Kind

STRONGEST = 8
"""Features shown with what they add."""


class Trying:
    """One row as it is filled in."""

    def __init__(self, name: str, dataset: str) -> None:
        self._name = name
        self._dataset = dataset
        self._inputs: dict[str, Any] = {}

    async def build(self) -> None:
        """The form, and below it the answer."""
        house = visitor().house
        served = await house.tabular.serving.leading(self._name)
        first = (await house.previews.preview(self._dataset, Look(rows=1))).rows
        known = first.row(0, named=True) if len(first) else {}
        with card("Try it"):
            with block("fields"):
                for feature in served.model.spec.asked:
                    self._inputs[feature.name] = _input(feature, known.get(feature.name))
            act = button("Answer", icon=icons.ARROW, kind="main")
            pane = Pane()
            act.on_click(lambda: pane.show(self._answer))

    async def _answer(self) -> None:
        row = {name: made.value for name, made in self._inputs.items() if made.value not in (None, "")}
        answer = await visitor().house.tabular.prediction.answer(RowQuestion(row=row, name=self._name, explain=True))
        target = answer.served.version.target
        text(f"{target}: {number(answer.prediction)}", "h2")
        text(
            f"Between {number(answer.lower)} and {number(answer.upper)}, as far as rows held out can tell.",
            classes="muted",
        )
        if answer.outside:
            names = ", ".join(feature.name for feature in answer.outside)
            note(
                f"Beyond what was learned from: {names}.",
                hint="The answer is less sure than its range says.",
                tone="warn",
            )
        _why(answer)


def _input(feature: Feature, value: Any) -> Any:  # noqa: ANN401 - any of NiceGUI's inputs
    """An input that begins with the value of a real row."""
    if feature.kind is Kind.CATEGORY:
        options = list(feature.categories)
        said = str(value) if str(value) in options else options[0]
        return ui.select(options, label=feature.name, value=said, with_input=True)
    if feature.kind is Kind.BOOLEAN:
        return ui.select({True: "yes", False: "no"}, label=feature.name, value=bool(value))
    number_of = value if isinstance(value, int | float) else feature.minimum
    made = ui.number(feature.name, value=number_of, precision=0 if feature.kind is Kind.INTEGER else None)
    made.props["hint"] = f"{number(feature.minimum)} to {number(feature.maximum)}"
    return made


def _why(answer: RowAnswer) -> None:
    strongest = list(answer.contributions.items())[:STRONGEST]
    if not strongest:
        return
    names, values = [name for name, _ in strongest], [value for _, value in strongest]
    options = charts.bars(names, values, lead=[value > 0 for value in values], share=False)
    charts.chart(options, about="What each feature adds to the answer", low=True)
    text(f"What each adds to {number(answer.base)}, the answer to a usual row.", classes="muted small")
