"""The Theta method for a whole block of series at once, averaged over candidates instead of optimised to one.

Assimakopoulos & Nikolopoulos (2000) split a series into a long-term line and a short-term curve; Hyndman & Billah
(2003) showed that the forecast is simple exponential smoothing with a drift; Fiorucci et al. (2016) gave it a state
space form and let the data choose θ. Here each smoothing constant gets its best θ in closed form (`search`),
forecasts are averaged by likelihood, and a trend is believed as far as a line that sees only the past has shown it.
The season is removed first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.models.kernel import Batch
from forecastle.models.smoothing.season.adjustment import AdjustedState, restore_adjusted
from forecastle.models.smoothing.spread import normal_quantiles, standard_deviation
from forecastle.models.smoothing.theta.error_growth import error_growth, growth_correction
from forecastle.models.smoothing.theta.search import (
    SMOOTHING,
    Candidates,
    History,
    Reals,
    pull,
    regression,
    search,
    take_in,
)

PARAMETERS = 3
"""α, ω and ℓ₀."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThetaKernel:
    """Theta on the seasonally adjusted series (the shortest season of the batch)."""

    name: str = "theta"

    def fit(self, batch: Batch) -> AdjustedState["ThetaState"]:
        """Remove the season, then fit."""
        seasons, adjusted = batch.adjusted
        return AdjustedState(inner=fit_theta(adjusted), seasons=seasons)

    def restore(self, arrays: Mapping[str, np.ndarray]) -> AdjustedState["ThetaState"]:
        """The state that `arrays` described."""
        return restore_adjusted(arrays, lambda inner: ThetaState(**inner))


@dataclass(frozen=True, slots=True, kw_only=True)
class ThetaState:
    """Candidates with their states after the last period, in units of (y − origin) / scale.

    level, weight (ω), share: n × 2 × K, for the static and dynamic line and each α; shares add up to 1.
    smoothing: n × K, the α. line: n × 5, count and the sums of t, t², y and t·y that make the regression line.
    elapsed: n, periods since the first. deviation: n, of the error one step ahead. growth: n × lags, how much faster or
    slower than in theory errors grow with the horizon, see `error_growth`.
    """

    level: Floats
    weight: Floats
    share: Floats
    smoothing: Floats
    line: Floats
    elapsed: Integers
    origin: Floats
    scale: Floats
    deviation: Floats
    growth: Floats

    def mean(self, horizon: int) -> Floats:
        """A straight line: the averaged level, and the averaged share of the regression's slope."""
        first = (self.share * self._predictions()).sum(axis=(1, 2))
        slope = (self.share * self.weight).sum(axis=(1, 2)) * regression(self.line.T)[1]
        steps = first[:, None] + slope[:, None] * np.arange(horizon)
        return np.asarray(self.origin[:, None] + self.scale[:, None] * steps)

    def quantiles(self, horizon: int, levels: Sequence[float], *, paths: int, rng: np.random.Generator) -> Floats:  # noqa: ARG002 - in closed form
        """Normal errors that grow as they did in the history (`error_growth`)."""
        alpha = (self.share * self.smoothing[:, None]).sum(axis=(1, 2))
        deviation = (self.scale * self.deviation)[:, None] * error_growth(self.growth, alpha, horizon)
        return normal_quantiles(self.mean(horizon), deviation, levels)

    def update(self, values: Floats) -> Self:
        """Carry the recursion on; the line is drawn anew through all that was observed, the parameters stay."""
        state = self
        for y in values.T:
            state = state._after((y - self.origin) / self.scale)
        return state

    def describe(self) -> list[str]:
        """The averaged θ and α."""
        weight = (self.share * self.weight).sum(axis=(1, 2))
        alpha = (self.share * self.smoothing[:, None]).sum(axis=(1, 2))
        theta = [f"{1 / (1 - w):.2f}" if w < 0.99 else "∞" for w in weight]
        return [f"Theta(θ={t}, α={a:.2f})" for t, a in zip(theta, alpha, strict=True)]

    def arrays(self) -> Mapping[str, np.ndarray]:
        """The fields."""
        return {name: getattr(self, name) for name in self.__slots__}

    def _predictions(self) -> Floats:
        """μ of the next period, n × 2 × K."""
        intercept, slope = (part[:, None, None] for part in regression(self.line.T))
        decay = (1 - self.smoothing) ** self.elapsed[:, None]
        return self.level + self.weight * pull(decay[:, None], self.smoothing[:, None], intercept, slope)

    def _after(self, y: Floats) -> Self:
        predicted, alpha = self._predictions(), self.smoothing[:, None]
        seen = np.isfinite(y)
        target = np.where(seen, y, 0.0)[:, None, None]
        level = self.level + alpha * (np.where(seen[:, None, None], target, predicted) - self.level)
        line = self.line.T.copy()
        take_in(line, self.elapsed + 1.0, target[:, 0, 0], seen.astype(np.float64))
        return replace(self, level=level, line=line.T, elapsed=self.elapsed + 1)


def fit_theta(values: Floats) -> ThetaState:
    """Fit series without a season, n × T."""
    start = np.isfinite(values).argmax(axis=1)
    order = np.argsort(start, kind="stable")
    origin = values[np.arange(len(values)), start]
    scale = np.nanmean(np.abs(values - origin[:, None]), axis=1)
    scale = np.where(scale > 0, scale, np.where(origin != 0, np.abs(origin), 1.0))
    y = np.ascontiguousarray(((values - origin[:, None]) / scale[:, None])[order].T, dtype=np.float32)
    seen = np.isfinite(y)
    history = History(y=np.where(seen, y, np.float32(0)), seen=seen.astype(np.float32), start=start[order])
    candidates = search(history)
    share = _shares(candidates)
    alpha = (share * np.array(SMOOTHING, np.float32)[:, None]).sum(axis=(0, 1))
    trend = (share * candidates.weight).sum(axis=(0, 1))
    squares = (share * candidates.error).sum(axis=(0, 1)) * candidates.counted
    back = np.argsort(order)
    return ThetaState(
        level=_rows(candidates.level)[back],
        weight=_rows(candidates.weight)[back],
        share=_rows(share)[back],
        smoothing=np.tile(SMOOTHING, (len(values), 1)),
        line=_rows(candidates.sums)[back],
        elapsed=values.shape[1] - start,
        origin=origin,
        scale=scale,
        deviation=standard_deviation(
            _rows(squares)[back],
            _rows(candidates.counted)[back],
            np.nanmean(np.abs(values), axis=1) / scale,
            parameters=PARAMETERS,
        ),
        growth=growth_correction(history, alpha, trend)[back],
    )


def _rows(array: Reals) -> Floats:
    """In double precision, with the series first."""
    return np.moveaxis(array, -1, 0).astype(np.float64, order="C")


def _shares(candidates: Candidates) -> Reals:
    """How far each candidate is believed, 2 × K × n: half for each line, and by likelihood among the α."""
    likelihood = -candidates.counted / 2 * np.log(candidates.error)
    share = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    return np.asarray(share / (2 * share.sum(axis=1, keepdims=True)))
