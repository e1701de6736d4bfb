"""What a series is made of, and what tests say about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from forecastle.data.frequency import FrequencyGuess
from forecastle.exploration.analysis.anomalies import Anomalies, anomalies
from forecastle.exploration.analysis.change_points import ChangePoints, change_points
from forecastle.exploration.analysis.decomposition import Decomposition, Method, decomposition
from forecastle.exploration.analysis.holidays import HolidayEffects, holiday_effects
from forecastle.exploration.analysis.seasonality import SeasonalityTests, seasonality_tests
from forecastle.exploration.analysis.stationarity import Stationarity, stationarity
from forecastle.services.datasets.charts import POINTS, Subject, line
from forecastle.services.datasets.shelf import Shelf


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """One method a question; the subject says which series (see `services.charts`).

    Raises (all of them):
        NotFoundError: there is no such dataset, version or series.
        InputError: the series is too short, or the question makes no sense for it.
        ModelError: a library that it needs is not installed (extra `analysis`).
    """

    shelf: Shelf

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
