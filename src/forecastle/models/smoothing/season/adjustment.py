"""A state behind one or several seasons: forecasts of the adjusted series, with the seasons put back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Self, TypeVar

import numpy as np

from forecastle.core.panel import Floats
from forecastle.models.kernel import KernelState
from forecastle.models.smoothing.season.decomposition import Seasonality

State = TypeVar("State", bound=KernelState)

INNER = "inner."
SEASON = "season."


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedState(Generic[State]):
    """What was learned of the adjusted series, and the seasons that were removed from it, shortest first."""

    inner: State
    seasons: tuple[Seasonality, ...]

    def mean(self, horizon: int) -> Floats:
        """The adjusted forecast with its seasons."""
        return self._with_seasons(self.inner.mean(horizon))

    def quantiles(self, horizon: int, levels: Sequence[float], *, paths: int, rng: np.random.Generator) -> Floats:
        """The quantiles of the adjusted forecast with their seasons, and the uncertainty of these."""
        mean = self.inner.mean(horizon)
        quantiles = self.inner.quantiles(horizon, levels, paths=paths, rng=rng)
        for season in self.seasons:
            quantiles = season.widen(quantiles, mean)
        return self._with_seasons(quantiles)

    def update(self, values: Floats) -> Self:
        """Follow period by period: the adjusted series first, then each season by what it left unexplained."""
        inner, seasons = self.inner, self.seasons
        for y in values.T:
            adjusted = y[:, None]
            for season in seasons:
                adjusted = season.remove_next(adjusted)
            inner = inner.update(adjusted)
            level = inner.mean(1)[:, 0]
            seasons = tuple(season.after(adjusted[:, 0], level) for season in seasons)
        return replace(self, inner=inner, seasons=seasons)

    def describe(self) -> list[str]:
        """What was fitted, and on which seasons."""
        texts = self.inner.describe()
        for season in self.seasons:
            kinds = np.where(season.multiplicative, f", season ×{season.period}", f", season +{season.period}")
            texts = [
                text + kind if there else text for text, kind, there in zip(texts, kinds, season.present, strict=True)
            ]
        return texts

    def arrays(self) -> Mapping[str, np.ndarray]:
        """The inner arrays and those of each season, by prefixed names."""
        arrays = {f"{INNER}{name}": array for name, array in self.inner.arrays().items()}
        for season in self.seasons:
            arrays[f"{SEASON}{season.period}.indices"] = season.indices
            arrays[f"{SEASON}{season.period}.multiplicative"] = season.multiplicative
            arrays[f"{SEASON}{season.period}.widening"] = season.widening
            arrays[f"{SEASON}{season.period}.gain"] = season.gain
        return arrays

    def _with_seasons(self, forecasts: Floats) -> Floats:
        for season in reversed(self.seasons):
            forecasts = season.add(forecasts)
        return forecasts


def restore_adjusted(
    arrays: Mapping[str, np.ndarray], restore: Callable[[Mapping[str, np.ndarray]], State]
) -> AdjustedState[State]:
    """The state that `AdjustedState.arrays` described; `restore` does the same for the inner one."""
    inner = {name.removeprefix(INNER): array for name, array in arrays.items() if name.startswith(INNER)}
    periods = sorted(int(name.split(".")[1]) for name in arrays if name.startswith(SEASON) and name.endswith("indices"))
    seasons = tuple(
        Seasonality(
            indices=arrays[f"{SEASON}{period}.indices"],
            multiplicative=arrays[f"{SEASON}{period}.multiplicative"],
            widening=arrays[f"{SEASON}{period}.widening"],
            gain=arrays[f"{SEASON}{period}.gain"],
        )
        for period in periods
    )
    return AdjustedState(inner=restore(inner), seasons=seasons)
