"""Forecasts of series that come with requests: by the sequence model that is served, else by smoothing."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from typing import TypeVar

import numpy as np

from forecastle.core.errors import InputError, StorageError
from forecastle.core.panel import Floats
from forecastle.core.quantiles import DEFAULT
from forecastle.models.kernel import Batch, Kernel
from forecastle.models.learned import LEVELS, at_levels, mean
from forecastle.services.forecasts.gathering import Gathering
from forecastle.services.models.serving import Served, Serving
from forecastle.services.requests import SeriesPrediction

T = TypeVar("T")

LONGEST = 2_000
"""Values that a network is given, the newest; what it looks at is far less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesForecast:
    """The forecast of one series. mean: a value a period. quantiles: by name, the same; empty unless asked for."""

    mean: Sequence[float]
    quantiles: dict[str, list[float]]
    model_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextValue:
    """What comes after a window."""

    value: float
    model_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Forecasts of several series to the longest horizon asked for, n × horizon (× quantiles)."""

    mean: Floats
    spread: Floats | None
    model_version: str


@dataclass(frozen=True, kw_only=True)
class Series:
    """Requests that wait are answered together, as one batch of one model."""

    kernel: Kernel
    serving: Serving
    horizon: int
    seed: int
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="series"))

    async def forecast(self, asked: SeriesPrediction) -> SeriesForecast:
        """Forecast one series. A season that is named is smoothing's: a network has learned its own.

        Raises:
            ArtifactError: the network that is to serve cannot be read.
        """
        return await self._forecasts.ask(asked)

    async def next_value(self, window: Sequence[float]) -> NextValue:
        """The value after a window of the sequence model.

        Raises:
            NoModelError: no sequence model is served.
            InputError: the window is not as long as the model's.
        """
        return await self._next_values.ask(window)

    async def next_values(self, windows: Sequence[Sequence[float]]) -> Sequence[NextValue]:
        """The same for several windows, all by one model.

        Raises:
            NoModelError: no sequence model is served.
            InputError: a window is not as long as the model's.
        """
        answers = await self._windows(windows)
        for place, answer in enumerate(answers, start=1):
            if isinstance(answer, InputError):
                message = f"Window {place} of {len(windows)}: {answer.message}"
                raise InputError(message, hint=answer.hint, window=place, **answer.fields)
        return [answer for answer in answers if isinstance(answer, NextValue)]

    def close(self) -> None:
        """Let go of the thread."""
        self.thread.shutdown(wait=False, cancel_futures=True)

    @cached_property
    def _forecasts(self) -> Gathering[SeriesPrediction, SeriesForecast]:
        return Gathering(together=self._together, alike=lambda asked: asked.season)

    @cached_property
    def _next_values(self) -> Gathering[Sequence[float], NextValue]:
        return Gathering(together=self._windows, alike=lambda _window: None)

    async def _together(self, batch: Sequence[SeriesPrediction]) -> Sequence[SeriesForecast | Exception]:
        served = None if batch[0].season else await self._served()
        horizon = max(asked.horizon or self.horizon for asked in batch)

        def forecast() -> list[SeriesForecast | Exception]:
            values = _aligned([asked.data for asked in batch], LONGEST if served else None)
            said = by_network(served, values, horizon) if served else self._smoothed(batch, values, horizon)
            floor = _floor(values)
            return [self._answer(asked, said, row, floor[row]) for row, asked in enumerate(batch)]

        return await self._in_thread(forecast)

    async def _served(self) -> Served | None:
        """The sequence model; None, too, while a database that was never there does not say."""
        try:
            return await self.serving.leading()
        except StorageError:
            return None

    async def _windows(self, batch: Sequence[Sequence[float]]) -> Sequence[NextValue | InputError]:
        served = await self.serving.required()
        fitting = [window for window in batch if len(window) == served.window]

        def forecast() -> list[float]:
            if not fitting:
                return []
            values = _aligned(fitting, None)
            said = by_network(served, values, 1).mean[:, 0]
            return [float(value) for value in np.maximum(said, _floor(values))]

        values = iter(await self._in_thread(forecast))
        return [
            NextValue(value=next(values), model_version=served.version.label)
            if len(window) == served.window
            else _misfit(len(window), served)
            for window in batch
        ]

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.thread, work)

    def _smoothed(self, batch: Sequence[SeriesPrediction], values: Floats, horizon: int) -> Said:
        """One kernel call for all."""
        season = batch[0].season
        state = self.kernel.fit(Batch(values=values, seasons=(season,) if season else ()))
        spread = None
        if any(asked.quantiles for asked in batch):
            spread = state.quantiles(horizon, DEFAULT.levels, paths=1000, rng=np.random.default_rng(self.seed))
        return Said(
            mean=state.mean(horizon), spread=spread, model_version=f"{self.kernel.name}@{version('forecastle')}"
        )

    def _answer(self, asked: SeriesPrediction, said: Said, row: int, floor: float) -> SeriesForecast:
        """Sales that never were negative are not forecast negative."""
        horizon = asked.horizon or self.horizon
        quantiles = {}
        if asked.quantiles and said.spread is not None:
            kept = np.maximum(said.spread[row, :horizon], floor)
            quantiles = {name: kept[:, place].tolist() for place, name in enumerate(DEFAULT.columns)}
        return SeriesForecast(
            mean=np.maximum(said.mean[row, :horizon], floor).tolist(),
            quantiles=quantiles,
            model_version=said.model_version,
        )


def by_network(served: Served, values: Floats, horizon: int) -> Said:
    """One run of the graph for all; periods without dates, plans or attributes."""
    said = served.network.of_values(values, horizon)
    floor = _floor(values)[:, None]
    return Said(
        mean=mean(said, floor),
        spread=said if DEFAULT.levels == LEVELS else at_levels(said, DEFAULT.levels),
        model_version=served.version.label,
    )


def _aligned(series: Sequence[Sequence[float]], longest: int | None) -> Floats:
    """Histories right-aligned, NaN before the first value; of longer ones the newest."""
    width = max(len(one) for one in series)
    width = width if longest is None else min(width, longest)
    values = np.full((len(series), width), np.nan)
    for row, one in enumerate(series):
        known = one[-width:]
        values[row, width - len(known) :] = known
    return values


def _floor(values: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.where((values < 0).any(axis=1), -np.inf, 0.0)


def _misfit(length: int, served: Served) -> InputError:
    return InputError(
        f"The series has {length} values; {served.version.label} takes exactly {served.window}.",
        hint=f"Send the last {served.window} values, the oldest first; POST /predict takes series of any length.",
        length=length,
        window_size=served.window,
    )
