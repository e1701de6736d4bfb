"""One column of one series of a dataset, or of all together: chosen above, shown below, kept in the address."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from forecastle.core.errors import ForecastleError
from forecastle.server.web.pages.subject import Subject
from forecastle.server.web.parts.address import Address
from forecastle.server.web.parts.basic import block, card, note
from forecastle.server.web.parts.dialogs import hint_of
from forecastle.server.web.parts.pane import Pane
from forecastle.server.web.parts.series_choice import series_choice
from forecastle.services.datasets.charts import Subject as Drawn

Draw = Callable[[str, Drawn], Awaitable[None]]

NAMES = ("series", "column")
"""What is chosen, in the address."""


async def looking(subject: Subject, view: str, draw: Draw) -> None:
    """Choose a series and a column; `draw` shows them."""
    made = _Looking(subject, view, draw)
    await made.build()


async def part(heading: str, draw: Draw, name: str, drawn: Drawn) -> None:
    """One answer in a card; where there is none, why not."""
    with card(heading):
        try:
            await draw(name, drawn)
        except ForecastleError as error:
            note(error.message, hint=hint_of(error))


class _Looking:
    series: ui.select
    column: ui.select

    def __init__(self, subject: Subject, view: str, draw: Draw) -> None:
        self._subject, self._view, self._draw = subject, view, draw
        self._columns = subject.columns("target", "price", "promotion", "known", "past")

    async def build(self) -> None:
        with card() as place, block("fields") as fields:
            pass
        self._address = Address(NAMES, place, lambda said: self._subject.address(self._view, **said), self._follow)
        said, version = self._address.said, self._subject.version.number
        with fields:
            self.series = await series_choice(self._subject.name, version, said.get("series"))
            self.column = ui.select(self._columns, label="Column", value=self._asked_column())
        self._pane = Pane()
        for field in (self.series, self.column):
            field.on_value_change(self._choose)
        await self._show()

    def _asked_column(self) -> str:
        asked = self._address.said.get("column")
        return asked if asked in self._columns else self._columns[0]

    async def _choose(self) -> None:
        usual = self.column.value == self._columns[0]
        if self._address.say(series=self.series.value, column=None if usual else self.column.value):
            self._subject.asked.clear()
            self._subject.asked.update(self._address.said)
            await self._show()

    async def _follow(self) -> None:
        """Show what the browser went back to."""
        series, column = self._address.said.get("series"), self._asked_column()
        if series not in self.series.options:
            self.series.set_options({**dict(self.series.options), series: series})
        self.series.value, self.column.value = series, column
        await self._show()

    async def _show(self) -> None:
        drawn = Drawn(column=self.column.value, series_id=self.series.value, version=self._subject.version.number)
        await self._pane.show(lambda: self._draw(self._subject.name, drawn))
