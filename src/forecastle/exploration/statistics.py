"""What the values of each column are, in numbers; one column is in memory at a time."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import polars as pl

from forecastle.core.panel import Floats, Integers
from forecastle.data.dataset import Guess, Role
from forecastle.exploration.kinds import KindGuess, Looks, guess_kind

LEVELS = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
MOST_COUNTED = 100_000
"""Different texts up to which the most frequent of them are counted out."""
TOP = 10
VALUE, COUNT = "value", "count"

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
    counted = _counted(values) if sorts else _counted(values.clear())
    distinct = len(counted)
    return ColumnStatistics(
        column=guess.column,
        type=str(values.dtype),
        role=guess.role,
        confidence=guess.confidence,
        reason=guess.reason,
        kind=guess_kind(_looks(values, counted, guess.role)),
        rows=len(values),
        missing=values.null_count(),
        distinct=distinct,
        least=_plain(counted[VALUE].min()) if sorts else None,
        greatest=_plain(counted[VALUE].max()) if sorts else None,
        numbers=_numbers(counted) if values.dtype.is_numeric() else None,
        frequent=() if not sorts or _continuous(values, distinct) else _frequent(counted),
    )


def _counted(values: pl.Series) -> pl.DataFrame:
    """`value` and `count`: how often each value is there; numbers rising, for which sorting is the quickest."""
    there = values.drop_nulls().alias(VALUE)
    if there.dtype.is_numeric():
        return there.sort().rle().struct.unnest().select(VALUE, pl.col("len").alias(COUNT))
    return there.value_counts(name=COUNT)


def _looks(values: pl.Series, counted: pl.DataFrame, role: Role) -> Looks:
    few = values.dtype.is_numeric() and 0 < len(counted) <= 2
    return Looks(
        name=values.name,
        type=values.dtype,
        role=role,
        count=values.count(),
        distinct=len(counted),
        flag=bool(few and ((counted[VALUE] == 0) | (counted[VALUE] == 1)).all()),
    )


def _continuous(values: pl.Series, distinct: int) -> bool:
    return values.dtype.is_float() or values.dtype.is_temporal() or distinct > MOST_COUNTED


def _numbers(counted: pl.DataFrame) -> Numbers | None:
    finite = counted.select(pl.col(VALUE).cast(pl.Float64), pl.col(COUNT).cast(pl.Int64)).filter(
        pl.col(VALUE).is_finite()
    )
    if finite.is_empty():
        return None
    values, counts = finite[VALUE].to_numpy(), finite[COUNT].to_numpy()
    rows, mean = int(counts.sum()), float(np.average(values, weights=counts))
    spread = float(np.sqrt(counts @ (values - mean) ** 2 / (rows - 1))) if rows > 1 else None
    found = _quantiles(values, counts)
    return Numbers(
        mean=mean,
        deviation=spread,
        zeros=int(counts[values == 0].sum()),
        negatives=int(counts[values < 0].sum()),
        quantiles=tuple(Quantile(level=level, value=value) for level, value in zip(LEVELS, found, strict=True)),
    )


def _quantiles(values: Floats, counts: Integers) -> list[float]:
    """Of rising values, each so many times there; between two neighbours on a straight line, as NumPy's are."""
    ends = np.cumsum(counts)
    places = np.asarray(LEVELS) * (ends[-1] - 1)
    below = np.floor(places)
    low, high = (
        values[np.searchsorted(ends, place, side="right")] for place in (below, np.minimum(below + 1, ends[-1] - 1))
    )
    return [float(value) for value in low + (places - below) * (high - low)]


def _frequent(counted: pl.DataFrame) -> tuple[Frequent, ...]:
    top = counted.sort(COUNT, VALUE, descending=[True, False]).head(TOP)
    return tuple(Frequent(value=_plain(value), count=count) for value, count in top.iter_rows())


def _plain(value: object) -> Value:
    """A value that JSON has a word for, or text."""
    return value if value is None or isinstance(value, str | float | int | bool | date | datetime) else str(value)
