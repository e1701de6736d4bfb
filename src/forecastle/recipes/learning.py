"""What steps learned, and how a piece of data finds what was learned of its series."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from forecastle.core.panel import Floats
from forecastle.recipes.piece import SERIES, Piece


@dataclass(frozen=True, slots=True)
class Values:
    """What one step learned: `series` (null: of all alike), `column`, `values`."""

    table: pl.DataFrame

    def of(self, piece: Piece, column: str) -> Floats:
        """Rows of the piece × what is known of the series of each."""
        return np.asarray(self.of_names(piece.ids, column)[piece.frame[SERIES].to_numpy()])

    def of_names(self, names: pl.Series, column: str) -> Floats:
        """Names × what is known of each series; NaN for a series nobody knows."""
        known = self.table.filter(pl.col("column") == column)
        common = known.filter(pl.col("series").is_null())
        if len(common):
            return np.tile(common["values"][0].to_numpy(), (len(names), 1))
        joined = names.to_frame("series").join(known, on="series", how="left", maintain_order="left")
        width = int(known["values"].list.len().max() or 0)  # type: ignore[arg-type]  # a column of whole numbers
        parts = [joined["values"].list.get(place, null_on_oob=True).to_numpy() for place in range(width)]
        return np.stack(parts, axis=1) if parts else np.full((len(names), 1), np.nan)

    def lists(self, piece: Piece, column: str) -> pl.DataFrame:
        """`__series` and `values`, for steps that know a different number of values of each series."""
        places = pl.DataFrame({"series": piece.ids, SERIES: np.arange(len(piece.ids), dtype=np.uint32)})
        return self.table.filter(pl.col("column") == column).join(places, on="series").select(SERIES, "values")


def by_series(piece: Piece, parts: Sequence[pl.Expr]) -> pl.DataFrame:
    """`series` and `values`: these expressions over each series, in their order."""
    named = [part.cast(pl.Float64).alias(f"part{place}") for place, part in enumerate(parts)]
    table = piece.frame.group_by(SERIES, maintain_order=True).agg(named)
    values = pl.concat_list(f"part{place}" for place in range(len(parts))).alias("values")
    return table.select(pl.Series("series", piece.ids.gather(table[SERIES])), values)


def of_all(piece: Piece, parts: Sequence[pl.Expr]) -> pl.DataFrame:
    """One row for all series alike."""
    named = [part.cast(pl.Float64).alias(f"part{place}") for place, part in enumerate(parts)]
    table = piece.frame.select(named).head(1)
    values = pl.concat_list(f"part{place}" for place in range(len(parts))).alias("values")
    return table.select(pl.lit(None, pl.String).alias("series"), values)
