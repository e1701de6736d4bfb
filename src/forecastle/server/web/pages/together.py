"""All series of an execution together, or those of one category."""

import polars as pl
from nicegui import ui

from forecastle.core.columns import MEAN, SERIES_ID
from forecastle.reporting.wording import count, number
from forecastle.server.web.pages.choice import Choice
from forecastle.server.web.parts import charts
from forecastle.server.web.parts.address import Address
from forecastle.server.web.parts.basic import block, card, text
from forecastle.server.web.parts.pane import Pane
from forecastle.server.web.parts.status import outlook
from forecastle.server.web.visitor import visitor
from forecastle.services.forecasts.together import Together

EVERYTHING = "All series"
NAMES = ("by", "of")
"""Which column is summed over, and which of its values, in the address."""

MOST = 2_000
"""Values of a column that can be chosen from."""

NO_RANGE = "Ranges of parts do not add up, and no past window tells how far off their sum is: it has no range."


async def together(choice: Choice) -> None:
    """The sum over everything, or over one value of a key column."""
    keys = await visitor().house.results.keys(choice.execution.id)
    await _Together(choice, keys).build()


class _Together:
    """What is summed is in the address."""

    column: ui.select
    value: ui.select

    def __init__(self, choice: Choice, keys: pl.DataFrame) -> None:
        self._choice, self._keys = choice, keys
        self._columns = [name for name in keys.columns if name != SERIES_ID]

    async def build(self) -> None:
        """Two fields, and the sum below."""
        with card() as place:
            fields = block("fields")
            self._pane = Pane()
        self._address = Address(NAMES, place, lambda said: self._choice.address(**said), self._follow)
        with fields:
            self.column = ui.select([EVERYTHING, *self._columns], label="Summed over", value=EVERYTHING)
            self.value = ui.select([], label="Which", with_input=True)
        self.value.bind_visibility_from(self.column, "value", lambda name: name != EVERYTHING)
        self._aim()
        self.column.on_value_change(self._pick)
        self.value.on_value_change(self._say)
        await self._show()

    def _aim(self) -> None:
        """Set the fields to what the address says."""
        by, of = self._address.said.get("by"), self._address.said.get("of")
        known = self._values(by) if by in self._columns else []
        self.column.value = by if known else EVERYTHING
        self.value.set_options(known, value=of if of in known else next(iter(known), None))

    def _values(self, column: str | None) -> list[str]:
        return self._keys[column].cast(pl.String).drop_nulls().unique().sort().to_list()[:MOST] if column else []

    async def _pick(self) -> None:
        known = [] if self.column.value == EVERYTHING else self._values(self.column.value)
        self.value.set_options(known, value=next(iter(known), None))
        await self._say()

    async def _say(self) -> None:
        whole = self.column.value == EVERYTHING
        if not whole and self.value.value is None:
            return
        if self._address.say(**({} if whole else {"by": self.column.value, "of": self.value.value})):
            await self._show()

    async def _follow(self) -> None:
        self._aim()
        await self._show()

    async def _show(self) -> None:
        await self._pane.show(self._sum)

    async def _sum(self) -> None:
        choice, column = self._choice, None if self.column.value == EVERYTHING else self.column.value
        summed = await visitor().house.results.together(
            choice.execution.id, choice.target, column=column, value=self.value.value if column else None
        )
        name = self.value.value if column else EVERYTHING
        coming = number(float(summed.forecasts[MEAN].sum()))
        text(f"{name}: {coming} over the next {outlook(choice.execution)}", "h2", "wrap")
        options = charts.history_and_forecast(summed.history, summed.forecasts, choice.execution.freq)
        charts.chart(options, about=f"History and forecast of {name}, {summed.series} series together")
        ended = f" {summed.ended:,} that ended earlier are left out." if summed.ended else ""
        text(f"Sum of {count(summed.series, 'series')}.{ended} {_range_of(summed)}", classes="small muted")


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
