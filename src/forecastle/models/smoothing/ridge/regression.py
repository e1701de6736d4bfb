"""Ridge regressions of many series at once, with shrinkage averaged by how well each left-out point is predicted.

Hoerl & Kennard (1970), "Ridge regression". Leaving one point out needs no second fit: its error is the residual over
1 − leverage (Allen 1974, PRESS). Penalties are averaged softly rather than chosen, as in FLAIR (Honda 2026,
arXiv:2605.07222), here by the standard error of the difference to the best penalty.
"""

from dataclasses import dataclass

import numpy as np

from forecastle.core.panel import Floats

PENALTIES = 10.0 ** np.arange(0.0, 4.1, 0.5)
"""Against columns and targets of unit mean square."""

FREE = 1e-3
"""The least share of a point that is not explained by itself: keeps left-out errors finite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """Coefficients, n × p, and the error of each point when it is left out, n × T, zero where it has no weight."""

    coefficients: Floats
    left_out: Floats


def regress(
    columns: Floats, target: Floats, weight: Floats, importance: Floats, *, penalties: Floats = PENALTIES
) -> Regression:
    """Fit `target` (n × T) on `columns` (n × T × p) where `weight` (n × T) is 1 and not where it is 0.

    importance: p, how much larger than the others a column's coefficient is expected to be. A column without any
    variation, or a target without any, gets zero coefficients.
    """
    count = np.maximum(weight.sum(axis=1), 1.0)
    size = np.sqrt(np.einsum("ntp,ntp,nt->np", columns, columns, weight) / count[:, None])
    gain = np.where(size > 1e-9, importance / np.where(size > 0, size, 1.0), 0.0)
    level = np.sqrt((target**2 * weight).sum(axis=1) / count)
    unit = np.where(level > 1e-12, level, 1.0)
    design = columns * (gain[:, None, :] * weight[:, :, None])
    response = target * (weight / unit[:, None])

    variances, axes = np.linalg.eigh(design.transpose(0, 2, 1) @ design)
    rotated = design @ axes
    moments = _times(rotated.transpose(0, 2, 1), response)
    filters = 1.0 / (np.maximum(variances, 0.0)[:, :, None] + penalties)
    share = _shares(rotated, moments, filters, response, count)
    blend = _times(filters, share)

    fitted = _times(rotated, blend * moments)
    leverage = _times(rotated**2, blend)
    coefficients = _times(axes, blend * moments) * gain * unit[:, None]
    left_out = (response - fitted) / np.maximum(1.0 - leverage, FREE) * unit[:, None]
    return Regression(coefficients=coefficients, left_out=left_out)


def _shares(rotated: Floats, moments: Floats, filters: Floats, response: Floats, count: Floats) -> Floats:
    """How much each penalty counts, n × penalties: by how surely its left-out errors are worse than the best's."""
    errors = response[:, :, None] - rotated @ (filters * moments[:, :, None])
    errors /= np.maximum(1.0 - (rotated**2) @ filters, FREE)
    errors *= errors
    best = errors.sum(axis=1).argmin(axis=1)
    errors -= np.take_along_axis(errors, best[:, None, None], axis=2)
    return by_standard_errors(errors.sum(axis=1), np.einsum("ntk,ntk->nk", errors, errors), count[:, None])


def _times(matrices: Floats, vectors: Floats) -> Floats:
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
