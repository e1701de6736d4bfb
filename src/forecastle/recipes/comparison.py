"""Two versions of a dataset beside each other: rows that came and went, cells that changed, distributions, series."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.data.dataset import Dataset
from forecastle.recipes.piece import OURS, SERIES, Piece

BINS = 30
MOMENT, NTH, BEFORE, AFTER = "__moment", "__nth", "__before", "__after"
STATISTICS: Mapping[str, pl.Expr] = {
    "values": pl.first().count(),
    "missing": pl.first().null_count(),
    "zeros": (pl.first() == 0).sum(),
    "mean": pl.first().mean(),
    "deviation": pl.first().std(),
    "lowest": pl.first().min(),
    "p25": pl.first().quantile(0.25, "linear"),
    "median": pl.first().median(),
    "p75": pl.first().quantile(0.75, "linear"),
    "highest": pl.first().max(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A count before and after."""

    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """The values of one column of numbers, before and after.

    before, after: statistics by name; empty where the column is not there. edges: of the bins, one more than counts.
    """

    column: str
    before: Mapping[str, float | None]
    after: Mapping[str, float | None]
    edges: tuple[float, ...]
    counts_before: tuple[int, ...]
    counts_after: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is different between two versions. A row is the same when its series, moment and place among equals are.

    changed: how many cells of rows in both, by column; columns without any are left out. columns_retyped: of another
    type. per_series: `series_id`, `rows_added`, `rows_removed`, `changed`, and the total of the first target before and
    after; only series with a difference, the most changed first.
    """

    rows: Pair
    series: Pair
    rows_added: int
    rows_removed: int
    changed: Mapping[str, int]
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    columns_retyped: tuple[str, ...]
    distributions: tuple[Distribution, ...]
    per_series: pl.DataFrame


def compare(before: Dataset, after: Dataset) -> Comparison:
    """Put two versions beside each other."""
    old, new = Piece.of(before), Piece.of(after)
    pairs = _pairs(old, new)
    both = pairs.drop_nulls([BEFORE, AFTER])
    held = {old.roles.time, new.roles.time, *old.roles.keys, *new.roles.keys, *OURS}
    left = [name for name in old.frame.columns if name in new.frame.columns and name not in held]
    masks = {name: _differs(old, new, both, name) for name in left}
    counts = {name: int(mask.sum()) for name, mask in masks.items()}
    return Comparison(
        rows=Pair(before=old.frame.height, after=new.frame.height),
        series=Pair(before=len(old.ids), after=len(new.ids)),
        rows_added=int(pairs[BEFORE].null_count()),
        rows_removed=int(pairs[AFTER].null_count()),
        changed={name: count for name, count in counts.items() if count},
        columns_added=tuple(name for name in new.frame.columns if name not in old.frame.columns),
        columns_removed=tuple(name for name in old.frame.columns if name not in new.frame.columns),
        columns_retyped=tuple(name for name in left if old.frame.schema[name] != new.frame.schema[name]),
        distributions=tuple(_distributions(old, new)),
        per_series=_per_series((old, new), pairs, both, list(masks.values())),
    )


def _pairs(old: Piece, new: Piece) -> pl.DataFrame:
    """`series` (a number), and the rows of each side that belong together; null where the other has none."""
    if _same_rows(old, new):  # a recipe that changes cells only, and nothing to look for in millions of rows
        places = pl.int_range(old.frame.height, dtype=pl.get_index_type(), eager=True)
        return pl.DataFrame({"series": old.frame[SERIES], BEFORE: places, AFTER: places})
    names = pl.concat([old.ids, new.ids]).unique(maintain_order=True)
    numbers = pl.DataFrame({SERIES_ID: names}).with_row_index("series")
    sides = []
    for piece, row in ((old, BEFORE), (new, AFTER)):
        place = piece.ids.to_frame().join(numbers, on=SERIES_ID, how="left", maintain_order="left")["series"]
        moment = piece.frame[piece.roles.time]
        moment = moment.cast(pl.Datetime("us")) if moment.dtype.is_temporal() else moment.cast(pl.Int64)
        table = pl.DataFrame({"series": place.gather(piece.frame[SERIES]), MOMENT: moment.alias(MOMENT)})
        again = (pl.col("series") == pl.col("series").shift()) & (pl.col(MOMENT) == pl.col(MOMENT).shift())
        repeated = bool(table.select(again.any()).item())
        nth = pl.int_range(pl.len()).over("series", MOMENT) if repeated else pl.lit(0, pl.Int64)
        sides.append(table.with_columns(nth.alias(NTH)).with_row_index(row))
    first, second = sides
    if first.schema[MOMENT] != second.schema[MOMENT]:
        first, second = (side.with_columns(pl.col(MOMENT).cast(pl.String)) for side in (first, second))
    return first.join(second, on=("series", MOMENT, NTH), how="full", coalesce=True)


def _same_rows(old: Piece, new: Piece) -> bool:
    """Whether the sides have the same series and moments, row by row."""
    times = [piece.frame[piece.roles.time] for piece in (old, new)]
    same = old.frame.height == new.frame.height and times[0].dtype == times[1].dtype and old.ids.equals(new.ids)
    return same and old.frame[SERIES].equals(new.frame[SERIES]) and times[0].equals(times[1])


def _differs(old: Piece, new: Piece, both: pl.DataFrame, name: str) -> pl.Series:
    was, now = old.frame[name].gather(both[BEFORE]), new.frame[name].gather(both[AFTER])
    if was.dtype != now.dtype:
        common = pl.Float64 if was.dtype.is_numeric() and now.dtype.is_numeric() else pl.String
        was, now = was.cast(common), now.cast(common)
    return was.ne_missing(now)


def _distributions(old: Piece, new: Piece) -> Sequence[Distribution]:
    names = dict.fromkeys((*old.frame.columns, *new.frame.columns))
    found = []
    for name in names:
        sides = [piece.frame[name] for piece in (old, new) if name in piece.frame.columns]
        if name in OURS or not all(side.dtype.is_numeric() for side in sides):
            continue
        values = [side.cast(pl.Float64).fill_nan(None) for side in sides]
        known = [side.drop_nulls() for side in values]
        lowest, highest = min(_edge(side.min()) for side in known), max(_edge(side.max()) for side in known)
        edges = np.linspace(lowest, highest if highest > lowest else lowest + 1.0, BINS + 1)
        counts = [tuple(np.histogram(side.to_numpy(), edges)[0].tolist()) for side in known]
        told = [_statistics(side) for side in values]
        there = name in old.frame.columns, name in new.frame.columns
        before, after = (told.pop(0) if here else {} for here in there)
        counts_before, counts_after = (counts.pop(0) if here else () for here in there)
        found.append(
            Distribution(
                column=name,
                before=before,
                after=after,
                edges=tuple(edges.tolist()),
                counts_before=counts_before,
                counts_after=counts_after,
            )
        )
    return found


def _statistics(values: pl.Series) -> dict[str, Any]:
    return values.to_frame().select(**STATISTICS).row(0, named=True)


def _edge(value: Any) -> float:  # noqa: ANN401 - what Polars says of an empty column is None
    return float(value) if value is not None else 0.0


def _per_series(
    pieces: tuple[Piece, Piece], pairs: pl.DataFrame, both: pl.DataFrame, masks: Sequence[pl.Series]
) -> pl.DataFrame:
    old, new = pieces
    names = pl.concat([old.ids, new.ids]).unique(maintain_order=True)
    moved = pairs.group_by("series").agg(
        pl.col(BEFORE).null_count().cast(pl.Int64).alias("rows_added"),
        pl.col(AFTER).null_count().cast(pl.Int64).alias("rows_removed"),
    )
    cells = sum((mask.cast(pl.Int64) for mask in masks), pl.zeros(both.height, pl.Int64, eager=True))
    changed = both.select("series", cells.alias("changed")).group_by("series").agg(pl.col("changed").sum())
    table = moved.join(changed, on="series", how="left").with_columns(pl.col("changed").fill_null(0))
    table = table.filter(pl.sum_horizontal("rows_added", "rows_removed", "changed") > 0)
    named = table.select(names.gather(table["series"]).alias(SERIES_ID), pl.exclude("series"))
    for piece, total in ((old, "total_before"), (new, "total_after")):
        named = named.join(_totals(piece, total), on=SERIES_ID, how="left")
    return named.sort("changed", "rows_added", "rows_removed", SERIES_ID, descending=[True, True, True, False])


def _totals(piece: Piece, name: str) -> pl.DataFrame:
    target = piece.roles.targets[0]
    sums = piece.frame.group_by(SERIES).agg(pl.col(target).cast(pl.Float64).sum().alias(name))
    return sums.select(pl.Series(SERIES_ID, piece.ids.gather(sums[SERIES])), name)
