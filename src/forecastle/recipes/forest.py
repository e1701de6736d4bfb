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
    """All trees of one series at once: of sorted samples the nodes of a level are runs, with their ends at hand."""
    rng = np.random.default_rng(SEED)
    size = min(SAMPLE, len(values))
    deepest = int(np.ceil(np.log2(size)))
    drawn = rng.permuted(np.tile(np.arange(len(values)), (TREES, 1)), axis=1)[:, :size]
    samples = np.sort(values[drawn], axis=1).ravel()
    distinct, place = np.unique(values, return_inverse=True)
    depth = np.zeros((TREES, len(distinct)))
    inside = np.tile(np.arange(TREES)[:, None], (1, len(distinct)))
    node = np.repeat(np.arange(TREES), size)
    for level in range(deepest):
        nodes = TREES * 2**level
        begins, ends = np.flatnonzero(np.diff(node, prepend=-1)), np.flatnonzero(np.diff(node, append=-1))
        low, high = samples[begins], samples[ends]
        cut = np.full(nodes, np.inf)
        divides = high > low
        shares = rng.random(nodes)[node[begins]]
        cut[node[begins[divides]]] = (low + shares * (high - low))[divides]
        limits = cut[inside]
        depth += np.isfinite(limits)
        inside = 2 * inside + (distinct > limits)
        node = 2 * node + (samples > cut[node])
    counts = np.bincount(node, minlength=TREES * 2**deepest).astype(np.float64)
    depth += _usual_depth(counts)[inside]
    usual = _usual_depth(np.array([float(size)]))[0]
    return np.asarray(2.0 ** (-depth.mean(axis=0) / usual))[place]


def _usual_depth(count: Floats) -> Floats:
    """The mean depth of an unsuccessful search in a binary tree of so many leaves."""
    more = np.maximum(count, 2.0)
    harmonic = np.log(np.maximum(more - 1, 1)) + np.euler_gamma
    return np.where(count > 2, 2 * harmonic - 2 * (more - 1) / more, np.where(count == 2, 1.0, 0.0))
