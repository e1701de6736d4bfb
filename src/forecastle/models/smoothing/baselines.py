"""Forecasts anybody could make, with the textbook growth of their errors: what a model has to beat.

Means and standard deviations by horizon: Hyndman & Athanasopoulos (2021), "Forecasting: principles and practice",
3rd edition, sections 5.2 and 5.5. Errors in sample are those of the same method one step (or one season) ahead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.models.kernel import Batch
from forecastle.models.smoothing.spread import deviation_of, normal_quantiles


@dataclass(frozen=True, slots=True, kw_only=True)
class NaiveKernel:
    """The last value."""

    name: str = "naive"

    def fit(self, batch: Batch) -> "CycleState":
        """A season of one period."""
        return _fit_cycle(batch.values, 1)

    def restore(self, arrays: Mapping[str, np.ndarray]) -> "CycleState":
        """The state that `arrays` described."""
        return CycleState(**arrays)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonalNaiveKernel:
    """The value one season ago, for the shortest season of the batch; the last value where there is no season.

    A phase that was not observed in the last cycle takes the cycle before it; one that never was takes the last value.
    """

    name: str = "seasonal_naive"

    def fit(self, batch: Batch) -> "CycleState":
        """Keep the last cycle."""
        return _fit_cycle(batch.values, batch.seasons[0] if batch.seasons else 1)

    def restore(self, arrays: Mapping[str, np.ndarray]) -> "CycleState":
        """The state that `arrays` described."""
        return CycleState(**arrays)


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleState:
    """The last cycle, n × period: the first column is the forecast of the next period."""

    cycle: Floats
    deviation: Floats

    def mean(self, horizon: int) -> Floats:
        """The cycle again and again."""
        return self.cycle[:, np.arange(horizon) % self.cycle.shape[1]]

    def quantiles(self, horizon: int, levels: Sequence[float], *, paths: int, rng: np.random.Generator) -> Floats:  # noqa: ARG002 - in closed form
        """Independent errors a cycle: the variance grows by one error a cycle, σ√(k+1) after k whole cycles."""
        cycles = 1 + np.arange(horizon) // self.cycle.shape[1]
        return normal_quantiles(self.mean(horizon), self.deviation[:, None] * np.sqrt(cycles), levels)

    def update(self, values: Floats) -> Self:
        """The newest observations take their phases."""
        cycle = self.cycle
        for y in values.T:
            newest = np.where(np.isfinite(y), y, cycle[:, 0])
            cycle = np.concatenate([cycle[:, 1:], newest[:, None]], axis=1)
        return replace(self, cycle=cycle)

    def describe(self) -> list[str]:
        """The method and its season."""
        period = self.cycle.shape[1]
        return ["naive" if period == 1 else f"seasonal naive, season {period}"] * len(self.cycle)

    def arrays(self) -> Mapping[str, np.ndarray]:
        """The fields."""
        return {"cycle": self.cycle, "deviation": self.deviation}


def _fit_cycle(values: Floats, period: int) -> CycleState:
    n, width = values.shape
    filled = np.concatenate([np.full((n, -width % period + period), np.nan), values], axis=1)
    fresh = np.isfinite(filled)
    last = _last_observed(values)
    for begin in range(period, filled.shape[1], period):
        now, before = filled[:, begin : begin + period], filled[:, begin - period : begin]
        now[...] = np.where(np.isfinite(now), now, before)
    cycle = np.where(np.isfinite(filled[:, -period:]), filled[:, -period:], last[:, None])
    errors = np.where(fresh[:, period:], filled[:, period:] - filled[:, :-period], np.nan)
    changes = np.concatenate([np.full((n, errors.shape[1] - width + 1), np.nan), _changes(values)], axis=1)
    errors = np.where(np.isfinite(errors).sum(axis=1, keepdims=True) > 1, errors, changes)
    return CycleState(cycle=cycle, deviation=deviation_of(errors, values))


def _last_observed(values: Floats) -> Floats:
    seen = np.isfinite(values)
    last = values.shape[1] - 1 - seen[:, ::-1].argmax(axis=1)
    return np.asarray(values[np.arange(len(values)), last])


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftKernel:
    """The last value, moving on by the average change: the line from the first to the last observation."""

    name: str = "drift"

    def fit(self, batch: Batch) -> "DriftState":
        """Find both ends."""
        values = batch.values
        seen = np.isfinite(values)
        rows = np.arange(len(values))
        first = seen.argmax(axis=1)
        last = values.shape[1] - 1 - seen[:, ::-1].argmax(axis=1)
        changes = _changes(values)
        periods = last - first
        slope = np.divide(
            values[rows, last] - values[rows, first], periods, out=np.zeros(len(values)), where=periods > 0
        )
        errors = changes - slope[:, None]
        return DriftState(
            first=values[rows, first],
            last=values[rows, last],
            periods=periods,
            silent=values.shape[1] - 1 - last,
            deviation=deviation_of(errors, values, parameters=1),
        )

    def restore(self, arrays: Mapping[str, np.ndarray]) -> "DriftState":
        """The state that `arrays` described."""
        return DriftState(**arrays)


def _changes(values: Floats) -> Floats:
    """Change a period since the observation before, n × T − 1; NaN where not observed."""
    filled = values.copy()
    age = np.ones(len(values))
    changes = np.full((len(values), values.shape[1] - 1), np.nan)
    for t in range(1, values.shape[1]):
        seen = np.isfinite(values[:, t])
        changes[:, t - 1] = (filled[:, t] - filled[:, t - 1]) / age
        filled[:, t] = np.where(seen, filled[:, t], filled[:, t - 1])
        age = np.where(seen, 1.0, age + 1)
    return changes


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftState:
    """Both ends of the line, the periods between them, and how many periods ago the last observation was; each n."""

    first: Floats
    last: Floats
    periods: Integers
    silent: Integers
    deviation: Floats

    def mean(self, horizon: int) -> Floats:
        """The line through both ends; flat for a single observation."""
        slope = (self.last - self.first) / np.maximum(self.periods, 1)
        return np.asarray(self.last[:, None] + slope[:, None] * self._ahead(horizon))

    def quantiles(self, horizon: int, levels: Sequence[float], *, paths: int, rng: np.random.Generator) -> Floats:  # noqa: ARG002 - in closed form
        """σ√(h(1 + h/(T−1)))."""
        ahead = self._ahead(horizon)
        growth = np.sqrt(ahead * (1 + ahead / np.maximum(self.periods, 1)[:, None]))
        return normal_quantiles(self.mean(horizon), self.deviation[:, None] * growth, levels)

    def update(self, values: Floats) -> Self:
        """The newest observation becomes the line's end."""
        state = self
        for y in values.T:
            seen = np.isfinite(y)
            state = replace(
                state,
                last=np.where(seen, y, state.last),
                periods=np.where(seen, state.periods + state.silent + 1, state.periods),
                silent=np.where(seen, 0, state.silent + 1),
            )
        return state

    def describe(self) -> list[str]:
        """The method."""
        return ["drift"] * len(self.last)

    def arrays(self) -> Mapping[str, np.ndarray]:
        """The fields."""
        return {name: getattr(self, name) for name in self.__slots__}

    def _ahead(self, horizon: int) -> Floats:
        return np.asarray(np.arange(1.0, horizon + 1) + self.silent[:, None])
