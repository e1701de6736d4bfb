"""Series as other libraries want them: from the first observed period to the last, in units of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from forecastle.core.panel import Floats
from forecastle.models.adapters.engine import Past

MOST_MISSING = 0.5
"""Share of periods not observed up to which a series is interpolated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One series on its way to a library and back.

    values: from its first observed period to the last, in units of `unit`. filled: how many of them were not observed.
    first: the column of the grid where they begin. gap: periods after the last observed one.
    """

    values: Floats
    unit: float
    filled: int
    first: int
    gap: int

    @classmethod
    def of(cls, row: Floats, *, fill: bool, unit: float | None = None) -> Self:
        """Prepare one row of the grid, which has an observation.

        fill: interpolate what was not observed in between; otherwise it stays NaN. unit: None takes the mean absolute
        value.
        """
        observed = np.flatnonzero(np.isfinite(row))
        first, last = int(observed[0]), int(observed[-1])
        values = np.interp(np.arange(first, last + 1), observed, row[observed]) if fill else row[first : last + 1]
        unit = unit or float(np.abs(row[observed]).mean()) or 1.0
        filled = len(values) - len(observed)
        return cls(values=values / unit, unit=unit, filled=filled, first=first, gap=len(row) - 1 - last)

    def past(self, beside: Mapping[str, Floats], planned: Mapping[str, Floats]) -> Past:
        """The series for the library.

        beside: covariates of all columns of the grid. planned: those known for the periods after the last column.
        """
        end = self.first + len(self.values)
        told = {name: column[self.first : end] for name, column in beside.items()}
        # Periods at the end that nobody observed are forecast like those ahead, and what was planned for them is known.
        ahead = {name: np.concatenate([beside[name][end:], column]) for name, column in planned.items()}
        return Past(values=self.values, covariates=told, planned=ahead)

    def unsuitable(self, shortest: int) -> str:
        """Why it cannot be given to a library that needs so many observations; empty where it can."""
        count = len(self.values) - self.filled
        if count < shortest:
            return f"{count} observations, fewer than {shortest}"
        if self.filled > MOST_MISSING * len(self.values):
            return f"{self.filled} of {len(self.values)} periods not observed"
        return "constant" if np.nanmin(self.values) == np.nanmax(self.values) else ""
