"""Isolation forests, one a series: what a few random cuts set apart from all others is unusual.

Liu, Ting & Zhou (2008), Isolation Forest. Here of one number a period (how far it lies from trend and season), so that
a node of a tree is an interval, and all trees of a series are grown at once.
"""

import numpy as np

from forecastle.core.panel import Floats

TREES = 100
SAMPLE = 256
SEED = 1


def anomaly_scores(values: Floats) -> Floats:
    """From 0 to 1 for each value, n × T; about 0.5 is usual, near 1 is isolated. NaN stays NaN.

    The same values get the same scores in whatever company: every series has random numbers of its own.
    """
    scores = np.full_like(values, np.nan)
    for row, series in enumerate(values):
        known = np.isfinite(series)
        if known.sum() > 2:
            scores[row, known] = _scores(series[known])
    return scores


def _scores(values: Floats) -> Floats:
    rng = np.random.default_rng(SEED)
    size = min(SAMPLE, len(values))
    deepest = int(np.ceil(np.log2(size)))
    samples = rng.permuted(np.tile(values, (TREES, 1)), axis=1)[:, :size]
    depth = np.zeros((TREES, len(values)))
    inside, node = np.zeros((TREES, len(values)), np.int64), np.zeros((TREES, size), np.int64)
    trees = np.arange(TREES)[:, None]
    for level in range(deepest):
        nodes = 2**level
        low, high = np.full((TREES, nodes), np.inf), np.full((TREES, nodes), -np.inf)
        np.minimum.at(low, (trees, node), samples)
        np.maximum.at(high, (trees, node), samples)
        divides = high > low
        where = rng.random((TREES, nodes))
        cut = np.full((TREES, nodes), np.inf)
        cut[divides] = low[divides] + where[divides] * (high[divides] - low[divides])
        going = divides[trees, inside]
        depth += going
        inside = 2 * inside + (values[None, :] > cut[trees, inside])
        node = 2 * node + (samples > cut[trees, node])
    counts = np.zeros((TREES, 2**deepest))
    np.add.at(counts, (trees, node), 1.0)
    depth += _usual_depth(counts[trees, inside])
    return np.asarray(2.0 ** (-depth.mean(axis=0) / _usual_depth(np.array([float(size)]))[0]))


def _usual_depth(count: Floats) -> Floats:
    """The mean depth of an unsuccessful search in a binary tree of so many leaves."""
    more = np.maximum(count, 2.0)
    harmonic = np.log(np.maximum(more - 1, 1)) + np.euler_gamma
    return np.where(count > 2, 2 * harmonic - 2 * (more - 1) / more, np.where(count == 2, 1.0, 0.0))
