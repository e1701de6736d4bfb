"""Isolation forests, one a series: what a few random cuts set apart from all others is unusual.

Liu, Ting & Zhou (2008), Isolation Forest. Here of one number a period (how far it lies from trend and season), so that
a node of a tree is an interval, and all trees of a series are grown at once.
"""

from collections.abc import Sequence

import numpy as np

from forecastle.core.panel import Floats, Integers

TREES = 100
SAMPLE = 256
SEED = 1
FEW = 10
"""Times a sample up to which it is quicker to shuffle all values than to draw some."""
BLOCK = 20_000
"""Different values that go through the trees at a time."""


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
    """All trees of one series at once; values are let down through them block by block, to bound the memory."""
    size = min(SAMPLE, len(values))
    cuts, leaves = _grown(values, size)
    distinct, place = np.unique(values, return_inverse=True)
    blocks = [distinct[first : first + BLOCK] for first in range(0, len(distinct), BLOCK)]
    depth = np.concatenate([_depth(block, cuts, leaves) for block in blocks])
    usual = _usual_depth(np.array([float(size)]))[0]
    return np.asarray(2.0 ** (-depth / usual))[place]


def _grown(values: Floats, size: int) -> tuple[list[Floats], Floats]:
    """The cut of every node, by level (infinite where none divides it), and how deep each leaf would usually go on.

    Of sorted samples the nodes of a level are runs, with their ends at hand.
    """
    rng = np.random.default_rng(SEED)
    samples = np.sort(values[_drawn(rng, len(values), size)], axis=1).ravel()
    node = np.repeat(np.arange(TREES), size)
    deepest = int(np.ceil(np.log2(size)))
    cuts = []
    for level in range(deepest):
        begins, ends = np.flatnonzero(np.diff(node, prepend=-1)), np.flatnonzero(np.diff(node, append=-1))
        low, high = samples[begins], samples[ends]
        cut = np.full(TREES * 2**level, np.inf)
        divides = high > low
        shares = rng.random(len(cut))[node[begins]]
        cut[node[begins[divides]]] = (low + shares * (high - low))[divides]
        cuts.append(cut)
        node = 2 * node + (samples > cut[node])
    counts = np.bincount(node, minlength=TREES * 2**deepest).astype(np.float64)
    return cuts, _usual_depth(counts)


def _drawn(rng: np.random.Generator, count: int, size: int) -> Integers:
    """Which values each tree sees, none of them twice; TREES × size."""
    if count <= FEW * size:
        return rng.permuted(np.tile(np.arange(count), (TREES, 1)), axis=1)[:, :size]
    return np.stack([rng.choice(count, size, replace=False, shuffle=False) for _ in range(TREES)])


def _depth(values: Floats, cuts: Sequence[Floats], leaves: Floats) -> Floats:
    """How deep each value goes, as a mean over the trees."""
    depth = np.zeros((TREES, len(values)))
    inside = np.tile(np.arange(TREES)[:, None], (1, len(values)))
    for cut in cuts:
        limits = cut[inside]
        depth += np.isfinite(limits)
        inside = 2 * inside + (values > limits)
    return np.asarray((depth + leaves[inside]).mean(axis=0))


def _usual_depth(count: Floats) -> Floats:
    """The mean depth of an unsuccessful search in a binary tree of so many leaves."""
    more = np.maximum(count, 2.0)
    harmonic = np.log(np.maximum(more - 1, 1)) + np.euler_gamma
    return np.where(count > 2, 2 * harmonic - 2 * (more - 1) / more, np.where(count == 2, 1.0, 0.0))
