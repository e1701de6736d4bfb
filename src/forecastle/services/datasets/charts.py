"""What charts of a dataset draw, as data.

series_id: None for all series together. version: None takes the newest. freq: None takes that of the data.
"""

import asyncio
from dataclasses import dataclass

from forecastle.core.errors import InputError
from forecastle.exploration.charts.calendar import CalendarChart, SeasonalChart, calendar_chart, seasonal_chart
from forecastle.exploration.charts.correlation import AutocorrelationChart, autocorrelation_chart
from forecastle.exploration.charts.distribution import DistributionChart, distribution_chart
from forecastle.exploration.charts.lines import ComparisonChart, SeriesChart, comparison_chart, series_chart
from forecastle.exploration.line import Line
from forecastle.services.datasets.shelf import Opened, Shelf

POINTS = 1_000
"""Points of a line when nobody says: about as many as a screen is wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is drawn. column: None takes the first target."""

    column: str | None = None
    series_id: str | None = None
    freq: str | None = None
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class Charts:
    """One method a chart.

    Raises (all of them):
        NotFoundError: there is no such dataset, version or series.
        InputError: the column holds no numbers, or the chart cannot be drawn of them.
    """

    shelf: Shelf

    async def series(self, name: str, subject: Subject, *, points: int = POINTS) -> SeriesChart:
        """A series over time."""
        return await self.shelf.ask(name, subject.version, lambda opened: series_chart(line(opened, subject), points))

    async def distribution(self, name: str, subject: Subject, *, bins: int | None = None) -> DistributionChart:
        """How the values of a column are distributed, over all rows or those of one series, as they were read."""

        def draw(opened: Opened) -> DistributionChart:
            column = opened.column(subject.column)
            if subject.series_id is None:
                return distribution_chart(opened.rows.select(column).collect().to_series(), bins)
            return distribution_chart(opened.series.rows_of(opened.rows, subject.series_id)[column], bins)

        return await self.shelf.ask(name, subject.version, draw)

    async def autocorrelation(self, name: str, subject: Subject, *, lags: int | None = None) -> AutocorrelationChart:
        """Autocorrelations and partial ones."""
        return await self.shelf.ask(
            name, subject.version, lambda opened: autocorrelation_chart(line(opened, subject), lags)
        )

    async def seasonal(self, name: str, subject: Subject, *, season: int | None = None) -> SeasonalChart:
        """Season upon season, and the places of a season side by side."""
        return await self.shelf.ask(name, subject.version, lambda opened: seasonal_chart(line(opened, subject), season))

    async def calendar(self, name: str, subject: Subject) -> CalendarChart:
        """A map of the calendar."""
        return await self.shelf.ask(name, subject.version, lambda opened: calendar_chart(line(opened, subject)))

    async def comparison(self, name: str, subject: Subject, *, before: int, points: int = POINTS) -> ComparisonChart:
        """A series in version `before` and in that of the subject."""
        then = await self.shelf.ask(name, before, lambda opened: line(opened, subject))
        now = await self.shelf.ask(name, subject.version, lambda opened: line(opened, subject))
        if then.freq != now.freq:
            raise InputError(
                f"The versions have different frequencies, {then.freq} and {now.freq}.",
                hint="Name the longer one as freq.",
            )
        return await asyncio.to_thread(comparison_chart, then, now, points)


def line(opened: Opened, subject: Subject) -> Line:
    """The line that a chart is drawn of."""
    return opened.line(opened.column(subject.column), series_id=subject.series_id, freq=subject.freq)
