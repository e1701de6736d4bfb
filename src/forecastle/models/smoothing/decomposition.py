"""Seasonal indices of a whole block of series at once, with gaps and ragged starts.

Two passes, as in X-11 (Shiskin, Young & Musgrave 1967) and STL (Cleveland et al. 1990). A centred moving average over
one season gives a first trend and first indices; a second trend through the adjusted series reaches up to both ends,
and the final indices are taken around that one. Indices may drift: each is an exponentially weighted mean over past
cycles, and how fast it forgets is weighed by how well it would have predicted each next cycle. The same prediction
errors say how uncertain the indices are, and so how far to shrink them towards no season at all
(James–Stein; Miller & Williams 2003, "Shrinkage estimators of time series seasonal factors").

Inside this module arrays are time-major: T × n, so that every operation runs over neighbouring series.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats

Booleans = NDArray[np.bool_]

MEMORIES = (0.95, 0.8, 0.6, 0.35)
"""How much of a cycle's weight the cycle before it gets: from indices that hardly move to those of the last cycles."""

FIRST_MEMORY = 0.8

WINDOW_SEEN = 0.8
"""Share of a season that must be observed around a period for the first trend there."""

SMALLEST_FACTOR = 0.05
"""A multiplicative index below this says that the series is not multiplicative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seasonality:
    """How far each phase of one season lies from the level, for every series.

    indices: n × period, the first column is the next period; factors around 1 where `multiplicative`, else offsets
        around 0. A series without this season has neutral indices.
    """

    indices: Floats
    multiplicative: Booleans

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
        """The adjusted history: `values` is n × T and ends just before the next period."""
        indices = self.indices[:, np.arange(-values.shape[1], 0) % self.period]
        return np.where(self.multiplicative[:, None], values / np.where(indices, indices, 1.0), values - indices)

    def add(self, forecasts: Floats) -> Floats:
        """Forecasts with the season: n × horizon, or n × horizon × levels."""
        indices = self.indices[:, np.arange(forecasts.shape[1]) % self.period]
        rows, trailing = (slice(None), *[None] * (forecasts.ndim - 1)), (..., *[None] * (forecasts.ndim - 2))
        return np.where(self.multiplicative[rows], forecasts * indices[trailing], forecasts + indices[trailing])

    def advance(self, periods: int) -> Self:
        """The same season seen from `periods` later."""
        return replace(self, indices=np.roll(self.indices, -periods, axis=1))


def seasonality(values: Floats, period: int) -> Seasonality:
    """Estimate one season; series with less than two cycles, or whose cycles do not repeat, get neutral indices.

    values: n × T, right-aligned, NaN where not observed. Positive series get factors where these fit better.
    """
    n, width = values.shape
    indices, multiplicative = np.zeros((n, period)), np.zeros(n, dtype=bool)
    seen = np.isfinite(values)
    rows = np.flatnonzero((width - seen.argmax(axis=1) >= 2 * period) & (seen.sum(axis=1) > period))
    if rows.size and period > 1:
        y = np.ascontiguousarray(values[rows].T)
        offsets, error = _indices(y, period, relative=False)
        positive = np.flatnonzero(np.nanmin(y, axis=0) > 0)
        if positive.size:
            factors, factor_error = _indices(np.ascontiguousarray(y[:, positive]), period, relative=True)
            better = (factor_error <= error[positive]) & (factors.min(axis=0) > SMALLEST_FACTOR - 1)
            offsets[:, positive[better]] = factors[:, better] + 1
            multiplicative[rows[positive[better]]] = True
        indices[rows] = offsets.T
    return Seasonality(indices=indices, multiplicative=multiplicative)


def seasonalities(values: Floats, periods: Sequence[int]) -> tuple[tuple[Seasonality, ...], Floats]:
    """Estimate several seasons, shortest first, each on what the ones before it left; and the adjusted values.

    The order is that of MSTL (Bandara, Hyndman & Bergmeir 2021): a long season takes up the short one unless
    that was removed before.
    """
    found = []
    for period in sorted(periods):
        season = seasonality(values, period)
        values = season.remove(values)
        found.append(season)
    return tuple(found), values


def seasonal_strength(values: Floats, period: int) -> Floats:
    """How much of the detrended variation the season explains, n, from 0 (none) to 1 (all).

    1 − Var(remainder) / Var(season + remainder), Wang, Smith & Hyndman (2006). 0 where there are less than two cycles.
    """
    season = seasonality(values, period)
    adjusted = season.remove(values)
    trend = _trend(np.ascontiguousarray(adjusted.T), period, least=1.0).T
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.where(season.multiplicative[:, None], trend, 1.0)
        rest, raw = np.nanvar((adjusted - trend) / unit, axis=1), np.nanvar((values - trend) / unit, axis=1)
        strength = np.nan_to_num(1 - rest / raw)
    return np.where(season.present, np.clip(strength, 0.0, 1.0), 0.0)


def _indices(y: Floats, period: int, *, relative: bool) -> tuple[Floats, Floats]:
    """How far each phase lies from the trend (period × n), and the mean squared error of trend and season (n)."""
    trend = _trend(y, period, least=WINDOW_SEEN * period)
    rough = _centred(_track(*_by_phase(_detrended(y, trend, relative=relative), period), FIRST_MEMORY).index)
    rough = _tiled(np.maximum(rough, SMALLEST_FACTOR - 1) if relative else rough, len(y))
    trend = _trend(y / (1 + rough) if relative else y - rough, period, least=max(2.0, period // 2))
    index = _shrunk_index(_detrended(y, trend, relative=relative), period)
    season = _tiled(index, len(y))
    fitted = trend * (1 + season) if relative else trend + season
    return index, np.nanmean((y - fitted) ** 2, axis=0)


def _trend(y: Floats, period: int, *, least: float) -> Floats:
    """The moving average of one season around each period (2 × m for an even m), of what was observed.

    NaN where less than `least` periods of the window were observed.
    """
    seen = np.isfinite(y)
    counts = _moving_sum(seen.astype(np.float64), period)
    with np.errstate(invalid="ignore", divide="ignore"):
        trend: Floats = _moving_sum(np.where(seen, y, 0.0), period) / counts
    trend[counts < least] = np.nan
    return trend


def _moving_sum(values: Floats, period: int) -> Floats:
    half = period // 2
    total = np.zeros((len(values) + 2 * half + 1, values.shape[1]))
    np.cumsum(values, axis=0, out=total[half + 1 : half + 1 + len(values)])
    total[half + 1 + len(values) :] = total[half + len(values)]
    sums: Floats = total[period:] - total[:-period]
    return sums if period % 2 else (sums[1:] + sums[:-1]) / 2


def _detrended(y: Floats, trend: Floats, *, relative: bool) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return y / trend - 1 if relative else y - trend


def _by_phase(detrended: Floats, period: int) -> tuple[Floats, Floats]:
    """Cycles × period × n, ending with the last period; and 1 where it was observed, else 0."""
    missing = np.full((-len(detrended) % period, detrended.shape[1]), np.nan)
    cycles = np.concatenate([missing, detrended]).reshape(-1, period, detrended.shape[1])
    seen = np.isfinite(cycles)
    return np.where(seen, cycles, 0.0), seen.astype(np.float64)


def _tiled(index: Floats, width: int) -> Floats:
    """The index of each of the last `width` periods."""
    return index[np.arange(-width, 0) % len(index)]


def _centred(index: Floats) -> Floats:
    return np.asarray(index - index.mean(axis=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Track:
    """What following one memory through the cycles gave.

    index: period × n. error: n, the sum of squared errors of predicting each cycle from those before.
    predicted: n, how many predictions that were. effective: n, how many cycles an index rests on.
    """

    index: Floats
    error: Floats
    predicted: Floats
    effective: Floats


def _track(cycles: Floats, seen: Floats, memory: float) -> _Track:
    """Exponentially weighted means over the cycles, and how well each predicted the next cycle."""
    total, weight, squared = np.zeros((3, *cycles.shape[1:]))
    error, predicted = np.zeros((2, cycles.shape[2]))
    for cycle, observed in zip(cycles, seen, strict=True):
        known = observed * (weight > 0)
        miss = (cycle - total / np.maximum(weight, 1e-9)) * known
        error += (miss * miss).sum(axis=0)
        predicted += known.sum(axis=0)
        total, weight, squared = memory * total + cycle, memory * weight + observed, memory**2 * squared + observed
    effective = (weight**2 / np.maximum(squared, 1e-9)).mean(axis=0)
    return _Track(
        index=total / np.maximum(weight, 1e-9), error=error, predicted=predicted, effective=np.maximum(effective, 1.0)
    )


def _shrunk_index(detrended: Floats, period: int) -> Floats:
    """The indices of all memories, weighed by the likelihood of their predictions, then shrunk by their uncertainty."""
    cycles, seen = _by_phase(detrended, period)
    tracks = [_track(cycles, seen, memory) for memory in MEMORIES]
    predicted = tracks[0].predicted
    errors = np.stack([track.error for track in tracks])
    floor = np.maximum(1e-12 * errors.max(axis=0), np.finfo(float).tiny)
    likelihood = -0.5 * predicted * np.log(np.maximum(errors, floor))
    share = np.exp(likelihood - likelihood.max(axis=0))
    share /= share.sum(axis=0)
    index = _centred(sum(part * track.index for part, track in zip(share, tracks, strict=True)))
    # a prediction error holds the noise of one cycle and that of the index
    noise = [
        track.error / np.maximum(predicted, 1.0) / (1 + 1 / np.maximum(track.effective - 1, 1.0)) / track.effective
        for track in tracks
    ]
    spread = np.maximum((index**2).mean(axis=0), np.finfo(float).tiny)
    kept = 1 - sum(part * variance for part, variance in zip(share, noise, strict=True)) / spread
    return index * np.where(predicted > 0, np.clip(kept, 0.0, 1.0), 1.0)
