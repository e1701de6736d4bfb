"""How far forecasts miss, as quantiles around their mean."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from forecastle.core.panel import Floats


def normal_quantiles(mean: Floats, deviation: Floats, levels: Sequence[float]) -> Floats:
    """Quantiles n × horizon × levels of normal errors; mean n × horizon, standard deviation the same or n × 1."""
    z = np.array([NormalDist().inv_cdf(level) for level in levels])
    return np.asarray(mean[:, :, None] + deviation[:, :, None] * z)


def standard_deviation(squares: Floats, count: Floats, size: Floats, *, parameters: int) -> Floats:
    """From each series' sum of squared errors and their count, corrected for the parameters fitted; n.

    With fewer than two errors nothing is known about them: half of `size`, the mean absolute value, stands in.
    """
    free = np.maximum(count - parameters, np.maximum(count / 2, 1.0))
    return np.asarray(np.where(count > 1, np.sqrt(squares / free), size / 2))


def deviation_of(errors: Floats, values: Floats, *, parameters: int = 0) -> Floats:
    """The standard deviation of each row's errors (n × T, NaN where there are none) around 0."""
    seen = np.isfinite(errors)
    known = np.where(seen, errors, 0.0)
    size = np.nanmean(np.abs(values), axis=1)
    largest = np.abs(known).max(axis=1, initial=0.0)
    unit = np.where(largest > 0, largest, 1.0)  # squares of huge numbers would overflow
    squares = ((known / unit[:, None]) ** 2).sum(axis=1)
    return unit * standard_deviation(squares, seen.sum(axis=1), size / unit, parameters=parameters)
