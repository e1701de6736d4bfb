"""Looking at the rows and columns of a dataset."""

from dataclasses import dataclass

import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.exploration.preview import Look, Preview, Sample, preview
from forecastle.exploration.statistics import ColumnStatistics, column_statistics
from forecastle.services.datasets.shelf import Opened, Shelf

FIRST_ROWS = Look()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPage:
    """Some series by name. table: `series_id`, `rows`. total: how many there are that fit the search."""

    table: pl.DataFrame
    total: int


@dataclass(frozen=True, kw_only=True)
class Previews:
    """What somebody sees first. version: None takes the newest."""

    shelf: Shelf

    async def preview(self, name: str, look: Look = FIRST_ROWS, *, version: int | None = None) -> Preview:
        """Some rows: the first, the last, or drawn at random; sorted and paged as wanted.

        Raises:
            NotFoundError: there is no such dataset or version.
            InputError: the look is not possible (see `exploration.preview`).
        """

        def look_at(opened: Opened) -> Preview:
            series = opened.series if look.sample is Sample.STRATIFIED else None
            return preview(opened.rows, series, look)

        return await self.shelf.ask(name, version, look_at)

    async def statistics(self, name: str, *, version: int | None = None) -> tuple[ColumnStatistics, ...]:
        """The statistics of every column, in the order of the data.

        Raises:
            NotFoundError: there is no such dataset or version.
        """

        def count(opened: Opened) -> tuple[ColumnStatistics, ...]:
            there = opened.rows.collect_schema()
            return tuple(
                column_statistics(opened.rows, guess) for guess in opened.roles.guesses if guess.column in there
            )

        return await self.shelf.ask(name, version, count, remember="statistics")

    async def series(
        self, name: str, *, search: str = "", limit: int = 100, offset: int = 0, version: int | None = None
    ) -> SeriesPage:
        """The series whose name holds a text, whatever its case, sorted by name.

        Raises:
            NotFoundError: there is no such dataset or version.
        """

        def find(opened: Opened) -> SeriesPage:
            there = opened.series.table.select(SERIES_ID, "rows")
            found = there.filter(pl.col(SERIES_ID).str.to_lowercase().str.contains(search.lower(), literal=True))
            return SeriesPage(table=found.slice(offset, limit), total=len(found))

        return await self.shelf.ask(name, version, find)
