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
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats

Singles = NDArray[np.float32]

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
    """Series of about the size 1 to find one season in; all T × n.

    line: the regression line: a window cut short at an end leans to one side, which matters least around that line.
    rest: distance from the line, 0 where not observed. seen: 1 where observed, else 0.
    counts: how much of a season around each period was observed.
    """

    line: Singles
    rest: Singles
    seen: Singles
    counts: Singles
    period: int

    @classmethod
    def of(cls, values: Floats, period: int) -> Self:
        """From n × T with NaN where not observed."""
        y = np.ascontiguousarray(values.T)
        known = np.isfinite(y)
        seen = known.astype(np.float32)
        line = _line(np.where(known, y, 0.0), seen)
        return cls(
            line=line.astype(np.float32),
            rest=np.where(known, y - line, 0.0).astype(np.float32),
            seen=seen,
            counts=_moving_sum(seen, period),
            period=period,
        )

    def select(self, columns: NDArray[np.int64]) -> Self:
        """Only some of the series."""
        return replace(
            self,
            line=self.line[:, columns],
            rest=self.rest[:, columns],
            seen=self.seen[:, columns],
            counts=self.counts[:, columns],
        )

    def trend(self, rest: Singles, *, least: float) -> Singles:
        """The moving average of `rest` over one season around each period (2 × m for an even m), of what was observed.

        NaN where less than `least` periods of the window were observed.
        """
        counts = np.where(self.counts >= least, self.counts, np.float32(np.nan))
        return np.asarray(_moving_sum(rest * self.seen, self.period) / counts)

    def detrended(self, trend: Singles, *, relative: bool) -> tuple[Singles, Singles]:
        """Distance from the trend as cycles × period × n, ending with the last period, 0 where it is not known.

        And where it is known (1, else 0).
        """
        distance = self.rest - trend
        if relative:
            level = self.line + trend
            distance /= np.where(level > FAINT, level, np.float32(np.nan))
        known = np.isfinite(distance) * self.seen
        return self._cycles(np.where(known > 0, distance, np.float32(0))), self._cycles(known)

    def _cycles(self, array: Singles) -> Singles:
        periods, n = array.shape
        padded = np.zeros((periods + -periods % self.period, n), np.float32)
        padded[-periods:] = array
        return padded.reshape(len(padded) // self.period, self.period, n)


def _line(y: Floats, seen: Singles) -> Floats:
    """The ordinary least squares line through each series, T × n."""
    time = np.arange(len(y)) - (len(y) - 1) / 2
    count, first, second = seen.sum(axis=0, dtype=np.float64), time @ seen, time**2 @ seen
    total, product = y.sum(axis=0), time @ y
    slope = (count * product - first * total) / (count * second - first**2)
    return np.asarray((total - slope * first) / count + slope * time[:, None])


def _moving_sum(values: Singles, period: int) -> Singles:
    """Sums over one season around each row (2 × m for an even m), with nothing beyond both ends."""
    half, periods = period // 2, len(values)
    total = np.zeros((periods + 2 * half + 1, values.shape[1]), np.float32)
    np.cumsum(values, axis=0, out=total[half + 1 : half + 1 + periods])
    total[half + 1 + periods :] = total[half + periods]
    sums: Singles = total[period:] - total[:-period]
    if period % 2:
        return sums
    pairs: Singles = sums[1:] + sums[:-1]
    pairs /= 2
    return pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """One season of a block.

    index: period × n, how far each phase lies from the trend by now. error: n, the mean squared error of trend and
    season. widening, gain: n, see `Seasonality`. cycles, seen, memory, kept: what `past` is made of.
    """

    index: Floats
    error: Floats
    widening: Floats
    gain: Floats
    cycles: Singles
    seen: Singles
    memory: Singles
    kept: Singles

    def past(self, columns: NDArray[np.int64], width: int) -> Floats:
        """How far each of the last `width` periods of some series lay from the trend at the time, width × columns.

        The index at the time of each cycle weighs the cycles before and after it alike.
        """
        cycles, seen = self.cycles[:, :, columns], self.seen[:, :, columns]
        memory = self.memory[columns]
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
        totals /= np.maximum(weights, FAINT)
        totals -= totals.mean(axis=1, keepdims=True)
        totals *= self.kept[columns]
        return totals.reshape(totals.shape[0] * totals.shape[1], len(memory))[-width:].astype(np.float64)


def find_season(block: Block, *, relative: bool) -> Season:
    """Both passes; deviations from the trend are shares of it where `relative`, which positive series allow."""
    phases = np.arange(-len(block.rest), 0) % block.period
    trend = block.trend(block.rest, least=WINDOW_SEEN * block.period)
    rough = _track(*block.detrended(trend, relative=relative), FIRST_MEMORY).index
    rough = rough - rough.mean(axis=0)
    if relative:
        adjusted = (block.rest + block.line) / (1 + np.maximum(rough, SMALLEST_FACTOR - 1)[phases]) - block.line
    else:
        adjusted = block.rest - rough[phases]
    trend = block.trend(adjusted, least=max(2.0, block.period // 2))
    season = _weighed(*block.detrended(trend, relative=relative))
    pattern = season.index.astype(np.float32)[phases]
    miss = block.rest - trend - (pattern * (block.line + trend) if relative else pattern)
    known = np.isfinite(miss) * block.seen
    miss = np.where(known > 0, miss, np.float32(0))
    return replace(season, error=np.einsum("tn,tn->n", miss, miss) / np.maximum(known.sum(axis=0), 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """What following one memory through the cycles gave.

    index: period × n. error: n, the sum of squared errors of predicting each cycle from those before.
    predicted: n, how many predictions that were. effective: n, how many cycles an index rests on. gain: n, what the
    next cycle will count.
    """

    index: Singles
    error: Singles
    predicted: Singles
    effective: Singles
    gain: Singles


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
    gain = 1 / (memory * weight.mean(axis=0) + 1)
    return Track(index=index, error=error, predicted=predicted, effective=effective, gain=gain)


def _weighed(cycles: Singles, seen: Singles) -> Season:
    """The indices of all memories, weighed by the likelihood of their predictions, then shrunk by their uncertainty."""
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
    return Season(
        index=index * kept,
        error=np.full(len(kept), np.nan),
        widening=np.sqrt((1 + used) / (1 - used)),
        gain=kept * (share * np.stack([track.gain for track in tracks])).sum(axis=0),
        cycles=cycles,
        seen=seen,
        memory=(np.array(MEMORIES) @ share).astype(np.float32),
        kept=kept.astype(np.float32),
    )
