"""What the left-out errors of a ridge say: how to draw new ones, which member to believe, and how good the fit is."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.models.smoothing.ridge.regression import by_standard_errors

POOL = 50
"""Quantiles that stand for a series' errors, equally likely."""

CHANCES = (np.arange(POOL) + 0.5) / POOL
NORMAL = np.array([NormalDist().inv_cdf(chance) for chance in CHANCES])

FEW = 4
"""With fewer errors their spread is unknown: they are taken as normal, one spread of the series wide."""

CELLS = 200_000
"""Simulated sums worked on at a time, to stay in cache."""


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


def stratified_draws(paths: int, horizon: int, rng: np.random.Generator) -> Integers:
    """Which error of a pool each path meets in each period, horizon × paths: every error equally often, shuffled.

    All series share the draws, so that a series' range does not depend on its neighbours.
    """
    ranks = np.arange(paths, dtype=np.int64) * POOL // paths
    return rng.permuted(np.tile(ranks, (horizon, 1)), axis=1)


def summed_quantiles(pool: Floats, response: Floats, levels: Sequence[float], draws: Integers) -> Floats:
    """Quantiles of the error of each period, n × 2 × horizon × levels.

    It is the sum of the errors up to that period, each from `pool` (n × 2 × `POOL`) and each as large as the level's
    `response` (n × 2 × horizon) makes it by then. The order of independent errors does not matter, and so one period's
    sum is the last one's and one more.
    """
    horizon, paths = draws.shape
    flat_pool = pool.reshape(-1, POOL).astype(np.float32)
    flat_response = response.reshape(-1, horizon).astype(np.float32)
    result = np.empty((len(flat_pool), horizon, len(levels)))
    position = np.clip(np.asarray(levels) * paths - 0.5, 0, paths - 1)
    below = np.floor(position).astype(np.int64)
    above = np.minimum(below + 1, paths - 1)
    rows = max(1, CELLS // paths)
    for start in range(0, len(flat_pool), rows):
        part = slice(start, start + rows)
        total = np.zeros((len(flat_pool[part]), paths), dtype=np.float32)
        for step in range(horizon):
            total += np.take(flat_response[part, step, None] * flat_pool[part], draws[step], axis=1, mode="clip")
            ordered = np.sort(total, axis=1)  # sorts several times faster than it selects
            lower, upper = ordered[:, below], ordered[:, above]
            result[part, step] = lower + (upper - lower) * (position - below)
    return result.reshape(*response.shape, len(levels))


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
