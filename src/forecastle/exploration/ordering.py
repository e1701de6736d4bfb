"""Which rows come first by a column, without sorting all of them."""

from dataclasses import dataclass
from math import isqrt

import numpy as np
import polars as pl

from forecastle.core.panel import Integers

LOOKED_AT = 100_000
"""Values, about, from which is told how far down the wanted rows reach."""
NEAR = 20
"""Looked-at values beyond the wanted ones that are taken in any case."""
VALUE, PLACE = "value", "place"


def ordered_places(column: pl.LazyFrame, first: int, last: int, *, descending: bool) -> Integers:
    """The places of the rows from `first` to `last` by a column; equal ones in their own order, missing ones last."""
    rows = _comparable(column).with_row_index(PLACE)
    looked_at, known = _look(rows, descending=descending)
    wanted = _Stretch(first=min(first, known), last=min(last, known), descending=descending)
    found = _between(rows, wanted, *_limits(looked_at, wanted, known))
    if found is None:
        found = _sorted(rows.filter(pl.col(VALUE).is_not_null()), wanted)[wanted.first : wanted.last]
    missing = rows.filter(pl.col(VALUE).is_null()).slice(max(first - known, 0), max(last - max(first, known), 0))
    return found if last <= known else np.concatenate([found, _places(missing)])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """Which of the values that are there, in order, and which order."""

    first: int
    last: int
    descending: bool

    def ahead(self, limit: pl.Expr) -> pl.Expr:
        """Whether a value comes before another."""
        return pl.col(VALUE) > limit if self.descending else pl.col(VALUE) < limit


def _comparable(column: pl.LazyFrame) -> pl.LazyFrame:
    """The column as values that are quickly compared; categories by their names, and not as they came.

    It is read once, for reading takes longer than comparing; texts, which may be long, are not held in memory.
    """
    ((name, kind),) = column.collect_schema().items()
    if kind in (pl.String, pl.Binary):
        return column.select(pl.col(name).alias(VALUE))
    values = column.collect().to_series()
    if isinstance(kind, pl.Categorical | pl.Enum):
        values = _by_name(values)
    return (values.cast(pl.UInt8) if kind == pl.Boolean else values).alias(VALUE).to_frame().lazy()


def _by_name(values: pl.Series) -> pl.Series:
    """The place of each category in the alphabet of those that are there, looked up by its number."""
    there = values.unique().drop_nulls()
    numbers = there.to_physical().to_numpy()[there.cast(pl.String).arg_sort()]
    places = np.zeros(numbers.max(initial=0) + 1, dtype=np.uint32)
    places[numbers] = np.arange(len(numbers))
    return pl.Series(places).gather(values.to_physical())


def _look(rows: pl.LazyFrame, *, descending: bool) -> tuple[pl.Series, int]:
    """Some values, as far apart from each other, in order; and how many there are of all."""
    step = max(int(rows.select(pl.len()).collect().item()) // LOOKED_AT, 1)
    some, known = rows.select(
        pl.col(VALUE).gather_every(step).implode(), pl.col(VALUE).count().alias("known")
    ).collect()
    return some.explode().drop_nulls().sort(descending=descending), int(known.item())


def _limits(looked_at: pl.Series, wanted: _Stretch, known: int) -> tuple[pl.Expr | None, pl.Expr | None]:
    """Values that are likely to enclose the wanted ones, not too narrowly; None where that is the first or the last."""
    share = len(looked_at) / max(known, 1)
    low, high = int(wanted.first * share), int(wanted.last * share)
    places = low - _reach(low, looked_at), high + _reach(high, looked_at)
    below, above = (
        pl.lit(looked_at[place], looked_at.dtype) if 0 <= place < len(looked_at) else None for place in places
    )
    return below, above


def _reach(place: int, looked_at: pl.Series) -> int:
    """How far off a place among the looked-at values may be: four standard deviations of chance."""
    return NEAR + 4 * isqrt(max(min(place, len(looked_at) - place), 0))


def _between(rows: pl.LazyFrame, wanted: _Stretch, low: pl.Expr | None, high: pl.Expr | None) -> Integers | None:
    """The wanted places, of values from `low` to `high`; None where these do not enclose them.

    Equal values are in their own order already, so that only what lies between the limits is sorted.
    """
    equal_low = pl.col(VALUE) == low if low is not None else pl.lit(value=False)
    equal_high = pl.col(VALUE) == high if high is not None else pl.lit(value=False)
    before = wanted.ahead(low) if low is not None else pl.lit(value=False)
    inner = ~before & ~equal_low & (wanted.ahead(high) if high is not None else pl.col(VALUE).is_not_null())
    counts, middle = pl.collect_all(
        [rows.select(before.sum().alias("before"), equal_low.sum().alias("equal")), rows.filter(inner)]
    )
    ahead, equal = counts.row(0)
    begin, end = wanted.first - ahead, wanted.last - ahead
    if begin < 0:
        return None
    parts = [_places(rows.filter(equal_low).slice(begin, max(min(end, equal) - begin, 0)))]
    begin, end = max(begin - equal, 0), max(end - equal, 0)
    parts.append(_sorted(middle.lazy(), wanted)[begin:end])
    begin, end = max(begin - middle.height, 0), max(end - middle.height, 0)
    parts.append(_places(rows.filter(equal_high & ~equal_low).slice(begin, end - begin)))
    found = np.concatenate(parts)
    return found if len(found) == wanted.last - wanted.first else None


def _sorted(rows: pl.LazyFrame, wanted: _Stretch) -> Integers:
    return _places(rows.sort(VALUE, PLACE, descending=[wanted.descending, False]))


def _places(rows: pl.LazyFrame) -> Integers:
    return rows.select(PLACE).collect().to_series().to_numpy().astype(np.int64)
