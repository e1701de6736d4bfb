"""The seasonal shape of many series at once: harmonics beside a bending trend, shrunk by ridge regression.

Level × shape factorisation: Honda (2026), "Don't learn the shape", arXiv:2605.07222. There the shape is the average of
the last cycles; here it is a penalised Fourier series, so that one cycle and a half is enough to begin with, gaps do
not matter, and a shape that the data do not support is shrunk away. The penalties are averaged by generalised
cross-validation (Golub, Heath & Wahba 1979).
"""

import numpy as np

from forecastle.core.panel import Floats

CYCLES = 1.5
"""Cycles that must have been observed."""

HARMONICS = 10
"""At most; each is expected to be smaller than the one before, as its number."""

BENDS = 12
"""At most: places where the trend beside the season may change its slope."""

PENALTIES = 10.0 ** np.arange(-1.0, 5.1, 0.5)
FREE_OF_PENALTY = 100.0
"""By how much the trend is scaled up, so that the penalties do not reach it."""


def carries(observed: np.ndarray, period: int) -> np.ndarray:
    """Which series (n) have observed enough (n × T) of a season of this length."""
    return np.asarray(observed.sum(axis=1) >= CYCLES * period)


def seasonal_shape(values: Floats, observed: np.ndarray, period: int) -> Floats:
    """Additive shape of each series, n × members × period; the first column is the period after the last one.

    values: n × members × T, anything where `observed` (n × T) is false. Zero for a series that has too few cycles.
    """
    length = observed.shape[1]
    trend, season = _trend(length, period), _harmonics(np.arange(length), period)
    basis = np.concatenate([FREE_OF_PENALTY * trend, season], axis=1)
    coefficients = _penalised(basis, np.where(observed[:, None], values, 0.0), observed)
    ahead = _harmonics(np.arange(length, length + period), period)
    shape = coefficients[:, :, trend.shape[1] :] @ ahead.T
    return np.where(carries(observed, period)[:, None, None], shape, 0.0)


def _trend(length: int, period: int) -> Floats:
    time = np.arange(length)
    spacing = max(2 * period, -(-length // BENDS))
    bends = np.arange(length - spacing, period // 2, -spacing)
    hinges = np.maximum(bends - time[:, None], 0) / period
    return np.concatenate([np.ones((length, 1)), (time[:, None] - length / 2) / period, hinges], axis=1)


def _harmonics(time: np.ndarray, period: int) -> Floats:
    numbers = np.arange(1, min(period // 2, HARMONICS) + 1)
    angle = 2 * np.pi * np.outer(time, numbers) / period
    sines = np.sin(angle)[:, 2 * numbers < period]
    sizes = np.sqrt(2) / np.concatenate([numbers, numbers[2 * numbers < period]])
    return np.asarray(np.concatenate([np.cos(angle), sines], axis=1) * sizes)


def _penalised(basis: Floats, values: Floats, observed: np.ndarray) -> Floats:
    """Coefficients n × members × p. Series observed in the same periods share one factorisation."""
    size = basis.shape[1]
    packed, which = np.unique(np.packbits(observed, axis=1), axis=0, return_inverse=True)
    masks = np.unpackbits(packed, axis=1, count=observed.shape[1]).astype(np.float64)
    products = (basis[:, :, None] * basis[:, None, :]).reshape(len(basis), -1)
    variances, axes = np.linalg.eigh((masks @ products).reshape(-1, size, size))
    variances = np.maximum(variances, 1e-9)[:, :, None]
    filters = 1.0 / (variances + PENALTIES)
    effective = (variances * filters).sum(axis=1)[which][:, None]

    moments = (values @ basis) @ axes[which]
    total = (values**2).sum(axis=2)[:, :, None]
    explained = moments**2 @ (filters * (2.0 - variances * filters))[which]
    unexplained = np.maximum(total - explained, 1e-12 * total + 1e-300)
    count = observed.sum(axis=1)[:, None, None]
    freedom = np.maximum(1.0 - effective / count, 1e-3)
    score = 0.5 * count * (np.log(unexplained) - 2.0 * np.log(freedom))
    share = np.exp(score.min(axis=2, keepdims=True) - score)
    share /= share.sum(axis=2, keepdims=True)
    blend = share @ filters[which].transpose(0, 2, 1)
    return np.asarray((moments * blend) @ axes[which].transpose(0, 2, 1))
