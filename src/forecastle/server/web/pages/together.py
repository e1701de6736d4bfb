"""All series of an execution together, or those of one category."""

from typing import Any

from nicegui import ui

from forecastle.core.columns import MEAN, SERIES_ID
from forecastle.reporting.wording import count, number
from forecastle.server.web.pages.choice import Choice
from forecastle.server.web.parts import charts
from forecastle.server.web.parts.basic import block, card, text
from forecastle.server.web.parts.pane import Pane
from forecastle.server.web.parts.status import outlook
from forecastle.server.web.visitor import visitor
from forecastle.services.forecasts.together import Together

EVERYTHING = "All series"
MOST = 2_000
"""Values of a column that can be chosen from."""

NO_RANGE = "Ranges of parts do not add up, and no past window tells how far off their sum is: it has no range."


async def together(choice: Choice) -> None:
    """The sum over everything, or over one value of a key column."""
    keys = await visitor().house.results.keys(choice.execution.id)
    columns = [name for name in keys.columns if name != SERIES_ID]
    with card():
        with block("fields"):
            column = ui.select([EVERYTHING, *columns], label="Summed over", value=EVERYTHING)
            value = ui.select([], label="Which", with_input=True)
        value.bind_visibility_from(column, "value", lambda name: name != EVERYTHING)
        pane = Pane()

    async def build() -> None:
        chosen = None if column.value == EVERYTHING else column.value
        summed = await visitor().house.results.together(
            choice.execution.id, choice.target, column=chosen, value=value.value if chosen else None
        )
        name = value.value if chosen else EVERYTHING
        coming = number(float(summed.forecasts[MEAN].sum()))
        text(f"{name}: {coming} over the next {outlook(choice.execution)}", "h2", "wrap")
        options = charts.history_and_forecast(summed.history, summed.forecasts, choice.execution.freq)
        charts.chart(options, about=f"History and forecast of {name}, {summed.series} series together")
        ended = f" {summed.ended:,} that ended earlier are left out." if summed.ended else ""
        text(f"Sum of {count(summed.series, 'series')}.{ended} {_range_of(summed)}", classes="small muted")

    async def pick(event: Any) -> None:  # noqa: ANN401 - NiceGUI's events carry anything
        if event.value == EVERYTHING:
            await pane.show(build)
            return
        values = keys[event.value].cast(str).unique().sort().to_list()[:MOST]
        value.set_options(values, value=values[0])

    column.on_value_change(pick)
    value.on_value_change(lambda: pane.show(build))
    await pane.show(build)


def _range_of(summed: Together) -> str:
    """Where the range of a sum comes from."""
    if summed.only is not None:
        return "The range is its own."
    if summed.reconciled:
        return "The total was forecast by itself, too, and made to agree with the series; so was its range."
    if not summed.windows:
        return NO_RANGE
    tested = count(summed.windows, "past window")
    return f"The range is as wide as this sum was off on {tested}: ranges of single series do not add up."
