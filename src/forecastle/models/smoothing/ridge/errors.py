"""What the left-out errors of a ridge say: how to draw new ones, which member to believe, and how good the fit is."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from forecastle.core.panel import Floats
from forecastle.models.smoothing.ridge.regression import by_standard_errors

POOL = 50
"""Quantiles that stand for a series' errors, equally likely."""

CHANCES = (np.arange(POOL) + 0.5) / POOL
NORMAL = np.array([NormalDist().inv_cdf(chance) for chance in CHANCES])

FEW = 4
"""With fewer errors their spread is unknown: they are taken as normal, one spread of the series wide."""


def error_pool(left_out: Floats) -> Floats:
    """Equally likely errors around zero, n × 2 × `POOL`, from n × 2 × T with NaN where there is none."""
    ordered = np.sort(left_out, axis=2)
    count = np.isfinite(ordered).sum(axis=2)[:, :, None]
    position = np.clip(CHANCES * count - 0.5, 0.0, np.maximum(count - 1, 0))
    below = np.floor(position).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    lower = np.take_along_axis(ordered, below, axis=2)
    upper = np.take_along_axis(ordered, above, axis=2)
    pool = lower + (upper - lower) * (position - below)
    pool = np.where(count >= FEW, pool, NORMAL)
    return np.asarray(pool - pool.mean(axis=2, keepdims=True))


def summed_quantiles(pool: Floats, response: Floats, count: Floats, levels: Sequence[float]) -> Floats:
    """Quantiles of the error of each period, n × 2 × horizon × levels.

    It is the sum of the errors up to that period, each from `pool` (n × 2 × `POOL`) and each as large as the level's
    `response` (n × 2 × horizon) makes it by then; the order of independent errors does not matter. The first sum is the
    pool itself, and the further ones come ever closer to a normal distribution: what the pool's quantiles have beside
    the normal ones fades with the skewness of the sum (its even part) and with the excess kurtosis (its odd part), as
    in the expansion of Cornish & Fisher (1938), "Moments and cumulants in the specification of distributions".

    What the regression's constant missed goes into every period alike, with a variance of 1 / `count` (n × 2, the
    periods it was told from): the errors of a sum are not quite independent. One period ahead the pool has it already.
    """
    deviation = np.maximum(pool.std(axis=2), np.finfo(float).tiny)[:, :, None]
    z = np.array([NormalDist().inv_cdf(level) for level in levels])
    beside = [_pool_quantiles(pool, np.abs(mirror - np.asarray(levels))) / deviation for mirror in (0, 1)]
    low, high = beside[0] - z, beside[1] + z
    even, odd = (low + high) / 2, (low - high) / 2
    squares, cubes, fourths = (np.cumsum(response**power, axis=2)[..., None] for power in (2, 3, 4))
    together = np.cumsum(response, axis=2)[..., None] ** 2 - squares
    squares = squares + np.maximum(together, 0.0) / np.maximum(count, 1.0)[:, :, None, None]
    shape = z + even[:, :, None] * (cubes / squares**1.5) + odd[:, :, None] * (fourths / squares**2)
    np.maximum.accumulate(shape, axis=3, out=shape)
    return np.asarray(deviation[..., None] * np.sqrt(squares) * shape)


def _pool_quantiles(pool: Floats, levels: Floats) -> Floats:
    position = np.clip(levels * POOL - 0.5, 0, POOL - 1)
    below = np.floor(position).astype(np.int64)
    lower, upper = pool[:, :, below], pool[:, :, np.minimum(below + 1, POOL - 1)]
    return np.asarray(lower + (upper - lower) * (position - below))


def member_shares(misses: Floats) -> Floats:
    """How much each member counts, n × 2: by its absolute left-out errors (n × 2 × T) in the series' own unit."""
    losses = np.where(np.isfinite(misses), misses, 0.0)
    count = np.maximum(np.isfinite(misses[:, 0]).sum(axis=1), 1)[:, None]
    best = losses.sum(axis=2).argmin(axis=1)
    excess = losses - np.take_along_axis(losses, best[:, None, None], axis=1)
    return by_standard_errors(excess.sum(axis=2), (excess**2).sum(axis=2), count)


def scaled_error(values: Floats, misses: Floats, seasons: tuple[int, ...]) -> Floats:
    """Mean of `misses` (n × T) relative to the best naive forecast's in sample, n; 1 where nothing can be compared."""
    rivals = [_mean(np.abs(values[:, lag:] - values[:, :-lag])) for lag in (1, *seasons) if lag < values.shape[1]]
    naive = np.min(rivals, axis=0) if rivals else np.zeros(len(values))
    own = _mean(misses)
    comparable = np.isfinite(own) & np.isfinite(naive) & (naive > 0)
    return np.asarray(np.divide(own, naive, out=np.ones(len(values)), where=comparable))


def _mean(errors: Floats) -> Floats:
    """The mean over what is there, n; infinite where nothing is."""
    there = np.isfinite(errors)
    count = there.sum(axis=1)
    total = np.where(there, errors, 0.0).sum(axis=1)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.inf))
