"""The indices of one season for a whole block of series at once, with gaps and ragged starts.

Two passes, as in X-11 (Shiskin, Young & Musgrave 1967) and STL (Cleveland et al. 1990). A centred moving average over
one season gives a first trend and first indices; a second trend through the adjusted series reaches up to both ends,
and the final indices are taken around that one. Indices may drift: each is an exponentially weighted mean over past
cycles, and how fast it forgets is weighed by how well it would have predicted each next cycle. The same prediction
errors say how uncertain the indices are, and so how far to shrink them towards no season at all
(James–Stein; Miller & Williams 2003, "Shrinkage estimators of time series seasonal factors").

Arrays are time-major, T × n, so that every operation runs over neighbouring series.
"""

from dataclasses import dataclass, replace
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats

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
class Block:
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
            distance /= np.where(trend > FAINT, trend, np.nan)
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
class Season:
    """One season of a block.

    index: period × n, how far each phase lies from the trend by now. past: T × n, how far it lay at the time.
    error: n, the mean squared error of trend and season. widening: n, see `Seasonality`.
    """

    index: Floats
    past: Floats
    error: Floats
    widening: Floats


def find_season(block: Block, *, relative: bool) -> Season:
    """Find the season as distances from the trend, or as shares of it where `relative`."""
    width = len(block.y)
    trend = block.trend(block.y, least=WINDOW_SEEN * block.period)
    rough = _track(*block.detrended(trend, relative=relative), FIRST_MEMORY).index
    rough = rough - rough.mean(axis=0)
    rough = _tiled(np.maximum(rough, SMALLEST_FACTOR - 1) if relative else rough, width)
    trend = block.trend(block.y / (1 + rough) if relative else block.y - rough, least=max(2.0, block.period // 2))
    index, past, widening = _shrunk(*block.detrended(trend, relative=relative))
    season = _tiled(index, width)
    miss = (trend * (1 + season) if relative else trend + season) - block.y
    known = (block.seen > 0) & np.isfinite(miss)
    error = (np.where(known, miss, 0.0) ** 2).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return Season(index=index, past=past[-width:], error=error, widening=widening)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """What following one memory through the cycles gave.

    index: period × n. error: n, the sum of squared errors of predicting each cycle from those before.
    predicted: n, how many predictions that were. effective: n, how many cycles an index rests on.
    """

    index: Singles
    error: Singles
    predicted: Singles
    effective: Singles


def _track(cycles: Singles, seen: Singles, memory: float) -> Track:
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
    return Track(index=index, error=error, predicted=predicted, effective=effective)


def _smoothed(cycles: Singles, seen: Singles, memory: Singles) -> Singles:
    """The index at the time of each cycle, weighing the cycles before and after it alike; memory is n."""
    totals, weights = np.empty_like(cycles), np.empty_like(cycles)
    total, weight = np.zeros((2, *cycles.shape[1:]), np.float32)
    for c in range(len(cycles)):
        total, weight = memory * total + cycles[c], memory * weight + seen[c]
        totals[c], weights[c] = total, weight
    total, weight = np.zeros((2, *cycles.shape[1:]), np.float32)
    for c in reversed(range(len(cycles))):
        totals[c] += memory * total
        weights[c] += memory * weight
        total, weight = memory * total + cycles[c], memory * weight + seen[c]
    return np.asarray(totals / np.maximum(weights, FAINT))


def _shrunk(cycles: Singles, seen: Singles) -> tuple[Floats, Floats, Floats]:
    """The indices of all memories, weighed by the likelihood of their predictions, then shrunk by their uncertainty.

    Returns those of now (period × n), those at the time (T × n, and the periods that fill the first cycle), and how
    much wider forecasts are for them (n).
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
    past = _smoothed(cycles, seen, (np.array(MEMORIES) @ share).astype(np.float32))
    past -= past.mean(axis=1, keepdims=True)
    used = np.minimum(kept * (share / effective).sum(axis=0), 0.5)
    return index * kept, past.reshape(-1, len(kept)) * kept, np.sqrt((1 + used) / (1 - used))
