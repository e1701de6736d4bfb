"""Ranges around answers, from what the model missed on rows it had not seen (split conformal prediction).

Misses grow with what is predicted, so they are looked at in groups of like predictions (Mondrian conformal prediction,
Vovk et al. 2003), and what lies between two groups is interpolated, so that no range jumps.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from forecastle.core.panel import Floats

GROUPS, ENOUGH = 10, 50
"""Groups of like predictions at most, and misses that a group needs at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """centres: the median prediction of each group, rising. below, above: what to add, below ≤ 0 ≤ above."""

    centres: Floats
    below: Floats
    above: Floats

    @classmethod
    def of(cls, predicted: Floats, actual: Floats, *, coverage: float) -> Self:
        """Ranges that hold so large a share of what turned out; predicted: by a model that had not seen the rows."""
        order = np.argsort(predicted, kind="stable")
        groups = np.array_split(order, max(1, min(GROUPS, len(order) // ENOUGH)))
        tail = (1 - coverage) / 2
        missed = [np.sort(actual[group] - predicted[group]) for group in groups]
        return cls(
            centres=np.array([np.median(predicted[group]) for group in groups]),
            below=np.array([min(0.0, _low(misses, tail)) for misses in missed]),
            above=np.array([max(0.0, -_low(-misses[::-1], tail)) for misses in missed]),
        )

    def around(self, predicted: Floats) -> tuple[Floats, Floats]:
        """The lower and the upper end of the range of each."""
        below = np.interp(predicted, self.centres, self.below)
        above = np.interp(predicted, self.centres, self.above)
        return predicted + below, predicted + above

    def facts(self) -> dict[str, Any]:
        """The same as JSON."""
        return {"centres": self.centres.tolist(), "below": self.below.tolist(), "above": self.above.tolist()}

    @classmethod
    def read(cls, facts: dict[str, Any]) -> Self:
        """Back from JSON."""
        return cls(**{name: np.asarray(facts[name], dtype=float) for name in ("centres", "below", "above")})


def _low(misses: Floats, tail: float) -> float:
    """What at most this share of further misses lies below, with the correction for few of them; misses: sorted."""
    place = int(np.floor(tail * (len(misses) + 1))) - 1
    return float(misses[max(place, 0)])
