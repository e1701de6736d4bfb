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

    @property
    def parameters(self) -> int:
        """How many numbers are learned by likelihood: constants, first level and trend, the spread of the errors.

        The seasonal factors are not among them: they were shrunk by how well they predict, which has paid for them.
        """
        return {"N": 3, "A": 5, "Ad": 6}[self.trend]


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
