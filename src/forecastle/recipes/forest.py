"""Isolation forests, one a series: what a few random cuts set apart from all others is unusual.

Liu, Ting & Zhou (2008), Isolation Forest. Here of one number a period (how far it lies from trend and season), so that
a node of a tree is an interval, and all trees of a series are grown at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """The nodes of all trees that are so deep. low, high: the sample's ends in each; cut: infinite where none divides.

    luck: whether a cut through a wider interval would have met the part that a further value makes it wider by.
    """

    low: Floats
    high: Floats
    cut: Floats
    luck: Floats


def _scores(values: Floats) -> Floats:
    """All trees of one series at once; values are let down through them block by block, to bound the memory."""
    size = min(SAMPLE, len(values))
    levels, leaves = _grown(values, size)
    distinct, place = np.unique(values, return_inverse=True)
    down = _depth if size == len(values) else _depth_of_others
    blocks = [distinct[first : first + BLOCK] for first in range(0, len(distinct), BLOCK)]
    depth = np.concatenate([down(block, levels, leaves) for block in blocks])
    usual = _usual_depth(np.array([float(size)]))[0]
    return np.asarray(2.0 ** (-depth / usual))[place]


def _grown(values: Floats, size: int) -> tuple[list[_Level], Floats]:
    """The levels from the root down, and how deep each leaf would usually go on.

    Of sorted samples the nodes of a level are runs, with their ends at hand.
    """
    rng, luck = np.random.default_rng(SEED), np.random.default_rng(SEED + 1)
    samples = np.sort(values[_drawn(rng, len(values), size)], axis=1).ravel()
    node = np.repeat(np.arange(TREES), size)
    deepest = int(np.ceil(np.log2(size)))
    levels = []
    for level in range(deepest):
        begins, ends = np.flatnonzero(np.diff(node, prepend=-1)), np.flatnonzero(np.diff(node, append=-1))
        there = node[begins]
        low, high, cut = (np.full(TREES * 2**level, np.inf) for _ in range(3))
        low[there], high[there] = samples[begins], samples[ends]
        divided = there[samples[ends] > samples[begins]]
        shares = rng.random(len(cut))
        first, last = low[divided], high[divided]
        cut[divided] = np.minimum(
            first + shares[divided] * (last - first), np.nextafter(last, first)
        )  # never rounded up
        levels.append(_Level(low=low, high=high, cut=cut, luck=luck.random(len(cut))))
        node = 2 * node + (samples > cut[node])
    counts = np.bincount(node, minlength=TREES * 2**deepest).astype(np.float64)
    return levels, _usual_depth(counts)


def _drawn(rng: np.random.Generator, count: int, size: int) -> Integers:
    """Which values each tree sees, none of them twice; TREES × size."""
    if count <= FEW * size:
        return rng.permuted(np.tile(np.arange(count), (TREES, 1)), axis=1)[:, :size]
    return np.stack([rng.choice(count, size, replace=False, shuffle=False) for _ in range(TREES)])


def _depth(values: Floats, levels: Sequence[_Level], leaves: Floats) -> Floats:
    """How deep values of the sample go, as a mean over the trees."""
    depth = np.zeros((TREES, len(values)))
    inside = np.tile(np.arange(TREES)[:, None], (1, len(values)))
    for level in levels:
        limits = level.cut[inside]
        depth += np.isfinite(limits)
        inside = 2 * inside + (values > limits)
    return np.asarray((depth + leaves[inside]).mean(axis=0))


def _depth_of_others(values: Floats, levels: Sequence[_Level], leaves: Floats) -> Floats:
    """The same for values that few trees have seen: as deep as they went had every sample held them, too.

    A value outside of a node's interval is set apart there when a cut through the wider one falls between them; without
    that, one that lies alone far out of thousands would look like the farthest of each sample.
    """
    depth = np.zeros((TREES, len(values)))
    inside = np.tile(np.arange(TREES)[:, None], (1, len(values)))
    within = np.ones(depth.shape, dtype=bool)
    for level in levels:
        low, high, limits = level.low[inside], level.high[inside], level.cut[inside]
        gap = np.maximum(np.maximum(low - values, values - high), 0.0)
        apart = within & (gap > level.luck[inside] * (gap + high - low))
        depth += within & (apart | np.isfinite(limits))
        within &= ~apart
        inside = 2 * inside + (values > limits)
    return np.asarray((depth + np.where(within, leaves[inside], 0.0)).mean(axis=0))


def _usual_depth(count: Floats) -> Floats:
    """The mean depth of an unsuccessful search in a binary tree of so many leaves."""
    more = np.maximum(count, 2.0)
    harmonic = np.log(np.maximum(more - 1, 1)) + np.euler_gamma
    return np.where(count > 2, 2 * harmonic - 2 * (more - 1) / more, np.where(count == 2, 1.0, 0.0))
