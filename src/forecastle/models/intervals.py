"""Ranges that hold what they promise: quantiles stretched or drawn in until past windows agree with them.

Each quantile's distance from the median is multiplied by a factor learned on backtest residuals: split conformal
prediction on normalised scores (Lei et al. 2018; Romano, Patterson & Candès 2019), one factor a group, step and level.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.core.quantiles import Quantiles
from forecastle.models.combination import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """factors: groups × H × quantiles; 1 leaves a quantile alone."""

    factors: Floats
    quantiles: Quantiles

    def apply(self, said: Said, groups: Integers) -> Said:
        """Move each quantile of N × H × C; the median and the mean stay."""
        middle = said[:, :, [1 + self.quantiles.levels.index(0.5)]]
        steps = said.shape[1]
        moved = said.copy()
        moved[:, :, 1:] = middle + (said[:, :, 1:] - middle) * self.factors[groups][:, :steps].astype(said.dtype)
        return moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """How far few points may move a quantile.

    prior: how many points the group's factor over all steps counts as, beside a step's own; the panel's stands behind
    the group's in the same way, and 1 behind that. limit: no factor is above it or below its inverse.
    """

    prior: float = 100.0
    limit: float = 4.0


def calibrate(
    evidence: Sequence[tuple[Floats, Said]], groups: Integers, quantiles: Quantiles, caution: Caution | None = None
) -> Calibration:
    """Learn the factors from what happened, N × H, and what had been said, N × H × C, at past cutoffs.

    quantiles: with a median. groups: N, a number a group.
    """
    care = caution or Caution()
    size = int(groups.max(initial=-1)) + 1
    horizon = evidence[0][0].shape[1]
    factors = np.ones((size, horizon, len(quantiles)))
    middle = 1 + quantiles.levels.index(0.5)
    members = [np.flatnonzero(groups == group) for group in range(size)]
    for place, level in enumerate(quantiles.levels):
        if place + 1 == middle:
            continue
        scores = np.concatenate([_scores(y, said, middle, place + 1) for y, said in evidence], axis=0)
        share = max(level, 1 - level)
        panel = _factor(scores, share, 1.0, care)
        for group, rows in enumerate(members):
            own = scores.reshape(len(evidence), len(groups), horizon)[:, rows]
            typical = _factor(own, share, panel, care)
            factors[group, :, place] = [_factor(own[:, :, step], share, typical, care) for step in range(horizon)]
    return Calibration(factors=np.clip(factors, 1 / care.limit, care.limit), quantiles=quantiles)


def _scores(y: Floats, said: Said, middle: int, place: int) -> Floats:
    """How far reality lay from the median, in units of the quantile's distance from it; NaN where that is nothing."""
    distance = said[:, :, place] - said[:, :, middle]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(distance != 0, (y - said[:, :, middle]) / distance, np.nan), dtype=np.float64)


def _factor(scores: Floats, share: float, towards: float, care: Caution) -> float:
    """The ⌈(n+1)·share⌉-th smallest of n scores, drawn towards another factor."""
    known = scores[np.isfinite(scores)]
    if known.size == 0:
        return towards
    rank = int(min(np.ceil((known.size + 1) * share), known.size)) - 1
    own = float(np.partition(known, rank)[rank])
    return (known.size * own + care.prior * towards) / (known.size + care.prior)
