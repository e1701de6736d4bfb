"""Quantiles of a weighted mixture of distributions, for many mixtures at once and without drawing from any.

A component is a normal distribution, or one skewed to the right: a log-normal that was moved and stretched to the same
mean and standard deviation. The quantile of the mixture lies between those of its components, and is found there by
Newton's method.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats

Singles = NDArray[np.float32]

ROUNDS = 6
"""Of Newton's method at most; the start, the weighted mean of the components' quantiles, is near already."""

NEAR = np.float32(2e-4)
"""Twice a chance that is off by less than Φ itself is; the step after that takes care of the rest."""

STRAIGHT, CROOKED = 0.003, 1.0
"""Bounds of the skew: below the first one, it is as good as none."""

NARROW = 1e-6
"""In units of the mixture's own spread: a narrower component is taken to be so wide."""

CELLS = 40_000
"""Values worked on at a time, to stay in cache."""

LINEAR, CUBIC = np.float32(0.79880), np.float32(0.03528)
"""Φ(z) ≈ (1 + tanh(0.7988 z + 0.03528 z³)) / 2, off by 0.00014 at most.

Bowling, Khasawneh, Kaewkuekool & Cho (2009), "A logistic approximation to the cumulative normal distribution"."""


def mixture_quantiles(weight: Floats, mean: Floats, deviation: Floats, skew: Floats, levels: Sequence[float]) -> Floats:
    """Quantiles of N mixtures of C components each, levels × N.

    weight, mean, deviation: C × N; weights are positive and add up to 1. skew: C × N, the coefficient of variation of
    the log-normal before it is moved and stretched, 0 for a normal distribution.
    """
    middle = (weight * mean).sum(axis=0)
    spread = (weight * (deviation + np.abs(mean - middle))).sum(axis=0)
    unit = np.where(spread > 0, spread, 1.0)
    parts = [each.astype(np.float32) for each in (weight, (mean - middle) / unit, deviation / unit, skew)]
    z = np.array([NormalDist().inv_cdf(level) for level in levels], np.float32)[:, None]
    found = np.empty((len(z), len(middle)), np.float32)
    size = max(1, CELLS // (len(weight) * len(z)))
    for begin in range(0, len(middle), size):
        columns = slice(begin, begin + size)
        found[:, columns] = _Mixture.of(*(part[:, columns] for part in parts)).quantiles(z)
    return np.asarray(middle + spread * found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mixture:
    """C × 1 × N each. spread: of the logarithms of a log-normal with this coefficient of variation."""

    weight: Singles
    mean: Singles
    deviation: Singles
    skew: Singles
    spread: Singles

    @classmethod
    def of(cls, weight: Singles, mean: Singles, deviation: Singles, skew: Singles) -> "_Mixture":
        skew = np.clip(skew, np.float32(STRAIGHT), np.float32(CROOKED))
        return cls(
            weight=weight[:, None],
            mean=mean[:, None],
            deviation=np.maximum(deviation, np.float32(NARROW))[:, None],
            skew=skew[:, None],
            spread=np.sqrt(np.log1p(skew * skew))[:, None],
        )

    def quantiles(self, z: Singles) -> Singles:
        """Levels × N, for the levels that are z (levels × 1) in a standard normal distribution."""
        each = np.expm1(self.spread * (z - self.spread / 2)) / self.skew
        each = self.mean + self.deviation * each
        low, high = each.min(axis=0), each.max(axis=0)
        aim = _tanh_of(z)
        x = (self.weight * each).sum(axis=0)
        for _ in range(ROUNDS):
            excess, slope = self._beside(x, aim)
            low, high = np.where(excess < 0, x, low), np.where(excess < 0, high, x)
            step = x - excess / np.maximum(slope, np.float32(NARROW))
            x = np.where((step >= low) & (step <= high), step, (low + high) / 2)
            if np.abs(excess).max() < NEAR:
                break
        return np.sort(x, axis=0)  # between components far apart Newton may stop short of a level and past the next

    def _beside(self, x: Singles, aim: Singles) -> tuple[Singles, Singles]:
        """Twice the chance of less than x above the one aimed at, and how fast it rises with x; levels × N."""
        factor = x - self.mean
        factor *= self.skew / self.deviation
        factor += 1
        np.maximum(factor, np.float32(NARROW), out=factor)
        z = np.log(factor)
        z /= self.spread
        z += self.spread / 2
        factor *= self.spread * self.deviation / self.skew  # by now what z is to be divided by for the slope
        square = z * z
        z *= LINEAR + CUBIC * square
        chance = np.tanh(z, out=z)
        square *= 3 * CUBIC
        square += LINEAR
        square /= factor
        square *= 1 - chance * chance
        excess = np.einsum("cln,cln->ln", chance, np.broadcast_to(self.weight, chance.shape)) - aim
        return excess, np.einsum("cln,cln->ln", square, np.broadcast_to(self.weight, chance.shape))


def _tanh_of(z: Singles) -> Singles:
    return np.asarray(np.tanh(z * (LINEAR + CUBIC * z * z)))
