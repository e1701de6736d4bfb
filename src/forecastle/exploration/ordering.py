"""Which rows come first by a column, without sorting all of them, or holding them in memory."""

import numpy as np
import polars as pl

from forecastle.core.panel import Integers

LOOKED_AT = 100_000
"""Values, about, from which is told how far down the wanted rows reach."""
VALUE, PLACE = "value", "place"


def ordered_places(column: pl.LazyFrame, first: int, last: int, *, descending: bool) -> Integers:
    """The places of the rows from `first` to `last` by a column; equal ones in their own order, missing ones last."""
    rows = _comparable(column).with_row_index(PLACE)
    leading = _leading(rows, last, descending=descending)
    if leading is None:
        leading = _sorted(rows.collect(), descending=descending)
    return leading[first:last]


def _comparable(column: pl.LazyFrame) -> pl.LazyFrame:
    """The column as values that are quickly compared; categories by their names, and not as they came."""
    ((name, kind),) = column.collect_schema().items()
    if not isinstance(kind, pl.Categorical | pl.Enum):
        return column.select(pl.col(name).cast(pl.UInt8 if kind == pl.Boolean else kind).alias(VALUE))
    values = column.collect().to_series()  # once, for reading categories takes longer than comparing them
    return _by_name(values).alias(VALUE).to_frame().lazy()


def _by_name(values: pl.Series) -> pl.Series:
    """The place of each category in the alphabet of those that are there, looked up by its number."""
    there = values.unique().drop_nulls()
    numbers = there.to_physical().to_numpy()[there.cast(pl.String).arg_sort()]
    places = np.zeros(numbers.max(initial=0) + 1, dtype=np.uint32)
    places[numbers] = np.arange(len(numbers))
    return pl.Series(places).gather(values.to_physical())


def _leading(rows: pl.LazyFrame, count: int, *, descending: bool) -> Integers | None:
    """The places of at least the first `count` rows in order, or None when a look at some of them cannot tell."""
    step = max(int(rows.select(pl.len()).collect().item()) // LOOKED_AT, 1)
    some = rows.filter(pl.col(PLACE) % step == 0).select(VALUE).collect().to_series()
    looked_at = some.drop_nulls().sort(descending=descending)
    reach = 2 * (count // step) + 20
    if reach >= len(looked_at):
        return None
    limit = pl.lit(looked_at[reach], looked_at.dtype)
    ahead = rows.filter(pl.col(VALUE) > limit if descending else pl.col(VALUE) < limit).collect()
    found = _sorted(ahead, descending=descending)
    if len(found) < count:
        equal = rows.filter(pl.col(VALUE) == limit).head(count - len(found)).select(PLACE).collect()
        found = np.concatenate([found, equal.to_series().to_numpy()]).astype(np.int64)
    return found if len(found) >= count else None


def _sorted(rows: pl.DataFrame, *, descending: bool) -> Integers:
    order = rows.sort(VALUE, PLACE, descending=[descending, False], nulls_last=True)
    return order[PLACE].to_numpy().astype(np.int64)
