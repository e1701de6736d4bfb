"""Several rows of one series and period."""

from typing import ClassVar, Literal

import polars as pl
from pydantic import Field

from forecastle.core.errors import DataError
from forecastle.data.cleaning.rows import counted
from forecastle.recipes.piece import SERIES, STEP, Piece
from forecastle.recipes.rules import aggregated, defaults
from forecastle.recipes.step import Step


class Duplicates(Step):
    """Leave one row a series and period."""

    title: ClassVar[str] = "Duplicates"
    keeps_rows: ClassVar[bool] = False
    early: ClassVar[bool] = True

    step: Literal["duplicates"] = "duplicates"
    keep: Literal["last", "first", "sum", "mean", "max", "min", "fail"] = Field(
        "last", description="Which row stays, or how the numbers are put together; `fail` refuses duplicates."
    )

    def says(self) -> str:
        """The step in one plain sentence."""
        kept = {"last": "the last one stays", "first": "the first one stays", "fail": "refused"}
        how = kept.get(self.keep, f"the {self.keep} of {self.on} is taken, of everything else the last")
        return f"Of several rows of one series and period, {how}" if self.keep != "fail" else "Duplicates are refused"

    def apply(self, piece: Piece) -> Piece:
        """Put rows together."""
        again = (pl.col(SERIES) == pl.col(SERIES).shift()) & (pl.col(STEP) == pl.col(STEP).shift())
        repeats = piece.frame.select(again.fill_null(value=False)).to_series()
        count = int(repeats.sum())
        if count == 0:
            return piece
        if self.keep == "fail":
            raise DataError(f"{counted(count, 'row')} repeating a period that was already given.", count=count)
        if self.keep in ("first", "last"):
            gone = repeats if self.keep == "first" else repeats.shift(-1, fill_value=False)
            return piece.with_frame(piece.frame.filter(~gone))
        rules = dict.fromkeys(piece.frame.columns, "last") | dict.fromkeys(self.numbers(piece), self.keep)
        involved = repeats | repeats.shift(-1, fill_value=False)
        merged = aggregated(piece.with_frame(piece.frame.filter(involved)), defaults(piece) | rules, by=STEP)
        kept = piece.frame.filter(~involved).cast(merged.schema)
        return piece.with_frame(pl.concat([kept, merged]).sort(SERIES, STEP, maintain_order=True))
