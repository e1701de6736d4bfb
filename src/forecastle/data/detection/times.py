"""Which column says when."""

from dataclasses import dataclass

import polars as pl

from forecastle.core.errors import RolesError
from forecastle.data.dataset import Guess, Role
from forecastle.data.detection.vocabulary import hint
from forecastle.data.parsing.moments import number_moments

EXACT = 2**53
"""Whole numbers from here on are not exact, and no periods."""
LEAST = 0.4
"""Below this confidence a column is not taken for time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeColumn:
    """The column chosen, as moments or whole numbers. made_of: the columns it was put together from, if any."""

    guess: Guess
    values: pl.Series
    made_of: tuple[str, ...] = ()


def find_time(frame: pl.DataFrame, *, asked: str | None, taken: frozenset[str] = frozenset()) -> TimeColumn:
    """Find the time column among those not taken for something else.

    Raises:
        RolesError: no column reads as time.
    """
    if asked is not None:
        return _asked(frame[asked])
    candidates = [found for name in frame.columns if name not in taken and (found := _candidate(frame[name]))]
    candidates += _year_and_part(frame, taken)
    best = max(candidates, key=lambda found: found.guess.confidence, default=None)
    if best is None or best.guess.confidence < LEAST:
        columns = ", ".join(f"{name} ({str(kind).lower()})" for name, kind in frame.schema.items())
        raise RolesError(
            "No column reads as dates, times or numbered periods.",
            hint=f"Name it (--time; time in Python). The columns are: {columns}.",
        )
    return best


def _asked(column: pl.Series) -> TimeColumn:
    guess = Guess(column=column.name, role=Role.TIME, confidence=1.0, reason="named by the user")
    read = number_moments(column, hinted=True)
    if read:
        return TimeColumn(guess=guess, values=read[1].rename(column.name))
    if column.dtype.is_temporal() or _is_whole(column):
        return TimeColumn(guess=guess, values=column if column.dtype.is_temporal() else column.cast(pl.Int64))
    raise RolesError(
        f"The column {column.name!r} holds {column.dtype}, which is no time.",
        hint="Name a column of dates, times or whole numbers.",
    )


def _candidate(column: pl.Series) -> TimeColumn | None:
    """The column as time with how sure that is, or None."""
    if not (column.dtype.is_numeric() or column.dtype in (pl.Date, pl.Datetime)):
        return None
    named = hint(column.name, "time")
    varied = 0.0 if column.has_nulls() or column.min() != column.max() else -0.3
    if column.dtype in (pl.Date, pl.Datetime):
        return _found(column, 0.84 + 0.15 * named + varied, f"{str(column.dtype).split('(')[0].lower()} values")
    return _numbered(column, named, varied)


def _numbered(column: pl.Series, named: float, varied: float) -> TimeColumn | None:
    read = number_moments(column, hinted=named > 0)
    if read:
        sure = (0.4 if read[0] == "year" else 0.6) + 0.2 * named + varied
        return _found(read[1].rename(column.name), sure, f"whole numbers that read as {read[0]}")
    if not _is_whole(column):
        return None
    whole = column.cast(pl.Int64)
    if named == 1 and (column >= 0).all():
        return _found(whole, 0.6 + varied, "whole numbers under a name for time")
    follows = (whole.diff() == 1).mean()
    if column.null_count() == 0 and isinstance(follows, float) and follows > 0.8:
        return _found(whole, 0.45 + varied, "whole numbers that count up from row to row")
    return None


def _found(values: pl.Series, confidence: float, reason: str) -> TimeColumn:
    named = ", and the name says so" if hint(values.name, "time") else ""
    guess = Guess(column=values.name, role=Role.TIME, confidence=round(confidence, 2), reason=reason + named)
    return TimeColumn(guess=guess, values=values)


def _is_whole(column: pl.Series) -> bool:
    if column.dtype.is_integer():
        return True
    if not column.dtype.is_float() or not column.count():
        return False
    return bool((column.is_finite() & (column.abs() < EXACT) & (column == column.floor())).all())


def _year_and_part(frame: pl.DataFrame, taken: frozenset[str]) -> list[TimeColumn]:
    """Year and month (or quarter, or week) in two columns, as one."""
    numbers = [name for name in frame.columns if name not in taken and frame[name].dtype.is_integer()]
    years = [name for name in numbers if hint(name, "year") == 1 and frame[name].is_between(1900, 2100).all()]
    found = []
    for part, highest in (("month", 12), ("quarter", 4), ("week", 53)):
        parts = [name for name in numbers if hint(name, part) == 1 and frame[name].is_between(1, highest).all()]
        if years and parts:
            values = _join(frame, years[0], parts[0], part)
            guess = Guess(
                column=values.name,
                role=Role.TIME,
                confidence=0.8,
                reason=f"put together from {years[0]} and {parts[0]}",
            )
            found.append(TimeColumn(guess=guess, values=values, made_of=(years[0], parts[0])))
    return found


def _join(frame: pl.DataFrame, year: str, name: str, part: str) -> pl.Series:
    number = pl.col(name).cast(pl.Int64)
    if part == "week":
        january_4 = pl.date(pl.col(year), 1, 4)
        moment = january_4 - pl.duration(days=january_4.dt.weekday() - 1) + pl.duration(days=7 * (number - 1))
    else:
        moment = pl.date(pl.col(year), number if part == "month" else number * 3 - 2, 1)
    return frame.select(moment.cast(pl.Date).alias(f"{year}-{name}")).to_series()
