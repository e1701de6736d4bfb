"""Ridge regressions of many series at once, with shrinkage averaged by how well each left-out point is predicted.

Hoerl & Kennard (1970), "Ridge regression". Leaving one point out needs no second fit: its error is the residual over
1 − leverage (Allen 1974, PRESS). Penalties are averaged softly rather than chosen, as in FLAIR (Honda 2026,
arXiv:2605.07222), here by the standard error of the difference to the best penalty.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats

Reals = NDArray[np.floating]

PENALTIES = 10.0 ** np.arange(0.0, 4.1, 0.5)
"""Against columns and targets of unit mean square."""

LEAST_SIZE, LEAST_LEVEL = 1e-9, 1e-12
"""Root mean squares below these are rounding: such a column or target is taken to be empty."""

FREE = 1e-3
"""The least share of a point that is not explained by itself: keeps left-out errors finite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """Coefficients, n × p, and the error of each point when it is left out, n × T, zero where it has no weight."""

    coefficients: Reals
    left_out: Reals


def regress(
    columns: Reals, target: Reals, weight: Reals, importance: Reals, *, penalties: Floats = PENALTIES
) -> Regression:
    """Fit `target` (n × T) on `columns` (n × p × T) where `weight` (n × T) is 1 and not where it is 0.

    importance: p, how much larger than the others a column's coefficient is expected to be. A column without any
    variation, or a target without any, gets zero coefficients. All in the precision of the columns: the penalties keep
    the equations well conditioned.
    """
    count = np.maximum(weight.sum(axis=1), 1)
    design = columns * weight[:, None]
    size = np.sqrt(np.einsum("npt,npt->np", design, design) / count[:, None])
    gain = np.where(size > LEAST_SIZE, importance / np.where(size > 0, size, 1), 0).astype(columns.dtype)
    level = np.sqrt((target**2 * weight).sum(axis=1) / count)
    unit = np.where(level > LEAST_LEVEL, level, 1).astype(columns.dtype)
    design *= gain[:, :, None]
    response = target * weight / unit[:, None]

    variances, axes = np.linalg.eigh(design @ design.transpose(0, 2, 1))
    rotated = axes.transpose(0, 2, 1) @ design
    moments = _times(rotated, response)
    filters = 1 / (np.maximum(variances, 0)[:, None] + penalties[:, None].astype(columns.dtype))
    leverages = rotated**2
    share = _shares(rotated, leverages, filters, moments, response, count)
    blend = (share[:, None] @ filters)[:, 0]

    weights = blend * moments
    fitted, leverage = (weights[:, None] @ rotated)[:, 0], (blend[:, None] @ leverages)[:, 0]
    left_out = (response - fitted) / np.maximum(1 - leverage, columns.dtype.type(FREE)) * unit[:, None]
    return Regression(coefficients=_times(axes, weights) * gain * unit[:, None], left_out=left_out)


def _shares(rotated: Reals, leverages: Reals, filters: Reals, moments: Reals, response: Reals, count: Reals) -> Reals:
    """How much each penalty counts, n × penalties: by how surely its left-out errors are worse than the best's."""
    errors = (filters * moments[:, None]) @ rotated
    errors -= response[:, None]
    leverage = filters @ leverages
    np.subtract(1, leverage, out=leverage)
    np.maximum(leverage, leverage.dtype.type(FREE), out=leverage)
    errors /= leverage
    errors *= errors
    best = errors.sum(axis=2).argmin(axis=1)
    errors -= np.take_along_axis(errors, best[:, None, None], axis=1)
    excess, squares = errors.sum(axis=2, dtype=np.float64), np.einsum("nkt,nkt->nk", errors, errors)
    shares = by_standard_errors(excess, squares.astype(np.float64), count[:, None].astype(np.float64))
    return shares.astype(rotated.dtype)


def _times(matrices: Reals, vectors: Reals) -> Reals:
    return np.asarray((matrices @ vectors[:, :, None])[:, :, 0])


def by_standard_errors(excess: Floats, squares: Floats, count: Floats) -> Floats:
    """Shares of several candidates, n × candidates, falling with how surely each is worse than the best.

    excess, squares: sums over `count` points of the loss above the best candidate's, and of its square.
    """
    mean = excess / count
    deviation = np.sqrt(np.maximum(squares / count - mean**2, 0.0) / count)
    certainty = mean / np.maximum(deviation, 1e-12 + 1e-9 * np.abs(mean))
    share = np.exp(-np.minimum(certainty, 700.0))
    return np.asarray(share / share.sum(axis=1, keepdims=True))
