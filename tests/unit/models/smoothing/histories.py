"""Histories of different lengths as one array."""

from collections.abc import Sequence

import numpy as np

from forecastle.core.panel import Floats


def right_aligned(series: Sequence[Floats]) -> Floats:
    """n × the longest; NaN before a series begins."""
    width = max(len(values) for values in series)
    return np.array([np.concatenate([np.full(width - len(values), np.nan), values]) for values in series])
