"""What every step of a recipe is: its fields, what it says, and what it does to a piece of data."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, Strict

from forecastle.core.errors import RolesError
from forecastle.recipes.piece import Piece

Number = Annotated[float, Strict()]
Whole = Annotated[int, Strict()]
"""Texts and true or false are not numbers."""

NamedSeasons = Annotated[
    tuple[Annotated[int, Field(ge=2, le=10_000)], ...],
    Field(
        max_length=3, description="Periods after which values repeat, such as 7; the usual or found ones when empty."
    ),
]

LEARNED: dict[str, pl.DataType] = {
    "position": pl.Int64(),
    "series": pl.String(),
    "column": pl.String(),
    "values": pl.List(pl.Float64),
}
"""What steps learned: one row a step, series and column; the step knows what its values mean. No series: all alike."""


def nothing_learned() -> pl.DataFrame:
    """The table of what was learned, without a row."""
    return pl.DataFrame(schema=LEARNED)


class Step(BaseModel):
    """One step. Its docstring is its description; unknown fields are refused.

    title: what people call it. keeps_rows: it changes cells only. whole: it must see all series at once. early: it
    means nothing on a transformed scale.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: ClassVar[str]
    keeps_rows: ClassVar[bool] = True
    early: ClassVar[bool] = False

    columns: tuple[str, ...] = Field((), description="Columns it works on; the targets when empty.")

    @property
    def whole(self) -> bool:
        """Whether it must see all series at once; otherwise they may come in pieces."""
        return False

    @property
    def effort(self) -> int:
        """How long it takes at most, in times of a plain step: a quarter of a second for a million rows of a column."""
        return 1

    def apply(self, piece: Piece) -> Piece:
        """Carry it out.

        Raises:
            RolesError: a column is not there, or holds something else.
            DataError: the values do not allow it.
        """
        raise NotImplementedError

    def changed(self, piece: Piece) -> Sequence[str]:
        """The columns in which cells may change, where the rows stay."""
        return self.numbers(piece) if self.keeps_rows else ()

    def adjusted(self, _piece: Piece) -> Mapping[str, int]:
        """How many cells change, by column, where rows come or go as well."""
        return {}

    def found(self, _before: Piece, _after: Piece) -> Mapping[str, pl.Series]:
        """Which rows have a value that somebody should know of and that stays as it is, by column; true and false."""
        return {}

    def says(self) -> str:
        """The step in words, without the full stop."""
        raise NotImplementedError

    @property
    def sentence(self) -> str:
        """The step in one plain sentence."""
        says = self.says()
        return f"{says[:1].upper()}{says[1:]}."

    @property
    def on(self) -> str:
        """The columns in words."""
        return ", ".join(self.columns) or "the targets"

    def numbers(self, piece: Piece) -> tuple[str, ...]:
        """The columns it works on, all of them numbers."""
        names = self.columns or piece.roles.targets
        for name in names:
            kind = check_column(piece, name)
            if not (kind.is_numeric() or kind == pl.Boolean):
                raise RolesError(f"{name!r} holds {str(kind).lower()} values, not numbers.", hint="Convert it first.")
        return names


def check_column(piece: Piece, name: str) -> pl.DataType:
    """The type of a column.

    Raises:
        RolesError: there is none of that name.
    """
    kind = piece.frame.schema.get(name)
    if kind is None or name.startswith("__"):
        known = [column for column in piece.frame.columns if not column.startswith("__")]
        raise RolesError(f"There is no column {name!r}.", hint=f"Columns: {', '.join(known)}.")
    return kind
