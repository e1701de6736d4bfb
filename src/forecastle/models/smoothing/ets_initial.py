"""First states by decomposition: seasonal factors from the whole history, level and trend from its beginning.

The heuristic of Hyndman, Koehler, Ord & Snyder (2008, section 2.6), with two changes. The factors use every season
rather than the first few, and are shrunk towards no season by how uncertain they are (James–Stein; Miller & Williams,
2003, "Shrinkage estimators of time series seasonal factors and their effect on forecasting accuracy").
The first states are not tuned further: on short series that fits noise.
"""

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats
from forecastle.models.smoothing.ets_block import Block, Single
from forecastle.models.smoothing.ets_filter import States
from forecastle.models.smoothing.ets_forms import SeasonKind, TrendKind

OPENING = 10
"""How many first periods set the level and trend (a whole season where that is longer)."""

WINDOW_SEEN = 0.75
"""Share of a moving-average window that must be observed for its middle to count."""

SMALLEST_FACTOR = 0.01


def seasonal_factors(block: Block, season: SeasonKind, period: int) -> Single:
    """Shrunk seasonal factors, m × n, around 0 (additive) or 1 (multiplicative); 0 × n without a season."""
    periods, n = block.shape
    if season == "N":
        return np.empty((0, n), np.float32)
    neutral = 1.0 if season == "M" else 0.0
    half = period // 2
    if periods <= 2 * half:
        return np.full((period, n), neutral, np.float32)
    centre, counted = _centred_mean(block, period)
    middle = block.y[half : periods - half].astype(np.float64)
    with np.errstate(all="ignore"):
        detrended = middle / centre if season == "M" else middle - centre
    counted &= np.isfinite(detrended)
    detrended = _by_phase(np.where(counted, detrended, 0.0), half, period)
    counts = _by_phase(counted.astype(np.float64), half, period)
    raw = _means(detrended, counts, neutral)
    raw = raw / np.maximum(raw.mean(0), SMALLEST_FACTOR) if season == "M" else raw - raw.mean(0)
    factors = neutral + (raw - neutral) * _shrinkage(detrended, counts, raw)
    factors = np.maximum(factors, SMALLEST_FACTOR) if season == "M" else factors
    return np.asarray(factors, dtype=np.float32)


def without_season(block: Block, season: SeasonKind, factors: Single) -> Block:
    """The block with the seasonal factors taken out."""
    if season == "N":
        return block
    periods = len(block.y)
    phases = (np.arange(periods) - periods) % len(factors)
    if season == "M":
        return block.with_values(block.y / factors[phases])
    return block.with_values((block.y - factors[phases]) * block.seen)


def first_states(adjusted: Block, trend: TrendKind, factors: Single) -> States:
    """Level and trend before the first period: a line through the opening of the adjusted series, or its mean."""
    width = max(OPENING, len(factors))
    age = np.arange(len(adjusted.y))[:, None] - adjusted.start
    rows = min(len(age), int(adjusted.start[-1]) + width)
    weight = adjusted.seen[:rows] * (age[:rows] < width)
    x, y = (age[:rows] + 1.0) * weight, adjusted.y[:rows] * weight
    count, sum_x, sum_y = weight.sum(0, dtype=np.float64), x.sum(0), y.sum(0, dtype=np.float64)
    if trend == "N":
        return States(level=(sum_y / count).astype(np.float32), trend=np.zeros(len(count), np.float32), season=factors)
    spread = count * (x * x).sum(0) - sum_x**2
    slope = np.where(spread > 0, count * (x * y).sum(0) - sum_x * sum_y, 0.0) / np.where(spread > 0, spread, 1.0)
    level = (sum_y - slope * sum_x) / count
    return States(level=level.astype(np.float32), trend=slope.astype(np.float32), season=factors)


def _centred_mean(block: Block, period: int) -> tuple[Floats, NDArray[np.bool_]]:
    """The 2 × m moving average around each inner period, over what was observed, and whether it counts."""
    periods, half = len(block.y), period // 2
    inner = periods - 2 * half

    def centred(values: Single) -> Floats:
        total = np.zeros((periods + 1, values.shape[1]))
        np.cumsum(values, axis=0, dtype=np.float64, out=total[1:])
        sums = total[period:] - total[:-period]
        shift = 2 * half - period + 1
        return (sums[:inner] + sums[shift : shift + inner]) / 2

    seen = centred(block.seen)
    counted = seen >= WINDOW_SEEN * period
    counted &= np.arange(inner)[:, None] >= block.start
    counted &= block.seen[half : periods - half] > 0
    return centred(block.y) / np.maximum(seen, 1.0), counted


def _by_phase(inner: Floats, half: int, period: int) -> Floats:
    """Stack inner periods as seasons × m × n, phase j being periods with (t − T) mod m = j."""
    before = -(len(inner) + half) % period
    return np.pad(inner, ((before, half), (0, 0))).reshape(-1, period, inner.shape[1])


def _means(values: Floats, counts: Floats, neutral: float) -> Floats:
    number = counts.sum(0)
    return np.where(number > 0, values.sum(0) / np.maximum(number, 1.0), neutral)


def _shrinkage(values: Floats, counts: Floats, raw: Floats) -> Floats:
    """The share of each series' seasonal factors to keep, n: 1 − W of Miller & Williams (2003).

    With too few seasons to see how factors vary from one season to the next, half of their spread counts as noise.
    """
    period, number = raw.shape[0], counts.sum((0, 1))
    spread = ((raw - raw.mean(0)) ** 2).sum(0) / max(period - 1, 1)
    noise = (((values - raw) * counts) ** 2).sum((0, 1)) / np.maximum(number - period, 1.0)
    noise /= np.maximum(number / period, 1.0)
    noise = np.where(number < 1.5 * period, np.maximum(noise, spread / 2), noise)
    dimension = max(period - 3, 1) / max(period - 1, 1)
    return np.asarray(1.0 - np.clip(dimension * noise / np.maximum(spread, 1e-12), 0.0, 1.0))
