"""Ridge regression for the whole panel: a seasonal shape, and a level that is regressed on its own past.

Every series is fitted twice at once, as logarithms (shape and noise grow with the level) and as it is, and the two are
averaged by how well each would have predicted every single left-out period. The idea of one closed-form ridge on a
factorised series is FLAIR's (Honda 2026, arXiv:2605.07222). FLAIR regresses sums over whole seasons, which cannot see
where within the last season a trending level ended; here the level keeps the resolution of the data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from forecastle.core.panel import Floats
from forecastle.models.kernel import Batch
from forecastle.models.smoothing.ridge.errors import (
    error_pool,
    member_shares,
    scaled_error,
    summed_quantiles,
)
from forecastle.models.smoothing.ridge.level import VECTORS, Level, fit_level
from forecastle.models.smoothing.ridge.scale import Scale
from forecastle.models.smoothing.ridge.shape import CYCLES, seasonal_shape

MEMBERS = 2
"""Logarithms and values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RidgeKernel:
    """Seasonal shape and ridge regression on level, moving averages and seasonal lags."""

    name: str = "ridge"

    def fit(self, batch: Batch) -> "RidgeState":
        """Fit both members of every series at once.

        A gap is bridged by a straight line for the regression's columns, and never counts as an error.
        """
        values = batch.values
        count, length = values.shape
        observed = np.isfinite(values)
        seasons = tuple(season for season in batch.seasons if CYCLES * season <= length)
        scale = Scale.of(values)
        scaled = scale.forward(values)
        level, shapes = scaled, []
        for season in seasons:
            shapes.append(seasonal_shape(level, observed, season))
            level = level - shapes[-1][:, :, (np.arange(length) - length) % season]
        there = np.repeat(observed, MEMBERS, axis=0)
        recursion, left_out = fit_level(_bridged(level.reshape(-1, length), there), there, seasons)
        left_out = left_out.reshape(count, MEMBERS, length)
        fitted = scale.backward(scaled - left_out)
        misses = np.abs(values[:, None] - fitted)
        share = member_shares(misses)
        errors = error_pool(left_out)
        return RidgeState(
            scale=scale,
            level=recursion,
            shapes=tuple(shapes),
            errors=errors,
            share=share,
            lift=_lift(scale, values, fitted[:, 0], errors[:, 0]),
            whole=~scale.signed & np.all(~observed | (values == np.round(values)), axis=1),
            score=scaled_error(values, (misses * share[:, :, None]).sum(axis=1), seasons),
        )

    def restore(self, arrays: Mapping[str, np.ndarray]) -> "RidgeState":
        """The state that `arrays` described."""
        return RidgeState.of(arrays)


