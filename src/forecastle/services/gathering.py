"""Forecasting series that come with requests: those that wait are fitted together, as one panel."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version

import numpy as np

from forecastle.core.panel import Floats
from forecastle.core.quantiles import DEFAULT
from forecastle.models.kernel import Batch, Kernel
from forecastle.services.requests import SeriesPrediction

MOST = 500
"""Series fitted at once: more would make the first of them wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesForecast:
    """The forecast of one series. mean: a value a period. quantiles: by name, the same; empty unless asked for."""

    mean: Sequence[float]
    quantiles: dict[str, list[float]]
    model_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    asked: SeriesPrediction
    horizon: int
    answer: asyncio.Future[SeriesForecast]


@dataclass(eq=False, kw_only=True)
class Gathering:
    """While one panel is fitted in a thread, the series that arrive wait and become the next panel."""

    kernel: Kernel
    horizon: int
    seed: int
    waiting: list[_Waiting] = field(default_factory=list)
    fitting: asyncio.Task[None] | None = None
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="gathering"))

    @property
    def model_version(self) -> str:
        """The smoothing model that answers, and the version of the code it is part of."""
        return f"{self.kernel.name}@{version('forecastle')}"

    async def forecast(self, asked: SeriesPrediction) -> SeriesForecast:
        """Forecast one series, together with whichever others are waiting."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(asked=asked, horizon=asked.horizon or self.horizon, answer=loop.create_future())
        self.waiting.append(waiting)
        if self.fitting is None or self.fitting.done():
            self.fitting = asyncio.create_task(self._fit_all())
        return await waiting.answer

    def close(self) -> None:
        """Let go of the thread."""
        self.thread.shutdown(wait=False, cancel_futures=True)

    async def _fit_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self.waiting:
            season = self.waiting[0].asked.season
            panel = [one for one in self.waiting if one.asked.season == season][:MOST]
            self.waiting = [one for one in self.waiting if one not in panel]
            try:
                answers = await loop.run_in_executor(self.thread, self._fit, panel)
            except Exception as error:  # noqa: BLE001 - whoever waits is told, and others go on
                answers = [error] * len(panel)
            for one, answer in zip(panel, answers, strict=True):
                if one.answer.done():  # its request was given up
                    continue
                if isinstance(answer, BaseException):
                    one.answer.set_exception(answer)
                else:
                    one.answer.set_result(answer)

    def _fit(self, panel: Sequence[_Waiting]) -> Sequence[SeriesForecast | Exception]:
        """One kernel call for all: histories right-aligned, to the longest horizon asked for."""
        width = max(len(one.asked.data) for one in panel)
        values = np.full((len(panel), width), np.nan)
        for row, one in enumerate(panel):
            values[row, width - len(one.asked.data) :] = one.asked.data
        season = panel[0].asked.season
        state = self.kernel.fit(Batch(values=values, seasons=(season,) if season else ()))
        horizon = max(one.horizon for one in panel)
        mean = state.mean(horizon)
        spread = None
        if any(one.asked.quantiles for one in panel):
            spread = state.quantiles(horizon, DEFAULT.levels, paths=1000, rng=np.random.default_rng(self.seed))
        with np.errstate(invalid="ignore"):
            floor = np.where((values < 0).any(axis=1), -np.inf, 0.0)
        return [
            self._answer(one, mean[row], None if spread is None else spread[row], floor[row])
            for row, one in enumerate(panel)
        ]

    def _answer(self, one: _Waiting, mean: Floats, spread: Floats | None, floor: float) -> SeriesForecast:
        """Sales that never were negative are not forecast negative."""
        quantiles = {}
        if one.asked.quantiles and spread is not None:
            kept = np.maximum(spread[: one.horizon], floor)
            quantiles = {name: kept[:, place].tolist() for place, name in enumerate(DEFAULT.columns)}
        return SeriesForecast(
            mean=np.maximum(mean[: one.horizon], floor).tolist(), quantiles=quantiles, model_version=self.model_version
        )
