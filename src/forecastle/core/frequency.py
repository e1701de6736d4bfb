"""How far apart the periods of a panel are, and arithmetic on them.

Every moment has a step number: the count of periods since the epoch. Gaps, cutoffs and horizons are
plain integer arithmetic on step numbers, whatever the calendar does.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import polars as pl

from forecastle.core.errors import InputError


class Unit(StrEnum):
    """The calendar unit one period is made of."""

    MINUTE = "min"
    HOUR = "h"
    DAY = "D"
    BUSINESS_DAY = "B"
    WEEK = "W"
    MONTH = "M"
    QUARTER = "Q"
    YEAR = "Y"
    STEP = "step"
    """No calendar: time is a whole number (1, 2, 3, …)."""


WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")

SEASONS: dict[Unit, tuple[int, ...]] = {
    Unit.HOUR: (24, 168),
    Unit.DAY: (7, 365),
    Unit.BUSINESS_DAY: (5,),
    Unit.WEEK: (52,),
    Unit.MONTH: (12,),
    Unit.QUARTER: (4,),
}
"""Periods after which a pattern usually repeats, shortest first."""

HORIZONS: dict[Unit, int] = {
    Unit.MINUTE: 60,
    Unit.HOUR: 48,
    Unit.DAY: 28,
    Unit.BUSINESS_DAY: 20,
    Unit.WEEK: 13,
    Unit.MONTH: 12,
    Unit.QUARTER: 8,
    Unit.YEAR: 6,
    Unit.STEP: 13,
}
"""How far a planner usually looks ahead."""

MINUTES_A_DAY = 1440
MONTHS_OF: dict[Unit, int] = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}
MONTHLY = re.compile(r"(?P<unit>[MQY])(?:E|S(?:\+(?P<days>\d{1,3}))?)")
"""`ME`, `MS`, or `MS+14` for days counted from the first; the same for quarters and years."""


@dataclass(frozen=True, slots=True)
class Frequency:
    """One period: a unit, how many of them, and where in the unit the timestamp stands.

    `offset` is the day within the unit that timestamps carry: 0–6 from Monday for weeks; for months,
    quarters and years the day counted from the first (0) or, negative, from the end (−1 is the last day).
    """

    unit: Unit
    every: int = 1
    offset: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `15min`, `h`, `D`, `B`, `W`, `W-SAT`, `2W`, `MS`, `MS+14`, `ME`, `M`, `QS`, `QE`, `YS`, `YE` or `step`.

        Raises:
            InputError: the text names no frequency.
        """
        digits = len(text) - len(text.lstrip("0123456789"))
        every = int(text[:digits] or 1)
        name, _, anchor = text[digits:].partition("-")
        aliases = {"T": "min", "H": "h", "d": "D", "A": "Y", "AS": "YS", "w": "W", "m": "M", "y": "Y"}
        name = aliases.get(name, name) if every > 0 else ""
        if name == "W" and (not anchor or anchor.upper() in WEEKDAYS):
            return cls(Unit.WEEK, every, WEEKDAYS.index(anchor.upper()) if anchor else 0)
        if months := MONTHLY.fullmatch(name):
            return cls(Unit(months["unit"]), every, -1 if name.endswith("E") else int(months["days"] or 0))
        if name in set(Unit) and not anchor:
            return cls(Unit(name), every)
        raise InputError(
            f"Unknown frequency {text!r}.",
            hint="Use one of 15min, h, D, B, W, W-SAT, MS, ME, QS, QE, YS, YE, or step for numbered periods.",
        )

    def __str__(self) -> str:
        count = str(self.every) if self.every > 1 else ""
        if self.unit is Unit.WEEK:
            return f"{count}W-{WEEKDAYS[self.offset % 7]}"
        if self.unit in MONTHS_OF:
            return f"{count}{self.unit}{'E' if self.offset < 0 else 'S'}" + (
                f"+{self.offset}" if self.offset > 0 else ""
            )
        return f"{count}{self.unit}"

    @property
    def seasons(self) -> tuple[int, ...]:
        """Usual season lengths in periods of this frequency, shortest first; empty when there is none."""
        if self.unit is Unit.MINUTE:
            return (MINUTES_A_DAY // self.every,) if MINUTES_A_DAY % self.every == 0 else ()
        lengths = SEASONS.get(self.unit, ())
        return tuple(length // self.every for length in lengths if length % self.every == 0 and length > self.every)

    @property
    def horizon(self) -> int:
        """The horizon used when nobody asks for one."""
        return HORIZONS[self.unit]

    @property
    def word(self) -> str:
        """What people call one period: `week`, `month`, `2 weeks`."""
        words = {
            Unit.MINUTE: "minute", Unit.HOUR: "hour", Unit.DAY: "day", Unit.BUSINESS_DAY: "business day",
            Unit.WEEK: "week", Unit.MONTH: "month", Unit.QUARTER: "quarter", Unit.YEAR: "year", Unit.STEP: "step",
        }  # fmt: skip
        return words[self.unit] if self.every == 1 else f"{self.every} {words[self.unit]}s"

    def steps(self, moment: pl.Expr) -> pl.Expr:
        """Step number (Int64) of each moment; a moment inside a period has the number of that period."""
        if self.unit is Unit.STEP:
            return moment.cast(pl.Int64).floordiv(self.every)
        if self.unit in MONTHS_OF:
            months = moment.dt.year().cast(pl.Int64) * 12 + moment.dt.month() - 1
            return months.floordiv(MONTHS_OF[self.unit] * self.every)
        if self.unit in (Unit.MINUTE, Unit.HOUR):
            minutes = moment.cast(pl.Datetime("us")).dt.epoch("s").floordiv(60)
            return minutes.floordiv(self.every * (60 if self.unit is Unit.HOUR else 1))
        days = moment.cast(pl.Date).to_physical().cast(pl.Int64)
        if self.unit is Unit.WEEK:
            return (days + 3 - self.offset).floordiv(7 * self.every)  # 1970-01-01 was a Thursday
        if self.unit is Unit.BUSINESS_DAY:
            monday_based = days + 3
            return (monday_based.floordiv(7) * 5 + (monday_based % 7).clip(upper_bound=4)).floordiv(self.every)
        return days.floordiv(self.every)

    def moments(self, step: pl.Expr) -> pl.Expr:
        """The timestamp of each step number: Date, Datetime for hours and minutes, Int64 for numbered periods."""
        first = step.cast(pl.Int64) * self.every
        if self.unit is Unit.STEP:
            return first
        if self.unit in MONTHS_OF:
            return self._month_moments(first * MONTHS_OF[self.unit])
        if self.unit in (Unit.MINUTE, Unit.HOUR):
            return (first * (60 if self.unit is Unit.HOUR else 1) * 60_000_000).cast(pl.Datetime("us"))
        if self.unit is Unit.WEEK:
            days = first * 7 - 3 + self.offset
        elif self.unit is Unit.BUSINESS_DAY:
            days = first.floordiv(5) * 7 + first % 5 - 3
        else:
            days = first
        return days.cast(pl.Int32).cast(pl.Date)

    def _month_moments(self, months: pl.Expr) -> pl.Expr:
        if self.offset < 0:
            following = months + MONTHS_OF[self.unit] * self.every
            return pl.date(following.floordiv(12), following % 12 + 1, 1) + pl.duration(days=self.offset)
        return pl.date(months.floordiv(12), months % 12 + 1, 1) + pl.duration(days=self.offset)

    def on_grid(self, moment: pl.Expr) -> pl.Expr:
        """Whether each moment stands exactly where this frequency puts its timestamps."""
        expected = self.moments(self.steps(moment))
        return moment == (expected if self.unit is Unit.STEP else expected.cast(pl.Datetime("us")))
