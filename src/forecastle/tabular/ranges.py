"""Ranges around answers, from what the model missed on rows it had not seen (split conformal prediction).

Misses grow with what is predicted and with what a row lacks, so they are looked at in groups of like doubt and, within
these, of like predictions (Mondrian conformal prediction, Vovk et al. 2003); what lies between two groups is
interpolated, so that no range jumps.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from forecastle.core.panel import Floats

LEVELS, GROUPS, ENOUGH = 8, 10, 50
"""Levels of doubt and groups of like predictions at most, and misses that a group needs at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """doubts: the median of each level, rising. The others are levels × groups.

    centres: the median prediction of each group, rising. below, above: what to add, below ≤ 0 ≤ above.
    """

    doubts: Floats
    centres: Floats
    below: Floats
    above: Floats

    @classmethod
    def of(cls, predicted: Floats, actual: Floats, *, coverage: float, doubts: Floats | None = None) -> Self:
        """Ranges that hold so large a share of what turned out; predicted: by a model that had not seen the rows.

        doubts: how unsure each row was beforehand; the same for all where left out.
        """
        if doubts is None:
            levels = [np.arange(len(predicted))]
        else:
            many = max(1, min(LEVELS, len(doubts) // (GROUPS * ENOUGH)))
            levels = np.array_split(np.argsort(doubts, kind="stable"), many)
        groups = max(1, min(GROUPS, len(levels[-1]) // ENOUGH))
        made = [_level(predicted[rows], actual[rows], coverage, groups) for rows in levels]
        middle = [0.0 if doubts is None else float(np.median(doubts[rows])) for rows in levels]
        centres, below, above = np.array(made).transpose(1, 0, 2)
        return cls(doubts=np.array(middle), centres=centres, below=below, above=above)

    def around(self, predicted: Floats, doubts: Floats | None = None) -> tuple[Floats, Floats]:
        """The lower and the upper end of the range of each. doubts: how unsure each row is beforehand."""
        below, above = np.empty_like(predicted), np.empty_like(predicted)
        known, which = (self.doubts[:1], None) if doubts is None else np.unique(doubts, return_inverse=True)
        for place, doubt in enumerate(known.tolist()):
            rows = slice(None) if which is None else which == place
            centres, low, high = (self._at(doubt, table) for table in (self.centres, self.below, self.above))
            below[rows] = np.interp(predicted[rows], centres, low)
            above[rows] = np.interp(predicted[rows], centres, high)
        return predicted + below, predicted + above

    def facts(self) -> dict[str, Any]:
        """The same as JSON."""
        return {name: getattr(self, name).tolist() for name in self.__slots__}

    @classmethod
    def read(cls, facts: dict[str, Any]) -> Self:
        """Back from JSON."""
        return cls(**{name: np.asarray(facts[name], dtype=float) for name in cls.__slots__})

    def _at(self, doubt: float, table: Floats) -> Floats:
        """The row of a table for that doubt, between those of the levels around it."""
        place = float(np.interp(doubt, self.doubts, np.arange(len(self.doubts))))
        first, share = int(place), place % 1
        return np.asarray(table[first] if share == 0 else (1 - share) * table[first] + share * table[first + 1])


def _level(predicted: Floats, actual: Floats, coverage: float, groups: int) -> tuple[Floats, Floats, Floats]:
    """Centres, below and above of rows of like doubt."""
    parts = np.array_split(np.argsort(predicted, kind="stable"), groups)
    tail = (1 - coverage) / 2
    missed = [np.sort(actual[part] - predicted[part]) for part in parts]
    return (
        np.array([np.median(predicted[part]) for part in parts]),
        np.array([min(0.0, _low(misses, tail)) for misses in missed]),
        np.array([max(0.0, -_low(-misses[::-1], tail)) for misses in missed]),
    )


def _low(misses: Floats, tail: float) -> float:
    """What at most this share of further misses lies below, with the correction for few of them; misses: sorted."""
    place = int(np.floor(tail * (len(misses) + 1))) - 1
    return float(misses[max(place, 0)])
