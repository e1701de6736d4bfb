"""What the values of each column are, in numbers; one column is in memory at a time."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import polars as pl

from forecastle.data.dataset import Guess, Role
from forecastle.exploration.kinds import KindGuess, Looks, guess_kind

LEVELS = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
MOST_COUNTED = 100_000
"""Different texts up to which the most frequent of them are counted out."""
TOP = 10
VALUE = "value"

Value = str | float | int | bool | date | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """The value below which a share of the others lies."""

    level: float
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequent:
    """A value and how often it is there."""

    value: Value
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Numbers of a column. deviation: the standard one, null of a single value."""

    mean: float
    deviation: float | None
    zeros: int
    negatives: int
    quantiles: tuple[Quantile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnStatistics:
    """One column. rows: of the version; missing: without a value; distinct: different values.

    role, confidence, reason: what the column is for. kind: what its values are. type: how they are kept.
    numbers: None of a column without any. frequent: the most frequent values; empty where nearly all differ.
    """

    column: str
    type: str
    role: Role
    confidence: float
    reason: str
    kind: KindGuess
    rows: int
    missing: int
    distinct: int
    least: Value = None
    greatest: Value = None
    numbers: Numbers | None = None
    frequent: tuple[Frequent, ...] = ()


def column_statistics(rows: pl.LazyFrame, guess: Guess) -> ColumnStatistics:
    """The statistics of one column. guess: what it is for."""
    values = rows.select(guess.column).collect().to_series()
    sorts = not (values.dtype.is_nested() or values.dtype in (pl.Binary, pl.Null))
    distinct = values.drop_nulls().n_unique() if sorts else 0
    return ColumnStatistics(
        column=guess.column,
        type=str(values.dtype),
        role=guess.role,
        confidence=guess.confidence,
        reason=guess.reason,
        kind=guess_kind(_looks(values, distinct, guess.role)),
        rows=len(values),
        missing=values.null_count(),
        distinct=distinct,
        least=_plain(values.min()) if sorts else None,
        greatest=_plain(values.max()) if sorts else None,
        numbers=_numbers(values) if values.dtype.is_numeric() else None,
        frequent=() if not sorts or _continuous(values, distinct) else _frequent(values),
    )


def _looks(values: pl.Series, distinct: int, role: Role) -> Looks:
    few = values.dtype.is_numeric() and 0 < distinct <= 2
    return Looks(
        name=values.name,
        type=values.dtype,
        role=role,
        count=values.count(),
        distinct=distinct,
        flag=bool(few and ((values == 0) | (values == 1)).all()),
    )


def _continuous(values: pl.Series, distinct: int) -> bool:
    return values.dtype.is_float() or values.dtype.is_temporal() or distinct > MOST_COUNTED


def _numbers(values: pl.Series) -> Numbers | None:
    there = values.drop_nulls().cast(pl.Float64)
    ordered = np.sort(there.filter(there.is_finite()).to_numpy())
    if not ordered.size:
        return None
    found = np.quantile(ordered, LEVELS)
    return Numbers(
        mean=float(ordered.mean()),
        deviation=float(ordered.std(ddof=1)) if len(ordered) > 1 else None,
        zeros=int((ordered == 0).sum()),
        negatives=int((ordered < 0).sum()),
        quantiles=tuple(Quantile(level=level, value=float(value)) for level, value in zip(LEVELS, found, strict=True)),
    )


def _frequent(values: pl.Series) -> tuple[Frequent, ...]:
    counts = values.drop_nulls().alias(VALUE).value_counts(name="count")
    top = counts.sort("count", VALUE, descending=[True, False]).head(TOP)
    return tuple(Frequent(value=_plain(value), count=count) for value, count in top.iter_rows())


def _plain(value: object) -> Value:
    """A value that JSON has a word for, or text."""
    return value if value is None or isinstance(value, str | float | int | bool | date | datetime) else str(value)
