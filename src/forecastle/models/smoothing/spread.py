"""Quantiles around a mean from the first moments of the forecast error."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats

Reals = NDArray[np.floating]

MOST_SKEWED = 1.0
"""The expansion is not monotone for much more."""


def quantiles_around(
    mean: Floats, deviation: Floats, levels: Sequence[float], *, skewness: Floats | None = None
) -> Floats:
    """Quantiles n × horizon × levels of errors with this standard deviation and skewness (each n × horizon).

    Normal without skewness, else by the first term of Cornish & Fisher (1938): z + (z² − 1)·γ/6.
    """
    z = np.array([NormalDist().inv_cdf(level) for level in levels])
    shape = np.broadcast_to(z, (*mean.shape, z.size))
    if skewness is not None:
        shape = z + (z**2 - 1) / 6 * np.clip(skewness, -MOST_SKEWED, MOST_SKEWED)[:, :, None]
    return np.sort(mean[:, :, None] + deviation[:, :, None] * shape, axis=2)


def shrunk_skewness(errors: Reals) -> Floats:
    """Skewness of each row's errors (n × T, NaN left out), drawn towards 0 where there are few of them; n."""
    seen = np.isfinite(errors)
    count = np.maximum(seen.sum(axis=1), 1)
    centred = np.where(seen, errors, 0.0)
    centred = np.where(seen, errors - centred.sum(axis=1, keepdims=True) / count[:, None], 0.0)
    variance = (centred**2).sum(axis=1) / count
    third = (centred**3).sum(axis=1) / count
    skewness = np.divide(third, variance**1.5, out=np.zeros_like(third), where=variance > 0)
    return np.asarray(skewness * count / (count + 20))


def deviation_of(errors: Reals, values: Floats) -> Floats:
    """Root mean square of each row's errors (NaN left out), n.

    With fewer than two errors nothing is known about them: half of the mean absolute value stands in.
    """
    count = np.isfinite(errors).sum(axis=1)
    square = np.nansum(errors**2, axis=1) / np.maximum(count, 1)
    size = np.nanmean(np.abs(values), axis=1)
    return np.asarray(np.where(count > 1, np.sqrt(square), size / 2))
