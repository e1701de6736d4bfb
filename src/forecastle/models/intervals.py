"""Ranges that hold what they promise: quantiles moved until past windows agree with them.

All quantiles of a forecast are first shifted by a share of its own range, towards where half of what happened lay above
the median; then each one's distance from the median is multiplied by a factor. Shifts (one a group) and factors (one a
group and step) are learned on backtest residuals: split conformal prediction on normalised scores (Lei et al. 2018;
Romano, Patterson & Candès 2019). What one side of a range missed by is little evidence, so that its factor is the
geometric mean of its own and that of both sides together. The series of a panel err together, so one window is little
evidence about the next period, however many series it has: with few windows, shifts and factors go only a part of the
way.

A range that rests on zero cannot be missed from below. Its lower end stays there: above zero, every period without
sales would fall out. The upper end aims at what the range promises to hold (0.8, not 0.9), and whole numbers bring it
above.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats, Integers
from forecastle.core.quantiles import Quantiles
from forecastle.models.combination import Said

Flags = NDArray[np.bool_]


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
        middle = _middle(self.quantiles)
        centre = moved[:, :, middle]
        for place in range(1, moved.shape[2]):
            resting = _rests_on_zero(said, place, self.quantiles)
            factor = np.where(resting, factors[:, 1, :, place - 1], factors[:, 0, :, place - 1])
            moved[:, :, place] = centre + (moved[:, :, place] - centre) * factor.astype(said.dtype)
            if place < middle:
                moved[:, :, place][resting] = 0
        _uncross(moved, middle)
        never_negative = np.asarray((said >= 0).all(axis=2))
        np.maximum(moved, 0, out=moved, where=never_negative[:, :, None])
        return moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """How far little evidence may move a quantile. Evidence is counted in series, each of them once a window.

    neutral: how many series stand for no change, beside the panel's. prior: how many the panel's value counts as beside
    a group's, and the group's beside a step's. windows: how many past windows in which ranges were right stand beside
    those observed; resting: the same for ranges that rest on zero, which err less together, for rare sales seldom come
    to many series at once. limit: no factor is above it or below its inverse.
    """

    neutral: float = 20.0
    prior: float = 100.0
    windows: float = 2.0
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
    trust, sooner = (len(evidence) / (len(evidence) + other) for other in (care.windows, care.resting))
    middle = _middle(quantiles)
    off_centre = _ratio(y - said[:, :, middle], said[:, :, -1] - said[:, :, 1])
    shifts = np.tile(trust * _by_group(off_centre, everyone, 0.5, 0.0, care)[:, None], y.shape[1])
    moved = _shifted(said, shifts[everyone])
    factors = np.ones((len(shifts), 2, y.shape[1], len(quantiles)))
    for place in range(1, len(quantiles) + 1):
        if place != middle:
            own, both, resting = (
                np.clip(_by_step(scores, everyone, aim, 1.0, care), 1 / care.limit, care.limit)
                for scores, aim in _lessons(y, said, moved, place, quantiles)
            )
            factors[:, 0, :, place - 1] = np.sqrt(own * both) ** trust
            factors[:, 1, :, place - 1] = resting**sooner
    return Calibration(shifts=shifts, factors=factors, quantiles=quantiles)


def _lessons(y: Floats, said: Said, moved: Said, place: int, quantiles: Quantiles) -> list[tuple[Floats, float]]:
    """What a quantile's factors are learned from: misses in its distances from the median, and how many should be less.

    Three times: where ranges are free, those on its side and those on both, each in distances of the side that it fell
    on; and where they rest on zero.
    """
    level, other, centre = quantiles.levels[place - 1], _opposite(place, quantiles), moved[:, :, _middle(quantiles)]
    resting, miss = _rests_on_zero(said, place, quantiles), y - centre
    here, there = (_ratio(miss, moved[:, :, end] - centre) for end in (place, other))
    either = np.where((miss < 0) == (level < 0.5), here, there)
    share = max(level, 1 - level)
    between = share if other == place else abs(level - quantiles.levels[other - 1])
    return [
        (np.where(resting, np.nan, here), share),
        (np.where(resting, np.nan, either), between),
        (np.where(resting, here, np.nan), 2 * share - 1),
    ]


def _uncross(moved: Said, middle: int) -> None:
    """Let no quantile be nearer to the median than the one within it: each was stretched by a factor of its own."""
    low, high = moved[:, :, middle:0:-1], moved[:, :, middle:]
    np.minimum.accumulate(low, axis=2, out=low)
    np.maximum.accumulate(high, axis=2, out=high)


def _middle(quantiles: Quantiles) -> int:
    return 1 + quantiles.levels.index(0.5)


def _opposite(place: int, quantiles: Quantiles) -> int:
    """The other end of a quantile's range, the level nearest to what it leaves; itself where that is the median."""
    levels = np.asarray(quantiles.levels)
    nearest = 1 + int(np.abs(levels - (1 - levels[place - 1])).argmin())
    return place if nearest == _middle(quantiles) else nearest


def _shifted(said: Said, shifts: Floats) -> Said:
    moved = said.copy()
    width = said[:, :, -1] - said[:, :, 1]
    moved[:, :, 1:] += (width * shifts.astype(said.dtype))[:, :, None]
    return moved


def _rests_on_zero(said: Said, place: int, quantiles: Quantiles) -> Flags:
    """Whether the range that ends at this quantile has its lower end at zero, N × H."""
    return np.asarray(said[:, :, min(place, _opposite(place, quantiles))] == 0)


def _ratio(part: Said, whole: Said) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(whole != 0, part / whole, np.nan), dtype=np.float64)


def _by_group(scores: Floats, groups: Integers, share: float, neutral: float, care: Caution) -> Floats:
    """The value that `share` of the scores of each group lie below, drawn towards the panel's, and that to neutral."""
    panel = _below(scores, share, neutral, care.neutral)
    count = int(groups.max(initial=-1)) + 1
    return np.array([_below(scores[groups == group], share, panel, care.prior) for group in range(count)])


def _by_step(scores: Floats, groups: Integers, share: float, neutral: float, care: Caution) -> Floats:
    """The same of each group and step, groups × H, drawn towards the group's over all steps."""
    found = np.empty((int(groups.max(initial=-1)) + 1, scores.shape[1]))
    for group, typical in enumerate(_by_group(scores, groups, share, neutral, care)):
        own = scores[groups == group]
        found[group] = [_below(own[:, [step]], share, typical, care.prior) for step in range(own.shape[1])]
    return found


def _below(scores: Floats, share: float, towards: float, prior: float) -> float:
    """The ⌈(n+1)·share⌉-th smallest of n scores, drawn towards another value that counts as `prior` rows."""
    finite = np.isfinite(scores)
    known = scores[finite]
    if known.size == 0:
        return towards
    rank = int(min(np.ceil((known.size + 1) * share), known.size)) - 1
    own, rows = float(np.partition(known, rank)[rank]), int(finite.any(axis=1).sum())
    return (rows * own + prior * towards) / (rows + prior)
