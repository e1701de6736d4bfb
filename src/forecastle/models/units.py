"""Units that suit every series: how far a value lies from the level, in usual changes, both known at a cutoff."""

from dataclasses import dataclass

import numpy as np

from forecastle.core.panel import Floats

FAR = 20.0
"""Answers farther from the level than so many usual changes count as just so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The units of B situations: level and usual change of each, B; a series that never changed has no such unit."""

    level: Floats
    change: Floats

    def scaled(self, values: Floats) -> Floats:
        """How far values lie from the level, in usual changes, B × any; NaN where there is no unit."""
        change = np.where(self.change > 0, self.change, np.nan)
        with np.errstate(invalid="ignore"):
            return np.asarray(
                np.clip((values - self._beside(self.level, values)) / self._beside(change, values), -FAR, FAR)
            )

    def restore(self, said: Floats) -> Floats:
        """Back to units of the target, B × any; a series that never changed stays where it is."""
        return np.asarray(self._beside(self.level, said) + self._beside(np.nan_to_num(self.change), said) * said)

    @staticmethod
    def _beside(units: Floats, values: Floats) -> Floats:
        return np.asarray(units.reshape(-1, *(1,) * (values.ndim - 1)))


def usual_change(changes: Floats, level: Floats) -> Floats:
    """The mean of mean absolute changes over one period and over one season, by which MASE and the scaled loss divide.

    changes: kinds × …, NaN where there was no such pair. level: …
    Answers …; 0 where a series never changed, NaN before its first value.
    """
    known = np.isfinite(changes)
    with np.errstate(invalid="ignore"):
        mean = np.where(known, changes, 0.0).sum(axis=0) / known.sum(axis=0)
    # A single value says nothing about changes; its size stands in.
    return np.asarray(np.where(known.any(axis=0), mean, np.abs(level)))
