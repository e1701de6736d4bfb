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
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats

Booleans = NDArray[np.bool_]
Singles = NDArray[np.float32]
Reals = NDArray[np.floating]
Real = TypeVar("Real", np.float32, np.float64)

MEMORIES = (0.95, 0.8, 0.6, 0.35)
"""How much of a cycle's weight the cycle before it gets: from indices that hardly move to those of the last cycles."""

FIRST_MEMORY = 0.8

WINDOW_SEEN = 0.8
"""Share of a season that must be observed around a period for the first trend there."""

FAINT = 1e-6
"""Relative to the series' size: below this a season is rounding error."""

SMALLEST_FACTOR = 0.05
"""A multiplicative index below this says that the series is not multiplicative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seasonality:
    """How far each phase of one season lies from the level, for every series.

    indices: n × period, the first column is the next period; factors around 1 where `multiplicative`, else offsets
        around 0. A series without this season has neutral indices.
    widening: n, how much wider forecasts are than errors in sample: the indices rest on few cycles, which they also
        fitted, √((1 + 1/c) / (1 − 1/c)) for c cycles.
    """

    indices: Floats
    multiplicative: Booleans
    widening: Floats

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

    def widen(self, quantiles: Floats, mean: Floats) -> Floats:
        """Quantiles n × horizon × levels, drawn away from the mean by `widening`."""
        middle = mean[:, :, None]
        return np.asarray(middle + (quantiles - middle) * self.widening[:, None, None])

    def advance(self, periods: int) -> Self:
        """The same season seen from `periods` later."""
        return replace(self, indices=np.roll(self.indices, -periods, axis=1))


def seasonality(values: Floats, period: int) -> Seasonality:
    """Estimate one season; series with less than two cycles, or whose cycles do not repeat, get neutral indices.

    values: n × T, right-aligned, NaN where not observed. Positive series get factors where these fit better.
    """
    n, width = values.shape
    indices, multiplicative, widening = np.zeros((n, period)), np.zeros(n, dtype=bool), np.ones(n)
    seen = np.isfinite(values)
    rows = np.flatnonzero((width - seen.argmax(axis=1) >= 2 * period) & (seen.sum(axis=1) > period))
    if rows.size and period > 1:
        scale = np.maximum(np.nanmean(np.abs(values[rows]), axis=1), np.finfo(float).tiny)
        block = _Block.of(values[rows] / scale[:, None], period)
        found = _indices(block, relative=False)
        positive = np.flatnonzero((values[rows] > 0).sum(axis=1) == seen[rows].sum(axis=1))
        if positive.size:
            factors = _indices(block.select(positive), relative=True)
            better = (factors.error <= found.error[positive]) & (factors.index.min(axis=0) > SMALLEST_FACTOR - 1)
            found.index[:, positive[better]] = factors.index[:, better]
            found.widening[positive[better]] = factors.widening[better]
            multiplicative[rows[positive[better]]] = True
        unit = np.where(multiplicative[rows], 1.0, scale)
        indices[rows], widening[rows] = found.index.T * unit[:, None], found.widening
    return Seasonality(indices=indices + multiplicative[:, None], multiplicative=multiplicative, widening=widening)


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
    block = _Block.of(adjusted, period)
    trend = block.trend(block.y, least=1.0).T
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.where(season.multiplicative[:, None], trend, 1.0)
        rest, raw = np.nanvar((adjusted - trend) / unit, axis=1), np.nanvar((values - trend) / unit, axis=1)
        strength = np.nan_to_num(1 - rest / raw)
    return np.where(season.present, np.clip(strength, 0.0, 1.0), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Series to find one season in.

    y: T × n, 0 where not observed. seen: T × n, 1 where observed, else 0. counts: T × n, how much of a season around
    each period was observed. line: T × n, the regression line: a window cut short at an end leans to one side, which
    matters least around that line.
    """

    y: Floats
    seen: Singles
    counts: Singles
    line: Floats
    period: int

    @classmethod
    def of(cls, values: Floats, period: int) -> Self:
        """From n × T with NaN where not observed."""
        y = np.ascontiguousarray(values.T)
        known = np.isfinite(y)
        y, seen = np.where(known, y, 0.0), known.astype(np.float32)
        return cls(y=y, seen=seen, counts=_moving_sum(seen, period), line=_line(y, seen), period=period)

    def select(self, columns: NDArray[np.int64]) -> Self:
        """Only some of the series."""
        return replace(
            self,
            y=self.y[:, columns],
            seen=self.seen[:, columns],
            counts=self.counts[:, columns],
            line=self.line[:, columns],
        )

    def trend(self, y: Floats, *, least: float) -> Floats:
        """The moving average of `y` over one season around each period (2 × m for an even m), of what was observed.

        NaN where less than `least` periods of the window were observed.
        """
        counts = np.where(self.counts >= least, self.counts, np.nan)
        return np.asarray(self.line + _moving_sum((y - self.line) * self.seen, self.period) / counts)

    def detrended(self, trend: Floats, *, relative: bool) -> tuple[Singles, Singles]:
        """Distance from the trend as cycles × period × n, ending with the last period, 0 where it is not known.

        And where it is known (1, else 0).
        """
        distance = self.y - trend
        if relative:
            with np.errstate(divide="ignore", invalid="ignore"):
                distance /= trend
        known = np.isfinite(distance) * self.seen
        return self._cycles(np.where(known > 0, distance, 0.0)), self._cycles(known)

    def _cycles(self, array: Reals) -> Singles:
        periods, n = array.shape
        padded = np.zeros((periods + -periods % self.period, n), np.float32)
        padded[-periods:] = array
        return padded.reshape(-1, self.period, n)


