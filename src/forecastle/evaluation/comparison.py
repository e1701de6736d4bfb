"""Whether a model is better than another, or was only lucky."""

from collections.abc import Iterator
from math import sqrt

import numpy as np

from forecastle.core.panel import Floats

FLIPS = 1999
"""Random sign patterns; the smallest p-value they can show is 1 / 2000."""

EXACT_UP_TO = 11
"""Series up to which every sign pattern is tried instead of a random choice: 2¹¹ = 2048."""

BLOCK = 200
"""Sign patterns drawn at a time, which bounds the memory a large panel takes."""

PIECE = 128
"""Series multiplied at a time: so few that BLAS starts no threads, which would take longer than the product."""


def diebold_mariano(losses: Floats, baseline: Floats, *, horizon: int = 1) -> float | None:
    """The p-value that one series' losses are smaller than the baseline's by chance (one-sided).

    losses, baseline: one loss a forecast, in time order. horizon: how many forecasts overlap in time; their loss
    differences are autocorrelated up to `horizon` − 1. None when that cannot be told: too few forecasts, or always
    the same difference.

    Diebold & Mariano (1995) with the small-sample correction and Student's t of Harvey, Leybourne & Newbold (1997).
    Where the long-run variance comes out negative the uncorrelated one is taken.
    """
    from scipy.special import stdtr  # of scipy.stats the import alone takes half a second

    gain = np.asarray(baseline, dtype=float) - np.asarray(losses, dtype=float)
    n = len(gain)
    correction = (n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n if n > 1 else 0.0
    if correction <= 0:
        return None
    centred = gain - gain.mean()
    variance = float(centred @ centred) / n
    long_run = variance + 2 * sum(float(centred[lag:] @ centred[:-lag]) / n for lag in range(1, horizon))
    spread = long_run if long_run > 0 else variance
    if spread <= np.finfo(float).eps * float(gain @ gain) / n:
        return None
    statistic = sqrt(correction) * gain.mean() / sqrt(spread / n)
    return float(stdtr(n - 1, -statistic))


def sign_flip(gains: Floats, *, rng: np.random.Generator) -> Floats:
    """For each of k models, the p-value that its total gain over a panel is positive by chance (one-sided).

    gains: n × k, one row a series and one column a model: the baseline's total absolute error minus the model's; 0
    where there is nothing to compare. Under the null hypothesis either could have made either error, so each gain is
    as likely with the other sign; the p-value is the share of sign patterns whose total is at least the one seen
    (of all patterns for few series, else of a random choice that counts the observed one in).

    A randomisation test (Fisher, 1935) over series is used rather than a bootstrap because it stays honest for a
    handful of series, and rather than Diebold–Mariano because a panel has many series but few cutoffs. It treats
    series as independent: with strong common shocks the true p-value is larger.
    """
    seen = gains.sum(axis=0)
    if len(gains) <= EXACT_UP_TO:
        flips = (np.arange(2 ** len(gains))[:, None] >> np.arange(len(gains))) & 1
        totals = seen - 2.0 * flips @ gains
    else:
        totals = np.vstack([seen, *_random_totals(gains, rng)])
    slack = 1e-9 * np.abs(gains).sum(axis=0)
    found: Floats = np.mean(totals >= seen - slack, axis=0)
    return found


def _random_totals(gains: Floats, rng: np.random.Generator) -> Iterator[Floats]:
    for start in range(0, FLIPS, BLOCK):
        flips = rng.integers(0, 2, size=(min(BLOCK, FLIPS - start), len(gains)), dtype=np.int8)
        pieces = [slice(first, first + PIECE) for first in range(0, len(gains), PIECE)]
        yield gains.sum(axis=0) - 2.0 * sum(flips[:, piece].astype(np.float64) @ gains[piece] for piece in pieces)
