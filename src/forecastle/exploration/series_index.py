"""Where the rows of each series stand, so that those of one are read without the others."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.core.errors import NotFoundError
from forecastle.core.panel import Integers
from forecastle.data.aggregation import series_name
from forecastle.data.dataset import Roles

PLACE = "__place"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesIndex:
    """The series of a version, sorted by name.

    table: `series_id`, `rows` (how many it has), and `first` and `last`, the places of its first and last row.
    """

    roles: Roles
    table: pl.DataFrame

    @classmethod
    def of(cls, rows: pl.LazyFrame, roles: Roles) -> "SeriesIndex":
        """Look through the key columns once: where rows of another series begin, and then at these rows only."""
        place, total = pl.col(PLACE).cast(pl.Int64), rows.select(pl.len()).collect().item()
        begins = reduce(or_, (pl.col(key).ne_missing(pl.col(key).shift()) for key in roles.keys), place == 0)
        runs = rows.select(roles.keys or roles.time).with_row_index(PLACE).filter(begins)
        after = place.shift(-1, fill_value=total)
        runs = runs.with_columns((after - place).alias("__rows"), place.alias("__first"), (after - 1).alias("__last"))
        grouped = runs.group_by(roles.keys or pl.lit(roles.targets[0]).alias(SERIES_ID)).agg(
            pl.col("__rows").sum(), pl.col("__first").min(), pl.col("__last").max()
        )
        columns = [pl.col(f"__{name}").cast(pl.Int64).alias(name) for name in ("rows", "first", "last")]
        name = series_name(roles, roles.targets[0]).alias(SERIES_ID)
        return cls(roles=roles, table=grouped.select(name, *columns).sort(SERIES_ID).collect())

    def rows_of(self, rows: pl.LazyFrame, series_id: str) -> pl.DataFrame:
        """All rows of one series.

        Raises:
            NotFoundError: there is no such series.
        """
        found = self.table.filter(pl.col(SERIES_ID) == series_id)
        if found.is_empty():
            raise NotFoundError(f"There is no series {series_id!r}.", hint=self._similar(series_id))
        _, count, first, last = found.row(0)
        reach = rows.slice(first, last - first + 1)
        if count < last - first + 1:  # rows of other series stand between
            reach = reach.filter(series_name(self.roles, series_id) == series_id)
        return reach.collect()

    def one_row_each(self, rng: np.random.Generator, count: int) -> Integers | None:
        """The place of a random row of each of so many series, or None when series are mixed with each other."""
        chosen = self.table[np.sort(rng.choice(len(self.table), size=min(count, len(self.table)), replace=False))]
        length = chosen["rows"].to_numpy()
        if (chosen["last"].to_numpy() - chosen["first"].to_numpy() + 1 != length).any():
            return None
        return np.asarray(chosen["first"].to_numpy() + rng.integers(length), dtype=np.int64)

    def _similar(self, series_id: str) -> str:
        from difflib import get_close_matches

        close = get_close_matches(series_id, self.table[SERIES_ID].head(10_000).to_list(), n=3, cutoff=0.3)
        return f"Did you mean {' or '.join(map(repr, close))}?" if close else "GET /datasets/{name}/series lists them."
