"""The pooled regression as a kernel: blocks are followed side by side, and what all taught makes one regression."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from forecastle.core.panel import Floats
from forecastle.models.kernel import Batch, KernelState
from forecastle.models.smoothing.pooled.lessons import Lessons, Pace, learn
from forecastle.models.smoothing.pooled.regression import Regression
from forecastle.models.smoothing.pooled.sight import Sight
from forecastle.models.smoothing.season.adjustment import AdjustedState, restore_adjusted


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledKernel:
    """Linear regression over all series, on the seasonally adjusted series (the shortest season of the batch).

    rows: about how many past situations of the whole panel it learns from; more of them make no better forecasts.
    """

    rows: int = 25_000
    regression: Regression = field(default_factory=Regression.untaught)
    name: str = "pooled"

    def fit(self, batch: Batch) -> AdjustedState["PooledState"]:
        """Remove the season, and follow every series to its end."""
        seasons, adjusted = batch.adjusted
        observations = batch.values.shape[1] * (batch.series or len(batch.values))
        pace = Pace.of(observations, self.rows, batch.horizon)
        sight, lessons = learn(adjusted, pace)
        return AdjustedState(
            inner=PooledState(sight=sight, regression=self.regression, lessons=lessons), seasons=seasons
        )

    def pool(self, states: Sequence[KernelState]) -> Self:
        """The kernel with one regression made of what the blocks taught."""
        taught = [state.inner.lessons for state in states if isinstance(state, AdjustedState)]
        return self.with_shared(Regression.of(Lessons.joined(taught)).arrays()) if taught else self

    def shared(self) -> Mapping[str, np.ndarray]:
        """The regression."""
        return self.regression.arrays()

    def with_shared(self, arrays: Mapping[str, np.ndarray]) -> Self:
        """The kernel with the regression that `shared` described."""
        return replace(self, regression=Regression(**arrays))

    def restore(self, arrays: Mapping[str, np.ndarray]) -> AdjustedState["PooledState"]:
        """The state that `arrays` described."""
        return restore_adjusted(arrays, lambda inner: PooledState(sight=Sight.of(inner), regression=self.regression))


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledState:
    """Where the series stand. lessons: what they taught; gone as soon as the regression is made of it."""

    sight: Sight
    regression: Regression
    lessons: Lessons | None = None

    def mean(self, horizon: int) -> Floats:
        """The level, and what usually follows such a past."""
        sight = self.sight
        distance = self.regression.distance(sight.columns(), horizon)
        return np.asarray(sight.level[:, None] + sight.unit[:, None] * distance)

    def quantiles(self, horizon: int, levels: Sequence[float], *, paths: int, rng: np.random.Generator) -> Floats:  # noqa: ARG002 - in closed form
        """The quantiles of all series' errors, as wide as those of series with such traits."""
        errors = self.regression.errors(self.sight.traits(), horizon, levels)
        return np.asarray(self.mean(horizon)[:, :, None] + self.sight.unit[:, None, None] * errors)

    def update(self, values: Floats) -> Self:
        """Follow the series on; the regression stays."""
        sight = Sight.of(self.sight.arrays())
        for y in values.T:
            sight.follow(y)
        return replace(self, sight=sight)

    def describe(self) -> list[str]:
        """The same for every series."""
        return ["Pooled regression"] * len(self.sight.count)

    def arrays(self) -> Mapping[str, np.ndarray]:
        """Where the series stand."""
        return self.sight.arrays()