def _line(y: Floats, seen: Singles) -> Floats:
    """The ordinary least squares line through each series, T × n."""
    time = np.arange(len(y)) - (len(y) - 1) / 2
    count, first, second = seen.sum(axis=0, dtype=np.float64), time @ seen, time**2 @ seen
    total, product = y.sum(axis=0), time @ y
    slope = (count * product - first * total) / (count * second - first**2)
    return np.asarray((total - slope * first) / count + slope * time[:, None])


def _moving_sum(values: NDArray[Real], period: int) -> NDArray[Real]:
    """Sums over one season around each row (2 × m for an even m), with nothing beyond both ends."""
    half, periods = period // 2, len(values)
    total = np.zeros((periods + 2 * half + 1, values.shape[1]), values.dtype)
    np.cumsum(values, axis=0, out=total[half + 1 : half + 1 + periods])
    total[half + 1 + periods :] = total[half + periods]
    sums: NDArray[Real] = total[period:] - total[:-period]
    if period % 2:
        return sums
    pairs: NDArray[Real] = sums[1:] + sums[:-1]
    pairs /= 2
    return pairs


def _tiled(index: NDArray[Real], width: int) -> NDArray[Real]:
    """The index of each of the last `width` periods."""
    return index[np.arange(-width, 0) % len(index)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """How far each phase lies from the trend (period × n), the mean squared error of trend and season, `widening`."""

    index: Floats
    error: Floats
    widening: Floats


def _indices(block: _Block, *, relative: bool) -> _Found:
    width = len(block.y)
    trend = block.trend(block.y, least=WINDOW_SEEN * block.period)
    rough = _track(*block.detrended(trend, relative=relative), FIRST_MEMORY).index
    rough = rough - rough.mean(axis=0)
    rough = _tiled(np.maximum(rough, SMALLEST_FACTOR - 1) if relative else rough, width)
    trend = block.trend(block.y / (1 + rough) if relative else block.y - rough, least=max(2.0, block.period // 2))
    index, widening = _shrunk_index(*block.detrended(trend, relative=relative))
    season = _tiled(index, width)
    miss = (trend * (1 + season) if relative else trend + season) - block.y
    known = (block.seen > 0) & np.isfinite(miss)
    error = (np.where(known, miss, 0.0) ** 2).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return _Found(index=index, error=error, widening=widening)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Track:
    """What following one memory through the cycles gave.

    index: period × n. error: n, the sum of squared errors of predicting each cycle from those before.
    predicted: n, how many predictions that were. effective: n, how many cycles an index rests on.
    """

    index: Singles
    error: Singles
    predicted: Singles
    effective: Singles


def _track(cycles: Singles, seen: Singles, memory: float) -> _Track:
    """Exponentially weighted means over the cycles, and how well each predicted the next cycle."""
    index, weight, squared = np.zeros((3, *cycles.shape[1:]), np.float32)
    error, predicted = np.zeros((2, cycles.shape[2]), np.float32)
    for cycle, observed in zip(cycles, seen, strict=True):
        known = observed * (weight > 0)
        miss = cycle - index
        miss *= observed
        error += np.einsum("pn,pn,pn->n", miss, miss, known)
        predicted += known.sum(axis=0)
        weight *= memory
        weight += observed
        squared *= memory**2
        squared += observed
        miss /= np.maximum(weight, FAINT)
        index += miss
    effective = np.maximum((weight**2 / np.maximum(squared, FAINT)).mean(axis=0), 1.0)
    return _Track(index=index, error=error, predicted=predicted, effective=effective)


def _shrunk_index(cycles: Singles, seen: Singles) -> tuple[Floats, Floats]:
    """The indices of all memories, weighed by the likelihood of their predictions, then shrunk by their uncertainty.

    And how much wider forecasts are for it.
    """
    tracks = [_track(cycles, seen, memory) for memory in MEMORIES]
    errors, effective = (np.stack([getattr(track, name) for track in tracks]) for name in ("error", "effective"))
    predicted = tracks[0].predicted.astype(np.float64)
    likelihood = -0.5 * predicted * np.log(np.maximum(errors, 1e-12 * errors.max(axis=0) + FAINT**4))
    share = np.exp(likelihood - likelihood.max(axis=0))
    share /= share.sum(axis=0)
    index = np.einsum("gn,gpn->pn", share, np.stack([track.index for track in tracks]))
    index -= index.mean(axis=0)
    # a prediction error holds the noise of one cycle and that of the index
    noise = errors / np.maximum(predicted, 1.0) / (1 + 1 / np.maximum(effective - 1, 1.0)) / effective
    spread = (index**2).mean(axis=0)
    kept = np.clip(1 - (share * noise).sum(axis=0) / np.maximum(spread, FAINT**4), 0.0, 1.0)
    kept = np.where(predicted > 0, kept, 1.0) * (spread > FAINT**2)
    used = np.minimum(kept * (share / effective).sum(axis=0), 0.5)
    return index * kept, np.sqrt((1 + used) / (1 - used))
