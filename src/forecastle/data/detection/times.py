"""Which column says when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from forecastle.core.errors import RolesError
from forecastle.data.dataset import Guess, Role
from forecastle.data.detection.rows import Rows
from forecastle.data.detection.vocabulary import hint
from forecastle.data.parsing.numbered import counted_from_1970, may_be_moments, number_moments, since_1970
from forecastle.data.parsing.numbers import EXACT

LEAST = 0.4
"""Below this confidence a column is not taken for time."""
NUMBER, MOMENT = "\0number", "\0moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeColumn:
    """The column chosen. made_of: the columns it was put together from, if any.

    values: it as moments or whole numbers. meanings: of its numbers as moments, which `values` then refers to.
    """

    guess: Guess
    values: pl.Expr
    meanings: pl.DataFrame | None = None
    made_of: tuple[str, ...] = ()

    @property
    def as_it_is(self) -> bool:
        """Whether the column is there and says when without being read in another way."""
        return self.values.meta.eq(pl.col(self.guess.column))

    def put_into(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """The rows with this column as time."""
        name = self.guess.column
        if self.meanings is None:
            return rows.with_columns(self.values.alias(name))
        joined = rows.join(self.meanings.lazy(), left_on=name, right_on=NUMBER, how="left", maintain_order="left")
        return joined.with_columns(self.values.alias(name)).drop(MOMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """A column of moments or numbers. count: values there are. whole, finite: all of them; numbers only."""

    name: str
    kind: pl.DataType
    count: int
    nulls: int
    low: Any
    high: Any
    finite: bool
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedTime:
    """How whole numbers say when: what they count, and `values` and `meanings` as of `TimeColumn`."""

    name: str
    values: pl.Expr
    meanings: pl.DataFrame | None = None


def find_time(rows: Rows, *, asked: str | None, taken: frozenset[str] = frozenset()) -> TimeColumn:
    """Find the time column among those not taken for something else.

    Raises:
        RolesError: no column reads as time.
    """
    if asked is not None:
        return _asked(rows, asked)
    possible = [name for name, kind in rows.schema.items() if kind.is_numeric() or _says_when(kind)]
    looks = _looks(rows, [name for name in possible if name not in taken])
    candidates = [found for look in looks.values() if (found := _candidate(rows, look))]
    candidates += _year_and_part(looks)
    best = max(candidates, key=lambda found: found.guess.confidence, default=None)
    if best is None or best.guess.confidence < LEAST:
        columns = ", ".join(f"{name} ({str(kind).lower()})" for name, kind in rows.schema.items())
        raise RolesError(
            "No column reads as dates, times or numbered periods.",
            hint=f"Name it (--time; time in Python). The columns are: {columns}.",
        )
    return best


def _says_when(kind: pl.DataType) -> bool:
    return kind in (pl.Date, pl.Datetime)


def _looks(rows: Rows, names: list[str]) -> Mapping[str, Looks]:
    """All columns in one pass."""
    questions = [question for name in names for question in _questions(name, rows.schema[name])]
    answers = iter(rows.look(*questions))
    return {
        name: Looks(
            name=name,
            kind=rows.schema[name],
            count=next(answers),
            nulls=next(answers),
            low=next(answers),
            high=next(answers),
            finite=next(answers),
            whole=next(answers),
        )
        for name in names
    }


def _questions(name: str, kind: pl.DataType) -> list[pl.Expr]:
    column, no = pl.col(name), pl.lit(value=False)
    facts = [column.count(), column.null_count(), column.min(), column.max()]
    if kind.is_integer():
        return [*facts, pl.lit(value=True), pl.lit(value=True)]
    if not kind.is_numeric():
        return [*facts, no, no]
    finite = column.cast(pl.Float64).is_finite().all()
    return [*facts, finite, (column.is_finite() & (column.abs() < EXACT) & (column == column.floor())).all()]


def _asked(rows: Rows, name: str) -> TimeColumn:
    guess = Guess(column=name, role=Role.TIME, confidence=1.0, reason="named by the user")
    kind = rows.schema[name]
    look = _looks(rows, [name])[name] if kind.is_numeric() else None
    read = _as_moments(rows, look, hinted=True) if look else None
    if read:
        return TimeColumn(guess=guess, values=read.values, meanings=read.meanings)
    if kind.is_temporal() or (look and _is_whole(look)):
        return TimeColumn(guess=guess, values=pl.col(name) if kind.is_temporal() else pl.col(name).cast(pl.Int64))
    raise RolesError(
        f"The column {name!r} holds {kind}, which is no time.",
        hint="Name a column of dates, times or whole numbers.",
    )


def _as_moments(rows: Rows, look: Looks, *, hinted: bool) -> NumberedTime | None:
    """How whole numbers write a date."""
    if not look.count or not look.finite:
        return None
    low, high = float(look.low), float(look.high)
    if hinted and look.whole and (name := counted_from_1970(low, high)):
        return NumberedTime(name=name, values=since_1970(pl.col(look.name).cast(pl.Int64), name))
    if not may_be_moments(low, high, hinted=hinted):
        return None
    numbers = rows.unique(look.name)
    if (read := number_moments(numbers, hinted=hinted)) is None:
        return None
    meanings = pl.DataFrame({NUMBER: numbers, MOMENT: read[1]})
    return NumberedTime(name=read[0], values=pl.col(MOMENT), meanings=meanings)


def _candidate(rows: Rows, look: Looks) -> TimeColumn | None:
    """The column as time with how sure that is, or None."""
    named = hint(look.name, "time")
    varied = 0.0 if look.nulls or look.low != look.high else -0.3
    if _says_when(look.kind):
        kind = str(look.kind).split("(")[0].lower()
        return _found(look.name, pl.col(look.name), 0.84 + 0.15 * named + varied, f"{kind} values")
    return _numbered(rows, look, named, varied)


def _numbered(rows: Rows, look: Looks, named: float, varied: float) -> TimeColumn | None:
    read = _as_moments(rows, look, hinted=named > 0)
    if read:
        sure = (0.4 if read.name == "year" else 0.6) + 0.2 * named + varied
        return _found(look.name, read.values, sure, f"whole numbers that read as {read.name}", read.meanings)
    if not _is_whole(look):
        return None
    whole = pl.col(look.name).cast(pl.Int64)
    if named == 1 and (not look.count or look.low >= 0):
        return _found(look.name, whole, 0.6 + varied, "whole numbers under a name for time")
    if look.nulls == 0 and _follows(rows, look):
        return _found(look.name, whole, 0.45 + varied, "whole numbers that count up from row to row")
    return None


def _follows(rows: Rows, look: Looks) -> bool:
    """Whether most numbers are one more than that of the row before."""
    share = rows.look((pl.col(look.name).cast(pl.Int64).diff() == 1).mean())[0]
    return isinstance(share, float) and share > 0.8


def _found(
    name: str, values: pl.Expr, confidence: float, reason: str, meanings: pl.DataFrame | None = None
) -> TimeColumn:
    named = ", and the name says so" if hint(name, "time") else ""
    guess = Guess(column=name, role=Role.TIME, confidence=round(confidence, 2), reason=reason + named)
    return TimeColumn(guess=guess, values=values, meanings=meanings)


def _is_whole(look: Looks) -> bool:
    return look.kind.is_integer() or (look.kind.is_float() and look.count > 0 and look.whole)


def _year_and_part(looks: Mapping[str, Looks]) -> list[TimeColumn]:
    """Year and month (or quarter, or week) in two columns, as one."""

    def within(kind: str, low: int, high: int) -> list[str]:
        numbers = [look for look in looks.values() if look.kind.is_integer() and hint(look.name, kind) == 1]
        return [look.name for look in numbers if not look.count or (look.low >= low and look.high <= high)]

    years = within("year", 1900, 2100)
    found = []
    for part, highest in (("month", 12), ("quarter", 4), ("week", 53)):
        parts = within(part, 1, highest)
        if years and parts:
            name = f"{years[0]}-{parts[0]}"
            reason = f"put together from {years[0]} and {parts[0]}"
            guess = Guess(column=name, role=Role.TIME, confidence=0.8, reason=reason)
            values = _join(years[0], parts[0], part)
            found.append(TimeColumn(guess=guess, values=values, made_of=(years[0], parts[0])))
    return found


def _join(year: str, name: str, part: str) -> pl.Expr:
    number = pl.col(name).cast(pl.Int64)
    if part == "week":
        january_4 = pl.date(pl.col(year), 1, 4)
        moment = january_4 - pl.duration(days=january_4.dt.weekday() - 1) + pl.duration(days=7 * (number - 1))
    else:
        moment = pl.date(pl.col(year), number if part == "month" else number * 3 - 2, 1)
    return moment.cast(pl.Date)
