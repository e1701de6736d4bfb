"""Which rows come first by a column, without sorting all of them."""

import numpy as np
import polars as pl

from forecastle.core.panel import Integers

LOOKED_AT = 100_000
"""Values, about, from which is told how far down the wanted rows reach."""


def ordered_places(column: pl.LazyFrame, first: int, last: int, *, descending: bool) -> Integers:
    """The places of the rows from `first` to `last` by a column; equal ones in their own order, missing ones last."""
    values = column.collect().to_series().rechunk()
    if values.dtype == pl.Boolean:
        values = values.cast(pl.UInt8)  # which can be compared
    elif isinstance(values.dtype, pl.Categorical | pl.Enum):
        values = values.cast(pl.String)  # by their names, and not as they came
    leading = _leading(values, last, descending=descending)
    return (_sorted(values, descending=descending) if leading is None else leading)[first:last]


def _leading(values: pl.Series, count: int, *, descending: bool) -> Integers | None:
    """The places of at least the first `count` rows in order, or None when a look at some of them cannot tell."""
    step = max(len(values) // LOOKED_AT, 1)
    looked_at = values.gather_every(step).drop_nulls().sort(descending=descending)
    reach = 2 * (count // step) + 20
    if reach >= len(looked_at):
        return None
    limit = looked_at[reach]
    ahead = (values > limit if descending else values < limit).arg_true()
    ranked = ahead.to_numpy()[_sorted(values.gather(ahead), descending=descending)]
    equal = (values == limit).arg_true().head(max(count - len(ahead), 0))
    found = np.concatenate([ranked, equal.to_numpy()]).astype(np.int64)
    return found if len(found) >= count else None


def _sorted(values: pl.Series, *, descending: bool) -> Integers:
    placed = pl.DataFrame({"value": values}).with_row_index("place")
    order = placed.sort("value", "place", descending=[descending, False], nulls_last=True)
    return order["place"].to_numpy().astype(np.int64)
