"""Seasons of a whole block of series: found, taken out of the history, and put back on forecasts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats, Integers
from forecastle.models.smoothing.season.indices import SMALLEST_FACTOR, Block, find_season

Booleans = NDArray[np.bool_]

LEAST_WINDOW = 7
"""Periods that a trend is averaged over where there is no season."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seasonality:
    """How far each phase of one season lies from the level, for every series.

    indices: n × period, the first column is the next period; factors around 1 where `multiplicative`, else offsets
        around 0. A series without this season has neutral indices.
    widening: n, how much wider forecasts are than errors in sample: the indices rest on few cycles, which they also
        fitted, √((1 + 1/c) / (1 − 1/c)) for c cycles.
    gain: n, how far an index moves towards a newer cycle.
    """

    indices: Floats
    multiplicative: Booleans
    widening: Floats
    gain: Floats

    @property
    def period(self) -> int:
        """The season's length in periods."""
        return int(self.indices.shape[1])

    @property
    def present(self) -> Booleans:
        """Which series have this season."""
        neutral = self.multiplicative.astype(np.float64)
        return np.asarray((self.indices != neutral[:, None]).any(axis=1))

    def remove(self, values: Floats) -> Floats:
        """Take the present indices out of values that end just before the next period, n × T."""
        factors, offsets = self.at(np.arange(-values.shape[1], 0))
        return np.asarray((values - offsets) / factors)

    def remove_next(self, values: Floats) -> Floats:
        """Take the indices out of values that begin with the next period, n × k."""
        factors, offsets = self.at(np.arange(values.shape[1]))
        return np.asarray((values - offsets) / factors)

    def add(self, forecasts: Floats) -> Floats:
        """Forecasts with the season: n × horizon, or n × horizon × levels."""
        factors, offsets = self.at(np.arange(forecasts.shape[1]))
        if forecasts.ndim > 2:
            factors, offsets = factors[:, :, None], offsets[:, :, None]
        return np.asarray(forecasts * factors + offsets)

    def at(self, periods: Integers) -> tuple[Floats, Floats]:
        """The factors and offsets of some periods, 0 being the next one."""
        indices, multiplies = self.indices[:, periods % self.period], self.multiplicative[:, None]
        return np.where(multiplies, indices, 1.0), np.where(multiplies, 0.0, indices)

    def widen(self, quantiles: Floats, mean: Floats) -> Floats:
        """Quantiles n × horizon × levels, drawn away from the mean by `widening`."""
        middle = mean[:, :, None]
        return np.asarray(middle + (quantiles - middle) * self.widening[:, None, None])

    def after(self, adjusted: Floats, level: Floats) -> Self:
        """The season one period later, when the adjusted value of a series (n, NaN: not observed) lay off its level."""
        first = self.indices[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = np.where((level > 0) & (adjusted > 0), adjusted / level, 1.0)
        moved = np.where(self.multiplicative, first * relative**self.gain, first + self.gain * (adjusted - level))
        indices = np.roll(self.indices, -1, axis=1)
        indices[:, -1] = np.where(np.isfinite(adjusted) & self.present, moved, first)
        return replace(self, indices=indices)


def seasonality(values: Floats, period: int) -> tuple[Seasonality, Floats]:
    """Estimate one season, and take it out of the history as it was at the time.

    values: n × T, right-aligned, NaN where not observed. Positive series get factors where these fit better. Series
    with less than two cycles, or whose cycles do not repeat, get neutral indices and are left as they are.
    """
    n, width = values.shape
    season = Seasonality(
        indices=np.zeros((n, period)), multiplicative=np.zeros(n, dtype=bool), widening=np.ones(n), gain=np.zeros(n)
    )
    seen = np.isfinite(values)
    rows = np.flatnonzero((width - seen.argmax(axis=1) >= 2 * period) & (seen.sum(axis=1) > period))
    if not rows.size or period < 2:
        return season, values
    carried = values[rows]
    scale = np.maximum(np.nanmean(np.abs(carried), axis=1), np.finfo(float).tiny)
    block = Block.of(carried / scale[:, None], period)
    offsets = find_season(block, relative=False)
    positive = np.flatnonzero((carried > 0).sum(axis=1) == seen[rows].sum(axis=1))
    factors = find_season(block.select(positive), relative=True)
    better = (factors.error <= offsets.error[positive]) & (factors.index.min(axis=0) > SMALLEST_FACTOR - 1)
    adds, multiplies = np.delete(np.arange(len(rows)), positive[better]), np.flatnonzero(better)
    adjusted = values.copy()
    season.indices[rows[adds]] = offsets.index[:, adds].T * scale[adds, None]
    season.widening[rows[adds]] = offsets.widening[adds]
    season.gain[rows[adds]] = offsets.gain[adds]
    adjusted[rows[adds]] -= offsets.past(adds, width).T * scale[adds, None]
    chosen = rows[positive[better]]
    season.multiplicative[chosen] = True
    season.indices[chosen] = 1 + factors.index[:, better].T
    season.widening[chosen] = factors.widening[better]
    season.gain[chosen] = factors.gain[better]
    adjusted[chosen] /= 1 + np.maximum(factors.past(multiplies, width), SMALLEST_FACTOR - 1).T
    return season, adjusted


def seasonalities(values: Floats, periods: Sequence[int]) -> tuple[tuple[Seasonality, ...], Floats]:
    """Estimate several seasons, shortest first, each on what the ones before it left; and the adjusted values.

    The order is that of MSTL (Bandara, Hyndman & Bergmeir 2021): a long season takes up the short one unless
    that was removed before.
    """
    found = []
    for period in sorted(periods):
        season, values = seasonality(values, period)
        found.append(season)
    return tuple(found), values


def decompose(values: Floats, period: int) -> Floats:
    """What trend and season expect of each period, n × T; the distance from it is the remainder.

    values: n × T, right-aligned, NaN where not observed. The trend is the moving average over one season of the
    seasonally adjusted values, as in the last round of STL.
    """
    season, adjusted = seasonality(values, period)
    scale = np.maximum(_mean(np.abs(values)), np.finfo(float).tiny)
    with np.errstate(invalid="ignore", divide="ignore"):
        block = Block.of(adjusted / scale, max(period, LEAST_WINDOW))
        around = np.nan_to_num(block.trend(block.rest, least=1.0))
        trend = (block.line + around).T.astype(np.float64) * scale
        trend = np.where(np.isfinite(trend), trend, _mean(values))  # a single value has no line through it
        factors, offsets = season.at(np.arange(-values.shape[1], 0))
        multiplies = season.multiplicative[:, None]
        factors = np.where(multiplies & np.isfinite(values), values / adjusted, factors)
        offsets = np.where(~multiplies & np.isfinite(values), values - adjusted, offsets)
    return np.asarray(trend * factors + offsets)


def _mean(values: Floats) -> Floats:
    """The mean of each row, n × 1; 0 where it has no value."""
    seen = np.isfinite(values)
    return np.asarray(np.where(seen, values, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1))[:, None]


def seasonal_strength(values: Floats, period: int) -> Floats:
    """How much of the detrended variation the season explains, n, from 0 (none) to 1 (all).

    1 − Var(remainder) / Var(season + remainder), Wang, Smith & Hyndman (2006). 0 where there are less than two cycles.
    """
    season, adjusted = seasonality(values, period)
    scale = np.maximum(np.nanmean(np.abs(values), axis=1, keepdims=True), np.finfo(float).tiny)
    block = Block.of(adjusted / scale, period)
    trend = (block.line + block.trend(block.rest, least=1.0)).T * scale
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.where(season.multiplicative[:, None], trend, 1.0)
        rest, raw = np.nanvar((adjusted - trend) / unit, axis=1), np.nanvar((values - trend) / unit, axis=1)
        strength = np.nan_to_num(1 - rest / raw)
    return np.where(season.present, np.clip(strength, 0.0, 1.0), 0.0)
