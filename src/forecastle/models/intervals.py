"""Ranges that hold what they promise: quantiles moved until past windows agree with them.

All quantiles of a forecast are first shifted by a share of its own range, so that half of what happened lay above the
median; then each one's distance from the median is multiplied by a factor. Shifts and factors are learned on backtest
residuals, one a group and step: split conformal prediction on normalised scores (Lei et al. 2018; Romano, Patterson &
Candès 2019). The series of a panel err together, so one window is little evidence about the next period, however many
series it has: with few windows, factors go only a part of the way.

A range that rests on zero cannot be missed from below. There the upper quantile aims most of the way from its own level
to that of its range (0.81 for the 80 % range), and whole numbers bring it above: what is promised of a range is how
much it holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats, Integers
from forecastle.core.quantiles import Quantiles
from forecastle.models.combination import Said

Flags = NDArray[np.bool_]

TOWARDS_RANGE = 0.9
"""How far the upper end of a range that rests on zero goes from the level of its quantile to that of its range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What was learned; where that was nothing, the shift is 0 and the factor 1.

    shifts: groups × H, in widths of the outermost range. factors: groups × 2 × H × quantiles, for ranges that are free
    and for ranges that rest on zero.
    """

    shifts: Floats
    factors: Floats
    quantiles: Quantiles

    def apply(self, said: Said, groups: Integers) -> Said:
        """Move the quantiles of N × H × C; the mean stays, and what was not negative is not negative after."""
        steps = said.shape[1]
        moved = _shifted(said, self.shifts[groups][:, :steps])
        factors = self.factors[groups][:, :, :steps]
        middle = moved[:, :, [_middle(self.quantiles)]]
        for place in range(1, moved.shape[2]):
            resting = _rests_on_zero(said, place, self.quantiles)
            factor = np.where(resting, factors[:, 1, :, place - 1], factors[:, 0, :, place - 1])
            moved[:, :, place] = middle[:, :, 0] + (moved[:, :, place] - middle[:, :, 0]) * factor.astype(said.dtype)
        _uncross(moved, _middle(self.quantiles))
        never_negative = np.asarray((said >= 0).all(axis=2))
        np.maximum(moved, 0, out=moved, where=never_negative[:, :, None])
        return moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """How far few points may move a quantile.

    prior: how many points the group's value over all steps counts as, beside a step's own; the panel's stands behind
    the group's in the same way, and no change behind that. windows: how many past windows in which ranges were right
    stand beside those observed; resting: the same for ranges that rest on zero, which err less together, for rare sales
    seldom come to many series at once. limit: no factor is above it or below its inverse.
    """

    prior: float = 100.0
    windows: float = 3.0
    resting: float = 1.0
    limit: float = 4.0


def calibrate(
    evidence: Sequence[tuple[Floats, Said]], groups: Integers, quantiles: Quantiles, caution: Caution | None = None
) -> Calibration:
    """Learn from what happened, N × H, and what had been said, N × H × C, at past cutoffs.

    quantiles: with a median. groups: N, a number a group.
    """
    care = caution or Caution()
    everyone = np.tile(groups, len(evidence))
    y = np.concatenate([happened for happened, _ in evidence])
    said = np.concatenate([forecast for _, forecast in evidence]).astype(np.float64)
    middle = _middle(quantiles)
    width = said[:, :, -1] - said[:, :, 1]
    shifts = _by_group(_ratio(y - said[:, :, middle], width), everyone, 0.5, 0.0, care)
    moved = _shifted(said, shifts[everyone])
    factors = np.ones((len(shifts), 2, y.shape[1], len(quantiles)))
    trust, sooner = (len(evidence) / (len(evidence) + other) for other in (care.windows, care.resting))
    for place, level in enumerate(quantiles.levels, start=1):
        if place == middle:
            continue
        scores = _ratio(y - moved[:, :, middle], moved[:, :, place] - moved[:, :, middle])
        resting = _rests_on_zero(said, place, quantiles)
        share = max(level, 1 - level)
        kinds = ((~resting, share, trust), (resting, share - TOWARDS_RANGE * (1 - share), sooner))
        for kind, (among, aim, power) in enumerate(kinds):
            found = _by_group(np.where(among, scores, np.nan), everyone, aim, 1.0, care)
            factors[:, kind, :, place - 1] = np.clip(found, 1 / care.limit, care.limit) ** power
    return Calibration(shifts=shifts, factors=factors, quantiles=quantiles)


def _uncross(moved: Said, middle: int) -> None:
    """Let no quantile be nearer to the median than the one within it: each was stretched by a factor of its own."""
    low, high = moved[:, :, middle:0:-1], moved[:, :, middle:]
    np.minimum.accumulate(low, axis=2, out=low)
    np.maximum.accumulate(high, axis=2, out=high)


def _middle(quantiles: Quantiles) -> int:
    return 1 + quantiles.levels.index(0.5)


def _shifted(said: Said, shifts: Floats) -> Said:
    moved = said.copy()
    width = said[:, :, -1] - said[:, :, 1]
    moved[:, :, 1:] += (width * shifts.astype(said.dtype))[:, :, None]
    return moved


def _rests_on_zero(said: Said, place: int, quantiles: Quantiles) -> Flags:
    """Whether this is the upper end of a range whose lower end is zero, N × H."""
    opposite = len(quantiles) + 1 - place
    if place <= opposite:
        return np.zeros(said.shape[:2], dtype=np.bool_)
    return np.asarray(said[:, :, opposite] == 0)


def _ratio(part: Floats, whole: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(whole != 0, part / whole, np.nan), dtype=np.float64)


def _by_group(scores: Floats, groups: Integers, share: float, neutral: float, care: Caution) -> Floats:
    """The value that `share` of the scores of each group and step lie below, groups × H, drawn towards wider ones."""
    panel = _below(scores, share, neutral, care)
    found = np.empty((int(groups.max(initial=-1)) + 1, scores.shape[1]))
    for group in range(len(found)):
        own = scores[groups == group]
        typical = _below(own, share, panel, care)
        found[group] = [_below(own[:, step], share, typical, care) for step in range(own.shape[1])]
    return found


def _below(scores: Floats, share: float, towards: float, care: Caution) -> float:
    """The ⌈(n+1)·share⌉-th smallest of n scores, drawn towards another value."""
    known = scores[np.isfinite(scores)]
    if known.size == 0:
        return towards
    rank = int(min(np.ceil((known.size + 1) * share), known.size)) - 1
    own = float(np.partition(known, rank)[rank])
    return (known.size * own + care.prior * towards) / (known.size + care.prior)
