"""Units that suit every series: how far a value lies from the level, in usual changes, both known at a cutoff."""

import numpy as np

from forecastle.core.panel import Floats

FAR = 20.0
"""Answers farther from the level than so many usual changes count as just so far."""


def usual_change(changes: Floats, level: Floats) -> Floats:
    """The mean of mean absolute changes over one period and over one season, by which MASE and the scaled loss divide.

    changes: kinds × …, NaN where there was no such pair. level: …
    Answers …; 0 where a series never changed, NaN before its first value.
    """
    known = np.isfinite(changes)
    with np.errstate(invalid="ignore"):
        mean = np.where(known, changes, 0.0).sum(axis=0) / known.sum(axis=0)
    # A single value says nothing about changes; its size stands in.
    return np.asarray(np.where(known.any(axis=0), mean, np.abs(level)))