@dataclass(frozen=True, slots=True, kw_only=True)
class RidgeState:
    """Two fitted members of each series and how much each counts.

    level: rows of series and members in turn. shapes: one n × 2 × season, the first column is the next period.
    errors: n × 2 × pool, the left-out errors' own quantiles, on the scale. share: n × 2, adding up to 1.
    whole: n, whether the series counts things. score: n, the mean left-out error one step ahead relative to that of the
    better of the naive and the seasonal naive forecast in sample: below 1 the regression has found something; 1 where
    there is nothing to compare.
    """

    scale: Scale
    level: Level
    shapes: tuple[Floats, ...]
    errors: Floats
    share: Floats
    lift: Floats
    whole: np.ndarray
    score: Floats

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """The state that `arrays` described."""
        parts: dict[str, dict[str, np.ndarray]] = {"scale": {}, "level": {}, "shape": {}, "own": {}}
        for name, array in arrays.items():
            part, _, field = name.partition(".")
            parts[part][field] = array
        level = {
            field: array.reshape(array.shape[0] * array.shape[1], *(() if field in VECTORS else array.shape[2:]))
            for field, array in parts["level"].items()
        }
        shapes = tuple(parts["shape"][season] for season in sorted(parts["shape"], key=int))
        return cls(scale=Scale(**parts["scale"]), level=Level(**level), shapes=shapes, **parts["own"])

    def arrays(self) -> Mapping[str, np.ndarray]:
        """The fields of scale, level and shapes by prefixed names, and the state's own."""
        count = len(self.share)
        arrays = {f"scale.{name}": array for name, array in self.scale.arrays().items()}
        arrays |= {f"level.{name}": array.reshape(count, MEMBERS, -1) for name, array in self.level.arrays().items()}
        arrays |= {f"shape.{shape.shape[2]}": shape for shape in self.shapes}
        return arrays | {f"own.{name}": getattr(self, name) for name in ("errors", "share", "lift", "whole", "score")}

    def mean(self, horizon: int) -> Floats:
        """Expected values: the logarithms' member is averaged over its errors, not only turned back.

        A sum of independent errors, each drawn from the pool, has the product of their mean factors (the smearing of
        Duan 1983, over several steps), of which the history bears out the share `lift`.
        """
        point = self._point(horizon)
        response = self.level.response(horizon).reshape(-1, MEMBERS, horizon)[:, 0]
        smear = np.cumsum(_log_mean_factor(self.scale, self.errors[:, 0, None] * response[:, :, None]), axis=1)
        point[:, 0] += self.lift[:, None] * smear / self.scale.spread[:, :1]
        return self._blend(self.scale.backward(point))

    def quantiles(self, horizon: int, levels: Sequence[float], *, paths: int, rng: np.random.Generator) -> Floats:  # noqa: ARG002 - in closed form
        """Each member's point forecast with the quantiles of its summed errors, averaged over the members.

        A quantile of a sum on the scale is turned back as it is, since scales keep the order. A series that counts
        things has whole numbers as quantiles.
        """
        response = self.level.response(horizon).reshape(-1, MEMBERS, horizon)
        noise = summed_quantiles(self.errors, response, self.level.count.reshape(-1, MEMBERS), levels)
        result = self._blend(self.scale.backward(self._point(horizon)[:, :, :, None] + noise))
        return np.where(self.whole[:, None, None], np.round(result), result)

    def update(self, values: Floats) -> Self:
        """Carry the level on; a period that was not observed takes its forecast."""
        scale = self.scale.widened(values)
        scaled = scale.forward(values)
        level, shapes = self.level, self.shapes
        for period in range(values.shape[1]):
            now = (scaled[:, :, period] - sum(shape[:, :, 0] for shape in shapes)).ravel()
            level = level.after(np.where(np.isnan(now), level.next(), now)).recentred(~np.isnan(now))
            shapes = tuple(np.roll(shape, -1, axis=2) for shape in shapes)
        with np.errstate(invalid="ignore"):
            whole = self.whole & np.all(np.isnan(values) | ((values >= 0) & (values == np.round(values))), axis=1)
        return replace(self, scale=scale, level=level, shapes=shapes, whole=whole)

    def describe(self) -> list[str]:
        """Such as `Ridge(lags 24, 168; 70 % logarithms)`."""
        texts = []
        for lags, signed, share in zip(self.level.lags[::MEMBERS], self.scale.signed, self.share[:, 0], strict=True):
            seasons = ", ".join(str(lag) for lag in lags if lag)
            form = "values" if signed else f"{share:.0%} logarithms".replace("%", " %")
            texts.append(f"Ridge(lags {seasons}; {form})" if seasons else f"Ridge({form})")
        return texts

    def _point(self, horizon: int) -> Floats:
        """Both members' forecasts on their scales, n × 2 × horizon."""
        ahead = self.level.path(horizon).reshape(-1, MEMBERS, horizon)
        return ahead + sum(shape[:, :, np.arange(horizon) % shape.shape[2]] for shape in self.shapes)

    def _blend(self, members: Floats) -> Floats:
        """The members' average, n × 2 × … to n × …."""
        share = self.share.reshape(*self.share.shape, *(1,) * (members.ndim - 2))
        return np.asarray((members * share).sum(axis=1))


def _log_mean_factor(scale: Scale, errors: Floats) -> Floats:
    """By how much errors on the logarithms' scale (n × … × pool) raise the mean, as a logarithm (n × …)."""
    spread = scale.spread[:, 0].reshape(-1, *(1,) * (errors.ndim - 1))
    factors = np.clip(spread * errors, -50.0, 50.0).astype(np.float32)
    return np.asarray(np.log(np.exp(factors).mean(axis=-1)), dtype=np.float64)


def _lift(scale: Scale, values: Floats, fitted: Floats, errors: Floats) -> Floats:
    """The share of the logarithms' smearing that the history bears out, n, from 0 to 1.

    Where errors are smaller at high levels the smearing overshoots; the ratio of what was observed to what the
    left-out forecasts add up to tells by how much. 0 for a series without logarithms.
    """
    there = np.isfinite(fitted)
    offset = scale.offset[:, None]
    observed = np.where(there, values + offset, 0.0).sum(axis=1)
    forecast = np.where(there, fitted + offset, 0.0).sum(axis=1)
    expected = _log_mean_factor(scale, errors)
    usable = ~scale.signed & (observed > 0) & (forecast > 0) & (expected > 1e-9)
    ratio = np.divide(observed, forecast, out=np.ones(len(values)), where=usable)
    return np.asarray(np.clip(np.log(ratio) / np.where(usable, expected, 1.0), 0.0, 1.0))


def _bridged(values: Floats, observed: np.ndarray) -> Floats:
    """Gaps filled along a straight line, and before the first and after the last value with that value; n × T."""
    length = values.shape[1]
    rows = np.flatnonzero(~observed.all(axis=1))
    bridged = values.copy()
    known, period = values[rows], np.arange(length)
    before = np.maximum.accumulate(np.where(observed[rows], period, -1), axis=1)
    after = np.minimum.accumulate(np.where(observed[rows], period, length)[:, ::-1], axis=1)[:, ::-1]
    left = np.where(before < 0, after, before)
    right = np.where(after >= length, before, after)
    start = np.take_along_axis(known, left, axis=1)
    end = np.take_along_axis(known, right, axis=1)
    bridged[rows] = start + (end - start) * (period - left) / np.maximum(right - left, 1)
    return bridged
