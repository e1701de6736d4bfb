"""A form to ask a tabular model about one row, and beside it the answer and why it is that."""

import asyncio
from pathlib import Path
from typing import Any

from nicegui import ui

from forecastle.exploration.preview import Look
from forecastle.reporting.export import export
from forecastle.reporting.wording import count, number, percent
from forecastle.server.web import icons
from forecastle.server.web.parts import charts
from forecastle.server.web.parts.basic import block, button, card, figure, note, text
from forecastle.server.web.parts.dialogs import tell
from forecastle.server.web.parts.pane import Pane
from forecastle.server.web.parts.upload import named, upload_field
from forecastle.server.web.visitor import visitor
from forecastle.services.tabular.prediction import RowAnswer, RowQuestion
from forecastle.tabular.spec import Feature, Kind, Spec

STRONGEST = 10
"""Features shown with what they add."""

SHEET = 100_000
"""Rows that a spreadsheet is good for."""

LONGEST = 24
"""Characters shown of a value in a chart."""


class Trying:
    """One row as it is filled in."""

    def __init__(self, name: str, dataset: str) -> None:
        self._name = name
        self._dataset = dataset
        self._inputs: dict[str, Any] = {}

    async def build(self) -> None:
        """The form with a real row in it, and what is answered to that."""
        house = visitor().house
        spec = (await house.tabular.serving.leading(self._name)).model.spec
        first = (await house.previews.preview(self._dataset, Look(rows=1))).rows
        known = first.row(0, named=True) if len(first) else {}
        with block("columns even"):
            with card("Try it"):
                text(_needed(spec), classes="muted small")
                with block("fields"):
                    for feature in spec.asked:
                        self._inputs[feature.name] = _input(feature, known.get(feature.name))
                act = button("Answer", icon=icons.ARROW, kind="main")
            pane = Pane()
        act.on_click(lambda: pane.show(self._answer))
        await pane.show(self._answer)

    async def _answer(self) -> None:
        row = {name: made.value for name, made in self._inputs.items() if made.value not in (None, "")}
        answer = await visitor().house.tabular.prediction.answer(RowQuestion(row=row, name=self._name, explain=True))
        served = answer.served
        share = percent(served.model.coverage, 0)
        between = (
            f"Between {number(answer.lower)} and {number(answer.upper)}: such ranges hold {share} of what turns out."
        )
        figure(served.version.target, number(answer.prediction), between)
        if answer.row.missing:
            names = ", ".join(answer.row.missing)
            note(f"Not given: {names}.", hint="Expected from the rest; the range is as wide as they matter.")
        if answer.outside:
            names = ", ".join(feature.name for feature in answer.outside)
            note(f"Beyond what was learned from: {names}.", hint="It is less sure than its range says.", tone="warn")
        _why(answer)


def many_rows(name: str) -> None:
    """A file of rows, and the same file with their answers back."""

    async def take(file: Path, filename: str) -> None:
        said = await visitor().house.tabular.prediction.answer_file(file, name)
        answers = file.with_name("answers.xlsx" if said.rows.height <= SHEET else "answers.csv")
        await asyncio.to_thread(export, said.rows, answers)
        ui.download.content(answers.read_bytes(), f"{named(filename)}-answers{answers.suffix}")
        refused = f" {count(said.failed, 'row')} could not be: the column error tells why." if said.failed else ""
        tell(f"{count(said.rows.height - said.failed, 'row')} of {filename} were answered.{refused}")

    with card("Answer many rows"):
        text("The same rows come back as a file, each with its answer and range.", classes="muted small")
        upload_field(take)


def _needed(spec: Spec) -> str:
    """What must be filled in."""
    required = ", ".join(one.name for one in spec.asked if one.required and not one.nullable)
    return f"{f'Only {required}' if required else 'Nothing'} must be given; the more is, the narrower the range."


def _input(feature: Feature, value: Any) -> Any:  # noqa: ANN401 - any of NiceGUI's inputs
    """An input that begins with the value of a real row, and may be emptied where it may be missing."""
    made: Any
    if feature.kind is Kind.CATEGORY:
        options = list(feature.categories)
        said = str(value) if str(value) in options else options[0]
        made = ui.select(options, label=feature.name, value=said, with_input=True)
    elif feature.kind is Kind.BOOLEAN:
        made = ui.select({True: "yes", False: "no"}, label=feature.name, value=bool(value))
    else:
        known = value if isinstance(value, int | float) else feature.minimum
        made = ui.number(feature.name, value=known, precision=0 if feature.kind is Kind.INTEGER else None)
        made.props["hint"] = f"{_plain(feature.minimum)} to {_plain(feature.maximum)}"
    if feature.nullable or not feature.required:
        made.props("clearable")
        made.props["clear-icon"] = icons.CLOSE
    return made


def _plain(value: float | None) -> str:
    """An end of what was seen: years without a comma, places with as many digits as tell them apart."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.6g}"


def _why(answer: RowAnswer) -> None:
    strongest = list(answer.contributions.items())[:STRONGEST]
    names = [_with_value(name, answer.values[name]) for name, _ in strongest]
    values = [value for _, value in strongest]
    with card("Why"):
        options = charts.bars(names, values, lead=[value > 0 for value in values], share=False)
        options["xAxis"]["axisLabel"]["hideOverlap"] = True
        charts.chart(options, about="What each feature adds to the answer")
        text(f"What each adds to {number(answer.base)}, where every answer begins.", classes="muted small")


def _with_value(name: str, value: float | str | bool | None) -> str:  # noqa: FBT001 - one of many types
    if value is None:
        return f"{name}, not given"
    said = _plain(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
    return f"{name} = {said[:LONGEST]}"
