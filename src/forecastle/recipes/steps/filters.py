"""Rows that are left out, and columns made by a formula."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar, Literal

import polars as pl
from pydantic import Field

from forecastle.core.errors import DataError, RolesError
from forecastle.data.dataset import Role
from forecastle.recipes.formula import compiled
from forecastle.recipes.piece import SERIES, Piece
from forecastle.recipes.step import Step, Whole


class Filter(Step):
    """Keep only the rows that fit everything that is said here."""

    title: ClassVar[str] = "Filter"
    keeps_rows: ClassVar[bool] = False

    step: Literal["filter"] = "filter"
    where: str = Field("", max_length=2000, description="A condition, such as `volume > 0 and store != 'closed'`.")
    first: date | datetime | Whole | None = Field(None, description="Not before this moment.")
    last: date | datetime | Whole | None = Field(None, description="Not after this moment.")
    series: tuple[str, ...] = Field((), description="Only these series; all when empty.")
    min_length: Whole = Field(0, ge=0, description="Only series with so many rows at least.")

    def says(self) -> str:
        """The step in one plain sentence."""
        parts = [
            f"where {self.where}" if self.where else "",
            f"from {self.first} on" if self.first is not None else "",
            f"until {self.last}" if self.last is not None else "",
            f"of {len(self.series)} series" if self.series else "",
            f"of series with at least {self.min_length} rows" if self.min_length else "",
        ]
        return f"Only rows are kept {', '.join(part for part in parts if part) or 'without a condition'}"

    def apply(self, piece: Piece) -> Piece:
        """Leave out the other rows."""
        time = piece.roles.time
        kept = pl.lit(value=True)
        if self.where:
            kept &= compiled(self.where, piece).cast(pl.Boolean).fill_null(value=False)
        for limit, holds in ((self.first, pl.Expr.ge), (self.last, pl.Expr.le)):
            if limit is not None:
                kept &= holds(pl.col(time), _moment(limit, piece))
        if self.series:
            kept &= piece.names().is_in(list(self.series))
        if self.min_length:
            kept &= pl.len().over(SERIES) >= self.min_length
        try:
            return piece.with_frame(piece.frame.filter(kept))
        except pl.exceptions.PolarsError as error:
            raise DataError(f"{self.where!r} cannot be worked out: {str(error).splitlines()[0]}.") from error


def _moment(limit: date | int, piece: Piece) -> pl.Expr:
    kind = piece.frame.schema[piece.roles.time]
    if kind.is_temporal() == isinstance(limit, int):
        times = "dates" if kind.is_temporal() else "whole numbers"
        raise RolesError(f"The times in {piece.roles.time!r} are {times}, not such as {limit}.")
    return pl.lit(limit)


class Formula(Step):
    """Work out a column from others, row by row; see the functions a formula knows."""

    title: ClassVar[str] = "Formula"
    early: ClassVar[bool] = True

    step: Literal["formula"] = "formula"
    columns: tuple[str, ...] = Field((), max_length=0, description="Not used: the formula names its columns.")
    column: str = Field(min_length=1, max_length=200, description="Where the result goes; a new column or a known one.")
    formula: str = Field(min_length=1, max_length=2000, description="Such as `volume * price` or `max(volume, 0)`.")
    role: Literal["ignored", "target", "known", "past", "static"] = Field(
        "ignored", description="What a new column is for."
    )

    def says(self) -> str:
        """The step in one plain sentence."""
        return f"{self.column} = {self.formula}"

    def changed(self, piece: Piece) -> Sequence[str]:
        """The column, where it is there already."""
        return (self.column,) if self.column in piece.frame.columns else ()

    def apply(self, piece: Piece) -> Piece:
        """Work it out."""
        if self.column.startswith("__") or self.column in (piece.roles.time, *piece.roles.keys):
            raise RolesError(f"{self.column!r} cannot be the result of a formula.", hint="Choose another name.")
        try:
            frame = piece.frame.with_columns(compiled(self.formula, piece).alias(self.column))
        except pl.exceptions.PolarsError as error:
            raise DataError(f"{self.formula!r} cannot be worked out: {str(error).splitlines()[0]}.") from error
        if frame.schema[self.column].is_float():
            result = pl.col(self.column)
            frame = frame.with_columns(pl.when(result.is_finite()).then(result).alias(self.column))
        return piece.with_frame(frame).with_column(self.column, Role(self.role), f"= {self.formula}")
