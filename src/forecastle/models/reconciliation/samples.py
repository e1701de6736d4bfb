"""Ranges of totals: futures of all series together, each drawn as far from its median as in one past period.

Every series' quantiles are read as a distribution and spread over K futures, which are ordered like the series' past
errors: what went wrong together in the past goes wrong together (the Schaake shuffle of Clark et al. 2004). Each future
is then reconciled like the means are (Panagiotelis, Gamakumara, Athanasopoulos & Hyndman 2023), so that it adds up,
and quantiles are taken over the futures.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats, Integers
from forecastle.core.quantiles import Quantiles
from forecastle.models.combination import Said
from forecastle.models.reconciliation.projection import Reconciler

FUTURES = 100
"""So many at least; past periods are drawn several times where there are fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coherent:
    """Forecasts that add up: N × H × (mean and quantiles) of the series, and M × H × … of the totals."""

    series: Floats
    totals: Floats


def ordering(residuals: Floats, spread: Floats, rng: np.random.Generator) -> Integers:
    """The rank of each total and series in each of K futures, (M + N) × K.

    residuals: T × (M + N), spread: the widths of the ranges they are seen against. Where nothing is known of a past
    period, its rank is drawn; without any past period, all err together, which makes the widest range.
    """
    if not len(residuals):
        return np.tile(np.arange(FUTURES), (residuals.shape[1], 1))
    times = -(-FUTURES // len(residuals))
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = np.where(spread > 0, residuals / spread, np.sign(residuals))
    drawn = rng.normal(size=relative.shape)
    relative = np.where(np.isfinite(relative), relative, drawn)
    ranks = np.tile(relative.argsort(axis=0).argsort(axis=0), (times, 1)) + rng.random(
        (times * len(residuals), residuals.shape[1])
    )
    return np.ascontiguousarray(ranks.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable").T)


def coherent(series: Said, totals: Said, reconciler: Reconciler, order: Integers, quantiles: Quantiles) -> Coherent:
    """Reconcile means, then futures; a series that never says less than zero never does afterwards.

    The range of a series moves along with its mean. That of a total is read off the sums of the series' futures.

    series: N × H × C. totals: M × H × C, what was forecast of the totals themselves. order: as `ordering` makes it.
    """
    nodes, reading = len(totals), _reading(quantiles, order.shape[1])
    never_negative = np.all(series >= 0, axis=(1, 2)).reshape(-1, 1)
    means = _floored(reconciler.move(series[:, :, 0], totals[:, :, 0]), never_negative)
    parts, found = _moved(series, means), _moved(totals, reconciler.hierarchy.totals(means))
    for step in range(found.shape[1]):
        said = np.concatenate([found[:, step, 1:], parts[:, step, 1:]])
        futures = np.take_along_axis(said @ reading, order, axis=1)
        moved = _floored(reconciler.move(futures[nodes:], futures[:nodes]), never_negative)
        found[:, step, 1:] = np.quantile(reconciler.hierarchy.totals(moved), quantiles.levels, axis=1).T
    return Coherent(series=parts, totals=found)


def _moved(said: Said, means: Floats) -> Floats:
    """Forecasts with other means, N × H: what is never negative is stretched, so that zero stays zero; else shifted."""
    moved = np.asarray(said, dtype=np.float64).copy()
    before = moved[:, :, 0].copy()
    stretched = np.all(moved >= 0, axis=(1, 2)).reshape(-1, 1) & (before > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = np.where(stretched, means / before, 1.0)
    moved *= factor[:, :, None]
    moved += np.where(stretched, 0.0, means - before)[:, :, None]
    moved[:, :, 0] = means
    return moved


def _floored(values: Floats, never_negative: NDArray[np.bool_]) -> Floats:
    return np.where(never_negative, np.maximum(values, 0.0), values)


def _reading(quantiles: Quantiles, futures: int) -> NDArray[Any]:
    """What reads K equally likely values off quantiles, quantiles × K: straight lines on normal probability paper."""
    normal = NormalDist()
    known = np.asarray([normal.inv_cdf(level) for level in quantiles])
    wanted = np.asarray([normal.inv_cdf((place + 0.5) / futures) for place in range(futures)])
    reading = np.zeros((len(known), futures))
    if len(known) == 1:
        return reading + 1.0
    left = np.clip(np.searchsorted(known, wanted) - 1, 0, len(known) - 2)
    share = (wanted - known[left]) / (known[left + 1] - known[left])
    reading[left, np.arange(futures)] = 1 - share
    reading[left + 1, np.arange(futures)] += share
    return reading
