"""Types and units of columns."""

from collections.abc import Sequence
from typing import ClassVar, Literal

import polars as pl
from pydantic import Field, model_validator

from forecastle.core.errors import DataError, RolesError
from forecastle.data.cleaning.rows import counted
from forecastle.data.parsing.numbers import blank_to_null, decimal_mark, to_number
from forecastle.recipes.piece import Piece
from forecastle.recipes.step import Number, Step, check_column

TYPES: dict[str, pl.DataType] = {
    "number": pl.Float64(), "whole": pl.Int64(), "text": pl.String(), "boolean": pl.Boolean(), "date": pl.Date(),
}  # fmt: skip
WORDS = {"number": "numbers", "whole": "whole numbers", "text": "texts", "boolean": "true or false", "date": "dates"}
IGNORE = "Leave it as it is, or give it another role first."
TRUE, FALSE = ("true", "yes", "y", "1", "1.0"), ("false", "no", "n", "0", "0.0")


class Convert(Step):
    """Make the values of columns numbers, whole numbers, texts, dates, or true and false."""

    title: ClassVar[str] = "Type conversion"
    early: ClassVar[bool] = True

    step: Literal["convert"] = "convert"
    columns: tuple[str, ...] = Field(min_length=1, description="Columns to convert.")
    to: Literal["number", "whole", "text", "boolean", "date"] = Field(description="What the values become.")
    format: str | None = Field(None, max_length=50, description="Of dates in texts, such as `%d.%m.%Y`.")
    wrong: Literal["fail", "missing"] = Field(
        "fail", description="What is done about a value that is no such thing: refuse, or count it as missing."
    )

    def says(self) -> str:
        """The step in one plain sentence."""
        wrong = "what cannot is refused" if self.wrong == "fail" else "what cannot counts as missing"
        return f"{self.on} become {WORDS[self.to]}; {wrong}"

    def changed(self, piece: Piece) -> Sequence[str]:
        """The columns themselves."""
        return [name for name in self.columns if check_column(piece, name)]

    def apply(self, piece: Piece) -> Piece:
        """Convert."""
        held = (piece.roles.time, *piece.roles.keys)
        for name in self.changed(piece):
            if name in held:
                raise RolesError(f"{name!r} says which series and when, and stays as it is.", hint="Read it otherwise.")
            if name in piece.roles.targets and self.to in ("text", "date"):
                raise RolesError(f"{name!r} is a target, of which no {WORDS[self.to]} can be made.", hint=IGNORE)
            before = piece.frame[name]
            if before.dtype == pl.String:
                before = before.to_frame().select(blank_to_null(pl.first())).to_series()
            after = self._converted(before)
            lost = before.is_not_null() & after.is_null()
            if self.wrong == "fail" and lost.any():
                count, first = counted(int(lost.sum()), "value"), before.filter(lost)[0]
                raise DataError(
                    f"{count} of {name!r} cannot become {WORDS[self.to]}; the first: {first!r}.",
                    hint="Correct them, or convert with wrong = missing.",
                )
            piece = piece.with_frame(piece.frame.with_columns(after.alias(name)))
        return piece

    def _converted(self, values: pl.Series) -> pl.Series:
        kind = TYPES[self.to]
        text = values.dtype == pl.String
        if self.to == "boolean":
            said = values.cast(pl.String).str.to_lowercase().str.strip_chars().to_frame("said")
            known = pl.when(pl.col("said").is_in(TRUE)).then(pl.lit(value=True))
            return said.select(known.when(pl.col("said").is_in(FALSE)).then(pl.lit(value=False))).to_series()
        if self.to == "date" and not values.dtype.is_temporal():  # 20260131 is one, and no number of days
            written = _whole(values).cast(pl.String)
            return written.str.to_date(self.format or (None if text else "%Y%m%d"), strict=False)
        if self.to in ("number", "whole") and text:
            mark = decimal_mark([values], default=".").mark
            values = values.to_frame().select(to_number(pl.first(), mark)).to_series()
        return (_whole(values) if self.to == "whole" else values).cast(kind, strict=False)


