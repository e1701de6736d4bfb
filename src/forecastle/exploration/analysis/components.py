"""Trend, seasons and remainder of every series at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forecastle.core.panel import Floats
from forecastle.models.smoothing.season.decomposition import Booleans, seasonality

SHORTEST = 7
"""Periods that a trend is at least taken over."""
LONGER = 1.5
"""Seasons that a trend is taken over, as in STL (Cleveland et al. 1990)."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Components:
    """Parts that add up to the values, n × T each; NaN before a series begins, the remainder also where not observed.

    seasonal: by the length of the season, the shortest first; zero for a series without it.
    """

    trend: Floats
    seasonal: Mapping[int, Floats]
    remainder: Floats

    @property
    def trend_strength(self) -> Floats:
        """How much of what is not seasonal the trend explains, n, from 0 to 1 (Wang, Smith & Hyndman 2006)."""
        return strength(self.trend, self.remainder)

    def seasonal_strength(self, season: int) -> Floats:
        """How much of what is not trend a season explains, n, from 0 to 1."""
        return strength(self.seasonal[season], self.remainder)


def decompose(values: Floats, seasons: Sequence[int], *, window: int | None = None) -> Components:
    """Take every series apart. values: n × T, right-aligned, NaN where not observed. window: of the trend, in periods.

    Seasons are found and taken out by the engine that forecasts, each on what the shorter ones left (Bandara, Hyndman &
    Bergmeir 2021), and only where cycles repeat beyond chance; the trend is a local line through what is left.
    """
    left, seasonal = values, {}
    for period in sorted(seasons):
        _, adjusted = seasonality(left, period)
        seasonal[period] = _between(left - adjusted, period)
        left = adjusted
    width = window or max(int(LONGER * max(seasons, default=0)) | 1, SHORTEST)
    trend = local_line(left, min(width, max(values.shape[1] // 2 | 1, SHORTEST)))
    return Components(trend=trend, seasonal=seasonal, remainder=left - trend)


def local_line(values: Floats, width: int) -> Floats:
    """A straight line through the values around each period, near ones counting most (loess of degree 1), n × T.

    width: periods of the window, odd; wider where a gap leaves fewer than two values in it. NaN before a series begins.
    """
    from scipy.signal import oaconvolve

    reach = width // 2
    distance = np.arange(-reach, reach + 1, dtype=np.float64)
    weight = (1 - (np.abs(distance) / (reach + 1)) ** 3) ** 3
    seen = np.isfinite(values)
    level = np.where(seen, values, 0.0).sum(axis=1, keepdims=True) / np.maximum(seen.sum(axis=1, keepdims=True), 1)
    known = np.where(seen, values - level, 0.0)

    def around(array: Floats, power: int) -> Floats:
        kernel = (weight * distance**power)[::-1]  # a convolution turns it round
        return np.asarray(oaconvolve(array, kernel[None, :], mode="same", axes=1))

    count, first, second = (around(seen.astype(np.float64), power) for power in (0, 1, 2))
    total, product = around(known, 0), around(known, 1)
    spread = count * second - first**2
    line = np.divide(second * total - first * product, spread, out=np.full_like(spread, np.nan), where=spread > 1e-6)
    begun = seen.cumsum(axis=1) > 0
    return np.asarray(np.where(begun, _interpolated(line + level, begun), np.nan))


def strength(part: Floats, remainder: Floats) -> Floats:
    """Share of the variation of a part and the remainder that the part explains, n, 0 where there is no variation."""
    rest = _variance(remainder)
    both = _variance(part + remainder)
    share = np.divide(rest, both, out=np.ones_like(rest), where=both > 1e-12 * np.maximum(rest, 1e-300))
    return np.asarray(np.clip(1 - share, 0.0, 1.0))


def _variance(values: Floats) -> Floats:
    seen = np.isfinite(values)
    count = np.maximum(seen.sum(axis=1), 1)
    centred = np.where(seen, values, 0.0)
    mean = centred.sum(axis=1) / count
    return np.asarray((np.where(seen, values - mean[:, None], 0.0) ** 2).sum(axis=1) / count)


def _between(season: Floats, period: int) -> Floats:
    """The season also where nothing was observed: what it was a season before, or after."""
    filled = season.copy()
    for shift in (period, -period):
        other = np.roll(filled, shift, axis=1)
        outside = slice(None, period) if shift > 0 else slice(-period, None)
        other[:, outside] = np.nan
        filled = np.where(np.isfinite(filled), filled, other)
    return np.nan_to_num(filled)


def _interpolated(values: Floats, wanted: Booleans) -> Floats:
    """Straight lines over what is missing but wanted; rows that miss nothing are left alone."""
    for row in np.flatnonzero((~np.isfinite(values) & wanted).any(axis=1)):
        there = np.isfinite(values[row])
        if there.any():
            places = np.arange(values.shape[1])
            values[row] = np.interp(places, places[there], values[row, there])
    return values
