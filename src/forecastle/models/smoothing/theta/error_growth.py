"""How forecast errors grow with the horizon: what theory says, corrected by what the history shows.

A series that returns to its level after each disturbance, and is followed closely all the same, has errors several
steps ahead that are hardly larger than one step ahead; the theory of exponential smoothing, which takes the level for a
random walk, lets them grow without end. So the history is forecast from each of its periods, and the variance of these
errors, lag by lag, is blended with the theoretical one: on the logarithmic scale, by how many windows without overlap
the history holds. The trend is the one that was known in that period; with the trend of the whole history short series
would seem to be foretold far better than they were.

Arrays are time-major, T × n, so that every operation runs over neighbouring series.
"""

import numpy as np

from forecastle.core.panel import Floats
from forecastle.models.smoothing.theta.search import WARM_UP, History, Reals, regression, take_in

LAGS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384)
"""How many periods ahead the history is forecast; for steps in between the correction is interpolated."""

WINDOWS_OF_THEORY = 3.0
"""How many windows without overlap the theory counts as."""


def growth_correction(history: History, smoothing: Reals, trend: Reals) -> Floats:
    """The logarithm of the blended over the theoretical variance at each of `LAGS`, n × lags.

    smoothing, trend: n, the α of the level, and which share of the regression's slope the forecast takes. A slope told
    from n periods misses by what the level wanders in them, so that the part of theory has the variance of a random
    walk with a drift, h + h² / n for α = 1 (Hyndman & Athanasopoulos 2021, section 5.2), as far as the trend is taken.
    """
    slopes = trend * _slopes(history)
    levels = _levels(history, smoothing, slopes[-1])
    length = len(levels) - history.start
    age = np.arange(len(levels))[:, None] - history.start
    settled = (age >= WARM_UP).astype(np.float32)
    correction = np.zeros((len(smoothing), len(LAGS)))
    one_ahead = np.zeros(len(smoothing))
    for number, lag in enumerate(LAGS):
        plain = 1 + (lag - 1) * smoothing**2
        drifting = plain + (trend * smoothing * lag) ** 2 / np.maximum(length, WARM_UP)
        correction[:, number] = np.log(drifting / plain)
        if lag >= len(levels):
            continue
        errors = history.y[lag:] - levels[:-lag]
        errors -= lag * slopes[:-lag]
        errors *= errors
        counted = history.seen[lag:] * settled[:-lag]
        count = counted.sum(axis=0)
        variance = np.einsum("tn,tn->n", errors, counted) / np.maximum(count, 1.0)
        if lag == 1:
            one_ahead = variance
        there = (variance > 0) & (one_ahead > 0)
        ratio = np.where(there, variance, 1.0) / np.where(there, one_ahead * drifting, 1.0)
        windows = count / lag
        correction[:, number] += windows / (windows + WINDOWS_OF_THEORY) * np.log(ratio)
    return correction


def error_growth(correction: Floats, smoothing: Floats, horizon: int) -> Floats:
    """The standard deviation of the errors of each step in units of the first one's, n × horizon.

    In theory a past shock stays in the level with the weight α: the variance is 1 + (h − 1)·α² (Hyndman, Koehler,
    Ord & Snyder 2008, section 6.3).
    """
    steps = np.arange(1, horizon + 1)
    position = np.interp(np.log(steps), np.log(LAGS), np.arange(len(LAGS)))
    below = np.minimum(position.astype(np.int64), len(LAGS) - 2)
    share = position - below
    blended = correction[:, below] * (1 - share) + correction[:, below + 1] * share
    return np.sqrt((1 + (steps - 1) * smoothing[:, None] ** 2) * np.exp(blended))


def _slopes(history: History) -> Reals:
    """The slope of the regression line through all periods until each one, T × n."""
    slopes, sums = np.zeros_like(history.y), np.zeros((5, history.y.shape[1]))
    for t, (y, seen) in enumerate(zip(history.y, history.seen, strict=True)):
        take_in(sums, t + 1.0 - history.start, y, seen)
        slopes[t] = regression(sums)[1]
    return slopes


def _levels(history: History, smoothing: Reals, slope: Reals) -> Reals:
    """The level after each period, T × n, by exponential smoothing with drift that begins as a plain mean."""
    levels = np.zeros_like(history.y)
    level = np.zeros_like(history.y[0])
    for t, (y, seen) in enumerate(zip(history.y, history.seen, strict=True)):
        age = t - history.start
        expected = level + slope * (age > 0)
        gain = np.maximum(smoothing, 1 / np.maximum(age + 1, 1), dtype=np.float32)
        level = expected + gain * (y - expected) * seen
        levels[t] = level
    return levels
