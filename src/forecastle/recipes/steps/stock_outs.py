"""Periods in which nothing could be sold."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

import polars as pl
from pydantic import Field

from forecastle.data.dataset import Role
from forecastle.recipes.piece import SERIES, Piece
from forecastle.recipes.step import Step, Whole, check_column

REGULAR = 0.1
"""Share of zeros, outside of long runs, up to which a series is one that always sells."""


class StockOuts(Step):
    """Mark periods with an empty shelf, so that they are not taken for low demand.

    By a column with the stock; without one, a long run of zeros in a series that otherwise always sells.
    """

    title: ClassVar[str] = "Stock-outs"

    step: Literal["stock_outs"] = "stock_outs"
    stock: str | None = Field(None, max_length=200, description="The column with the stock; empty at or below zero.")
    run: Whole = Field(3, ge=1, description="Zeros in a row that are a stock-out, where no column tells the stock.")

    def says(self) -> str:
        """The step in one plain sentence."""
        if self.stock:
            return f"Rows without stock ({self.stock} at or below 0) are marked as closed"
        return f"Runs of {self.run} zeros or more in {self.on} of series that otherwise sell are marked as closed"

    def changed(self, piece: Piece) -> Sequence[str]:
        """The column that marks closed periods, where there is one."""
        return [piece.roles.closed] if piece.roles.closed else []

    def found(self, before: Piece, after: Piece) -> Mapping[str, pl.Series]:
        """The values that are marked now and were not before, of the stock or of the targets."""
        marked = after.frame.select(after.closed).to_series() & ~before.frame.select(before.closed).to_series()
        return dict.fromkeys([self.stock] if self.stock else self.numbers(before), marked)

    def apply(self, piece: Piece) -> Piece:
        """Mark them, beside what is marked already."""
        if self.stock is not None:
            check_column(piece, self.stock)
            empty = pl.col(self.stock).cast(pl.Float64) <= 0
        else:
            empty = pl.all_horizontal([pl.lit(self._runs(piece, name)) for name in self.numbers(piece)])
        empty = empty.fill_null(value=False) | piece.closed
        name = piece.roles.closed or "closed"
        mark = empty if piece.roles.closed_value or not piece.roles.closed else ~empty
        frame = piece.frame.with_columns(mark.alias(name))
        return piece.with_frame(frame).with_column(name, Role.CLOSED, "stock-outs, marked by a recipe")

    def _runs(self, piece: Piece, name: str) -> pl.Series:
        """Zeros in long runs, of series that otherwise nearly always sell."""
        zero = (pl.col(name) == 0).fill_null(value=False)
        rows = piece.frame.select(SERIES, zero.alias("zero")).with_columns(
            pl.struct(SERIES, "zero").rle_id().alias("run")
        )
        rows = rows.with_columns((pl.col("zero") & (pl.len().over("run") >= self.run)).alias("long"))
        others = (~pl.col("long")).sum().over(SERIES)
        single = (pl.col("zero") & ~pl.col("long")).sum().over(SERIES)
        sells = (single <= REGULAR * others) & (others > pl.len().over(SERIES) / 2)
        return rows.select(pl.col("long") & sells).to_series()
