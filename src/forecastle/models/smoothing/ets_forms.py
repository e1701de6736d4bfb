"""The forms of exponential smoothing, named ETS(error, trend, season) as in Hyndman, Koehler, Ord & Snyder (2008)."""

from dataclasses import dataclass
from typing import Literal

ErrorKind = Literal["A", "M"]
TrendKind = Literal["N", "A", "Ad"]
SeasonKind = Literal["N", "A", "M"]


@dataclass(frozen=True, slots=True)
class Shape:
    """Trend and season: what decides the recursion. The error kind only decides how errors are weighed."""

    trend: TrendKind
    season: SeasonKind

    def parameters(self, period: int) -> int:
        """How many numbers are learned: smoothing constants, first states and the spread of the errors."""
        trend = {"N": 0, "A": 2, "Ad": 3}[self.trend]
        season = 0 if self.season == "N" else period
        return 3 + trend + season


@dataclass(frozen=True, slots=True)
class Form:
    """One form: `A` additive, `M` multiplicative, `N` none, `Ad` a trend that fades out."""

    error: ErrorKind
    shape: Shape

    def __str__(self) -> str:
        return f"ETS({self.error},{self.shape.trend},{self.shape.season})"


ERRORS: tuple[ErrorKind, ...] = ("A", "M")

FORMS: tuple[Form, ...] = tuple(
    Form(error, Shape(trend, season)) for error in ERRORS for trend in ("N", "A", "Ad") for season in ("N", "A", "M")
)
"""Every form. Saved states hold positions in this table: append to it, never reorder it."""
