"""Any quantile, and the mean, from the few that were learned."""

from collections.abc import Sequence
from functools import cache
from statistics import NormalDist

import numpy as np

from forecastle.core.panel import Floats
from forecastle.core.quantiles import DEFAULT

LEVELS = DEFAULT.levels
"""The quantiles that are learned; others are read off between and beyond them."""

MIDDLE = LEVELS.index(0.5)

GRID = tuple((place + 0.5) / 40 for place in range(40))
"""Equally likely levels whose average is the mean."""


def at_levels(learned: Floats, levels: Sequence[float], known: Sequence[float] = LEVELS) -> Floats:
    """Quantiles at other levels, … × learned → … × levels: straight lines on the scale of a normal distribution.

    known: the levels that were learned.
    """
    return np.asarray(np.sort(learned, axis=-1) @ _weights(tuple(known), tuple(levels)))


def mean(learned: Floats, floor: Floats, known: Sequence[float] = LEVELS) -> Floats:
    """The expected value: the average over all levels, none of them below `floor` (-inf: no floor)."""
    return np.asarray(np.maximum(at_levels(learned, GRID, known), floor[..., None]).mean(axis=-1))


@cache
def _weights(learned: tuple[float, ...], levels: tuple[float, ...]) -> Floats:
    """How much of each learned quantile a level takes, learned × levels; beyond the outermost the last line goes on."""
    known, wanted = (np.array([NormalDist().inv_cdf(level) for level in some]) for some in (learned, levels))
    left = np.clip(np.searchsorted(known, wanted, side="right") - 1, 0, len(known) - 2)
    share = (wanted - known[left]) / (known[left + 1] - known[left])
    weights = np.zeros((len(known), len(wanted)))
    column = np.arange(len(wanted))
    weights[left, column], weights[left + 1, column] = 1 - share, share
    return weights
