"""What a series is made of, and what tests say about it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.data.frequency import FrequencyGuess
from forecastle.data.prepare import examine
from forecastle.data.snapshot import write_rows
from forecastle.exploration.analysis.anomalies import Anomalies, anomalies
from forecastle.exploration.analysis.change_points import ChangePoints, change_points
from forecastle.exploration.analysis.decomposition import Decomposition, Method, decomposition
from forecastle.exploration.analysis.holidays import HolidayEffects, holiday_effects
from forecastle.exploration.analysis.panel import fitting_seasons, scan_components, write_components
from forecastle.exploration.analysis.seasonality import SeasonalityTests, seasonality_tests
from forecastle.exploration.analysis.stationarity import Stationarity, stationarity
from forecastle.features.seasonality import with_found_seasons
from forecastle.services.datasets.charts import POINTS, Subject, line
from forecastle.services.datasets.shelf import Opened, Shelf
from forecastle.settings import CleanSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelQuestion:
    """Of which column all series are taken apart, and which rows of that are wanted.

    column: None takes the first target. freq: None takes that of the data. seasons: None takes the usual ones. series:
    only these; empty takes all. search: part of the name, whatever its case. limit: None takes all rows.
    """

    column: str | None = None
    freq: str | None = None
    seasons: tuple[int, ...] | None = None
    series: tuple[str, ...] = ()
    search: str = ""
    limit: int | None = 1000
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelComponents:
    """Rows as `analysis.panel.write_components` has them. total: how many there are of these series."""

    table: pl.DataFrame
    total: int
    seasons: tuple[int, ...]
    freq: str


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """One method a question; the subject says which series (see `services.charts`).

    Raises (all of them):
        NotFoundError: there is no such dataset, version or series.
        InputError: the series is too short, or the question makes no sense for it.
        ModelError: a library that it needs is not installed (extra `analysis`).
    """

    shelf: Shelf
    settings: CleanSettings

    async def frequency(self, name: str, *, version: int | None = None) -> FrequencyGuess:
        """How far apart the periods of a dataset are, how sure that is, and why."""
        return await self.shelf.ask(name, version, lambda opened: opened.frequency)

    async def decomposition(
        self,
        name: str,
        subject: Subject,
        *,
        method: Method = Method.STL,
        seasons: Sequence[int] | None = None,
        points: int = POINTS,
    ) -> Decomposition:
        """Trend, seasons and remainder. seasons: None takes the usual ones."""
        wanted = tuple(seasons) if seasons else None
        return await self.shelf.ask(
            name,
            subject.version,
            lambda opened: decomposition(line(opened, subject), method=method, seasons=wanted, points=points),
            remember=("decomposition", subject, method, wanted, points),
        )

    async def components(
        self, name: str, asked: PanelQuestion, *, version: int | None = None, file: Path | None = None
    ) -> PanelComponents:
        """Trend, seasons and remainder of every series at once; worked out once for a version, and kept beside it.

        file: where the rows are written as Parquet instead of being answered.
        """
        what = (asked.column, asked.freq, asked.seasons)

        def made(opened: Opened) -> tuple[tuple[int, ...], str]:
            return _write(opened, asked, self.settings)

        def rows(opened: Opened) -> tuple[pl.DataFrame, int]:
            if not _folder(opened, asked).exists():
                _write(opened, asked, self.settings)
            return _rows(_folder(opened, asked), asked, file)

        seasons, freq = await self.shelf.ask(name, version, made, remember=("components", what))
        table, total = await self.shelf.ask(name, version, rows)
        return PanelComponents(table=table, total=total, seasons=seasons, freq=freq)

    async def stationarity(self, name: str, subject: Subject) -> Stationarity:
        """Whether a series keeps its level, and the differences it takes."""
        return await self.shelf.ask(name, subject.version, lambda opened: stationarity(line(opened, subject)))

    async def seasonality(self, name: str, subject: Subject, *, season: int | None = None) -> SeasonalityTests:
        """Which seasons a series has."""
        return await self.shelf.ask(
            name, subject.version, lambda opened: seasonality_tests(line(opened, subject), season)
        )

    async def change_points(self, name: str, subject: Subject, *, penalty: float = 3.0) -> ChangePoints:
        """Where its level changes for good."""
        return await self.shelf.ask(
            name, subject.version, lambda opened: change_points(line(opened, subject), penalty=penalty)
        )

    async def anomalies(
        self, name: str, subject: Subject, *, threshold: float = 4.0, method: Method = Method.ENGINE
    ) -> Anomalies:
        """Periods that trend and seasons do not explain."""
        return await self.shelf.ask(
            name,
            subject.version,
            lambda opened: anomalies(line(opened, subject), threshold=threshold, method=method),
        )

    async def holidays(self, name: str, subject: Subject, *, country: str, around: int = 1) -> HolidayEffects:
        """What public holidays do to it."""
        return await self.shelf.ask(
            name, subject.version, lambda opened: holiday_effects(line(opened, subject), country, around=around)
        )


def _folder(opened: Opened, asked: PanelQuestion) -> Path:
    """Where the components of all series are kept."""
    told = json.dumps([asked.column, asked.freq, asked.seasons])
    return opened.folder / f"components-{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def _write(opened: Opened, asked: PanelQuestion, settings: CleanSettings) -> tuple[tuple[int, ...], str]:
    """Take all series apart; answers with seasons and frequency."""
    prepared = examine(opened.dataset(), opened.column(asked.column), freq=asked.freq, settings=settings)
    panel, _ = with_found_seasons(prepared.panel)
    seasons = fitting_seasons(panel, asked.seasons)
    write_components(panel, seasons, _folder(opened, asked))
    return seasons, str(panel.freq)


def _rows(folder: Path, asked: PanelQuestion, file: Path | None) -> tuple[pl.DataFrame, int]:
    rows = scan_components(folder)
    if asked.series:
        rows = rows.filter(pl.col(SERIES_ID).is_in(asked.series))
    if asked.search:
        rows = rows.filter(pl.col(SERIES_ID).str.to_lowercase().str.contains(asked.search.lower(), literal=True))
    total = int(rows.select(pl.len()).collect().item())
    page = rows.slice(asked.offset, asked.limit)
    if file is None:
        return page.collect(), total
    write_rows(page, file)
    return rows.head(0).collect(), total
