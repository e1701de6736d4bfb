"""How much order there is in a series."""

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.features.seasonality import autocorrelations

FEWEST = 8
"""Values below which a spectrum says nothing."""
CHANCE = 1 - 0.5772156649
"""What the logarithm of a power of noise lies below its mean by, on average (1 − Euler's constant)."""
LAGS = 10


def spectral_entropy(values: Floats, lengths: Integers) -> Floats:
    """n, from 0 (one regular wave, or a smooth trend) to 1 (noise); NaN for fewer than eight values, or equal ones.

    Shannon's entropy of the periodogram as a share of the largest possible (Goerg 2013, Forecastable component
    analysis, who calls 1 minus this the forecastability), plus what the periodogram of noise falls short of it by
    chance.
    values: n × T, right-aligned, NaN where not observed, which counts as the mean. lengths: n, periods of each series.
    """
    entropy = np.full(len(values), np.nan)
    for length in np.unique(lengths[lengths >= FEWEST]):  # frequencies are those of the own length of a series
        rows = np.flatnonzero(lengths == length)
        centred, usable = _centred(values[rows, -length:])
        power = np.abs(np.fft.rfft(centred, axis=1)[:, 1:]) ** 2
        total = power.sum(axis=1, keepdims=True)
        share = np.divide(power, total, out=np.zeros_like(power), where=total > 0)
        spread = -(share * np.log(np.where(share > 0, share, 1.0))).sum(axis=1)
        largest = np.log(power.shape[1])
        entropy[rows] = np.where(usable, np.minimum((spread + CHANCE) / largest, 1.0), np.nan)
    return entropy


def noise_probability(values: Floats, lengths: Integers) -> Floats:
    """n, how often noise looks at least as orderly (Ljung & Box 1978, up to ten lags); NaN as in `spectral_entropy`."""
    from scipy.stats import chi2

    probability = np.full(len(values), np.nan)
    for length in np.unique(lengths[lengths >= FEWEST]):
        rows = np.flatnonzero(lengths == length)
        _, usable = _centred(values[rows, -length:])
        lags = np.arange(1, min(LAGS, length // 4) + 1)
        repeats = autocorrelations(values[rows, -length:])[:, lags]
        statistic = length * (length + 2) * (repeats**2 / (length - lags)).sum(axis=1)
        probability[rows] = np.where(usable, chi2.sf(statistic, len(lags)), np.nan)
    return probability


def _centred(values: Floats) -> tuple[Floats, Integers]:
    """Distances from the mean, 0 where not observed; and whether there are enough values that differ."""
    seen = np.isfinite(values)
    count = seen.sum(axis=1)
    mean = np.where(seen, values, 0.0).sum(axis=1) / np.maximum(count, 1)
    centred = np.where(seen, values - mean[:, None], 0.0)
    differs = (centred**2).sum(axis=1) > 1e-12 * np.maximum(mean**2, 1e-300) * count
    return centred, (count >= FEWEST) & differs
