"""Averages of the past as forecasts: of the last observations, or of all of them.

Hyndman & Athanasopoulos (2021), "Forecasting: principles and practice", 3rd edition, sections 5.2 and 5.5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from forecastle.core.panel import Floats
from forecastle.models.kernel import Batch
from forecastle.models.smoothing.spread import deviation_of, normal_quantiles


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowMeanKernel:
    """The mean of the last `length` observations; of fewer where there are fewer."""

    length: int = 8
    name: str = "window_mean"

    def fit(self, batch: Batch) -> "WindowMeanState":
        """Keep the last observations, and how well the mean of those before predicted each."""
        n, width = batch.values.shape
        seen = np.isfinite(batch.values)
        in_turn = np.take_along_axis(batch.values, np.argsort(seen, axis=1, kind="stable"), axis=1)
        padded = np.concatenate([np.full((n, self.length), np.nan), in_turn], axis=1)
        known = np.isfinite(padded)
        filled = np.where(known, padded, 0.0)
        total, count = np.zeros((n, width)), np.zeros((n, width))
        for lag in range(self.length):
            total += filled[:, lag : lag + width]
            count += known[:, lag : lag + width]
        errors = np.where(count > 0, in_turn - total / np.maximum(count, 1), np.nan)
        return WindowMeanState(recent=padded[:, width:], deviation=deviation_of(errors, batch.values))

    def restore(self, arrays: Mapping[str, np.ndarray]) -> "WindowMeanState":
        """The state that `arrays` described."""
        return WindowMeanState(**arrays)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowMeanState:
    """The last observations, n × length, the newest last and NaN before the first."""

    recent: Floats
    deviation: Floats

    @property
    def average(self) -> Floats:
        """The forecast, n; NaN before the first observation."""
        seen = np.isfinite(self.recent)
        count = seen.sum(axis=1)
        return np.where(count > 0, np.where(seen, self.recent, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)

    def mean(self, horizon: int) -> Floats:
        """The average again and again."""
        return np.tile(self.average[:, None], (1, horizon))

    def quantiles(self, horizon: int, levels: Sequence[float], *, paths: int, rng: np.random.Generator) -> Floats:  # noqa: ARG002 - in closed form
        """The errors of predicting the next observation, at every horizon."""
        return normal_quantiles(self.mean(horizon), self.deviation[:, None], levels)

    def update(self, values: Floats) -> Self:
        """The newest observations push out the oldest; a period that was not observed changes nothing."""
        recent = self.recent
        for y in values.T:
            pushed = np.concatenate([recent[:, 1:], y[:, None]], axis=1)
            recent = np.where(np.isfinite(y)[:, None], pushed, recent)
        return replace(self, recent=recent)

    def describe(self) -> list[str]:
        """The method and its length."""
        return [f"mean of the last {self.recent.shape[1]}"] * len(self.recent)

    def arrays(self) -> Mapping[str, np.ndarray]:
        """The fields."""
        return {"recent": self.recent, "deviation": self.deviation}


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricMeanKernel:
    """The mean of all observations."""

    name: str = "historic_mean"

    def fit(self, batch: Batch) -> "HistoricMeanState":
        """Average what was observed."""
        values = batch.values
        average = np.nanmean(values, axis=1)
        errors = values - average[:, None]
        count = np.isfinite(values).sum(axis=1).astype(np.float64)
        return HistoricMeanState(
            average=average,
            count=count,
            deviation=deviation_of(errors, values, parameters=1),
        )

    def restore(self, arrays: Mapping[str, np.ndarray]) -> "HistoricMeanState":
        """The state that `arrays` described."""
        return HistoricMeanState(**arrays)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricMeanState:
    """The average and how many observations it is of; each n."""

    average: Floats
    count: Floats
    deviation: Floats

    def mean(self, horizon: int) -> Floats:
        """The average again and again."""
        return np.tile(self.average[:, None], (1, horizon))

    def quantiles(self, horizon: int, levels: Sequence[float], *, paths: int, rng: np.random.Generator) -> Floats:  # noqa: ARG002 - in closed form
        """σ√(1 + 1/T), at every horizon."""
        growth = np.sqrt(1 + 1 / self.count)
        return normal_quantiles(self.mean(horizon), (self.deviation * growth)[:, None], levels)

    def update(self, values: Floats) -> Self:
        """The mean goes on; the spread stays."""
        seen = np.isfinite(values)
        count = self.count + seen.sum(axis=1)
        total = self.average * self.count + np.where(seen, values, 0.0).sum(axis=1)
        return replace(self, average=total / count, count=count)

    def describe(self) -> list[str]:
        """The method."""
        return ["mean of the whole history"] * len(self.average)

    def arrays(self) -> Mapping[str, np.ndarray]:
        """The fields."""
        return {name: getattr(self, name) for name in self.__slots__}
