"""The reference table: what is known about a key, and joined here, so that callers never send it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from forecastle.core.errors import InputError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.panel import Floats, Integers
from forecastle.tabular.matrix import matrix_of
from forecastle.tabular.spec import Feature, canonical

EXAMPLES = 10


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One row a key. key: the column that both tables have. frame: the key as text, and the columns to join."""

    key: str
    frame: pl.DataFrame

    @classmethod
    def of(cls, table: pl.DataFrame, key: str) -> "Reference":
        """The table as a reference.

        Raises:
            InputError: it has no such column, or a key has several rows that differ.
        """
        if key not in table.columns:
            raise InputError(
                f"The table to join has no column {key!r}.", hint=f"Its columns: {', '.join(table.columns)}."
            )
        named = table.with_columns(canonical(table[key])).drop_nulls(key).unique(maintain_order=True)
        if twice := named.filter(pl.col(key).is_duplicated())[key].unique(maintain_order=True).to_list():
            raise InputError(
                f"{len(twice)} values of {key!r} have several rows in the table to join; the first is {twice[0]!r}.",
                hint="Keep one row a key.",
                keys=twice[:100],
            )
        return cls(key=key, frame=named)

    @property
    def columns(self) -> list[str]:
        """What it adds to a row."""
        return [name for name in self.frame.columns if name != self.key]

    @cached_property
    def places(self) -> dict[str, int]:
        """The row of each key."""
        return {key: place for place, key in enumerate(self.frame[self.key])}

    def joined(self, table: pl.DataFrame) -> tuple[pl.DataFrame, Findings]:
        """The rows whose key is known, with the columns of the reference; and what was left out.

        Raises:
            InputError: the table has no such column, or it has a column of the reference as well.
        """
        if self.key not in table.columns:
            raise InputError(
                f"There is no column {self.key!r} to join on.", hint=f"Columns: {', '.join(table.columns)}."
            )
        if both := [name for name in self.columns if name in table.columns]:
            raise InputError(
                f"Both tables have a column {both[0]!r}.",
                hint="Rename it in one of them, or leave it out.",
                columns=both,
            )
        keys = canonical(table[self.key])
        unknown = ~keys.is_in(self.frame[self.key].implode()).fill_null(value=False)
        known = table.with_columns(keys).filter(~unknown)
        rows = known.join(self.frame, on=self.key, how="left", maintain_order="left")
        return rows, _about(keys.filter(unknown), self.key)

    def matrix(self, features: tuple[Feature, ...]) -> Floats:
        """Keys × joined features, as the model is asked with them."""
        return matrix_of(self.frame, features)

    def find(self, keys: pl.Series) -> Integers:
        """The row of each key; −1 where it is not known."""
        return np.array([self.places.get(key, -1) for key in canonical(keys)], dtype=np.int64)


def _about(left_out: pl.Series, key: str) -> Findings:
    if left_out.is_empty():
        return Findings()
    examples = left_out.unique(maintain_order=True).head(EXAMPLES)
    return Findings(
        (
            Finding(
                code="unknown_keys",
                severity=Severity.WARNING,
                message=f"{len(left_out):,} rows have a {key} that the joined table does not know.",
                action="left out",
                count=len(left_out),
                rows=tuple(f"{key} = {value!r}" for value in examples),
            ),
        )
    )