def _whole(values: pl.Series) -> pl.Series:
    """Of fractions only those that are whole numbers; everything else as it is."""
    if not values.dtype.is_float():
        return values
    whole = values.is_finite() & (values == values.round())
    return pl.select(pl.when(whole).then(values)).to_series().cast(pl.Int64, strict=False)


class Units(Step):
    """Bring columns to one unit: times a factor, or times the factor that another column names for the row."""

    title: ClassVar[str] = "Units"
    early: ClassVar[bool] = True

    step: Literal["units"] = "units"
    factor: Number = Field(1.0, gt=0, allow_inf_nan=False, description="What every value is multiplied with.")
    by: str | None = Field(None, max_length=200, description="The column that tells the unit of each row.")
    factors: dict[str, Number] = Field({}, description="The factor of each unit of that column, such as `box: 12`.")
    unit: str = Field("", max_length=50, description="What the values are in afterwards, such as `pieces`.")

    @model_validator(mode="after")
    def _told(self) -> "Units":
        if (self.by is None) != (not self.factors):
            raise ValueError("a column that tells the unit and its factors come together")
        if any(not 0 < value < float("inf") for value in self.factors.values()):
            raise ValueError("factors are numbers above 0")
        return self

    def says(self) -> str:
        """The step in one plain sentence."""
        factors = [f"{self.factor:g}"] if self.factor != 1 or not self.by else []
        factors += [f"the factor of the unit in {self.by}"] if self.by else []
        unit = f" and are then in {self.unit}" if self.unit else ""
        return f"{self.on} are multiplied with {' times '.join(factors)}{unit}"

    def changed(self, piece: Piece) -> Sequence[str]:
        """The columns, and the one with the unit."""
        return (*self.numbers(piece), *([self.by] if self.by and self.unit else []))

    def apply(self, piece: Piece) -> Piece:
        """Multiply; each row then has the same unit."""
        factor = pl.lit(self.factor)
        if self.by is not None:
            check_column(piece, self.by)
            told = piece.frame[self.by].cast(pl.String)
            unknown = sorted(set(told.drop_nulls().unique()) - set(self.factors))
            if unknown:
                known = ", ".join(self.factors)
                raise DataError(f"{self.by!r} has the unit {unknown[0]!r} without a factor.", hint=f"Factors: {known}.")
            factor = factor * pl.lit(told.replace_strict(self.factors, default=1.0, return_dtype=pl.Float64))
        columns = [(pl.col(name).cast(pl.Float64) * factor).alias(name) for name in self.numbers(piece)]
        if self.by is not None and self.unit and self.by not in piece.roles.keys:
            columns.append(pl.lit(self.unit).alias(self.by))
        return piece.with_frame(piece.frame.with_columns(columns))


class Drop(Step):
    """Leave columns out."""

    title: ClassVar[str] = "Leave out columns"

    step: Literal["drop"] = "drop"
    columns: tuple[str, ...] = Field(min_length=1, description="Columns to leave out.")

    def says(self) -> str:
        """The step in one plain sentence."""
        return f"columns left out: {self.on}"

    def changed(self, _piece: Piece) -> Sequence[str]:
        """No cell that is still there."""
        return ()

    def apply(self, piece: Piece) -> Piece:
        """Leave them out; time, keys and the last target stay."""
        for name in self.columns:
            check_column(piece, name)
        held = {piece.roles.time, *piece.roles.keys} & set(self.columns)
        if held or not set(piece.roles.targets) - set(self.columns):
            what = sorted(held)[0] if held else piece.roles.targets[0]
            raise RolesError(f"Without {what!r} there is nothing to forecast.", hint="Leave out other columns.")
        return piece.with_frame(piece.frame.drop(self.columns)).without(self.columns)
