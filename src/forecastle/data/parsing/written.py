"""Columns of text in their source, which is passed through for each question and never in memory as a whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from forecastle.data.parsing.numbers import all_whole

WORD, ROW = "\0word", "\0row"
"""Names that no column of a user has."""

Beside = Callable[[pl.LazyFrame], pl.LazyFrame]
"""Puts beside a column of text what it means, under the name that `looked_up` gives."""


def looked_up(name: str) -> str:
    """Under which name a column stands beside another one that says what its texts mean."""
    return f"\0read {name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one pass over a column counts. there: texts. whole, plain: of these, written as whole or plain numbers.

    exact: no plain number would be different as a whole number. padded: texts with spaces around them.
    """

    there: int
    whole: int
    plain: int
    exact: bool
    padded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A column of text. rows: of this column alone. sample: its different words in some rows."""

    name: str
    rows: pl.LazyFrame
    sample: pl.Series
    facts: Facts

    @property
    def text(self) -> pl.Expr:
        """Its text."""
        return pl.col(self.name)

    @property
    def read(self) -> pl.Expr:
        """What the text means, where that stands beside it."""
        return pl.col(looked_up(self.name))

    def words(self, which: pl.Expr | None = None) -> pl.Series:
        """The different texts of the column, of some rows only if wanted, in no order."""
        rows = self.rows if which is None else self.rows.filter(which)
        return rows.drop_nulls().unique().collect().to_series()

    def distinct(self, which: pl.Expr) -> int:
        """How many different texts there are in rows of a kind, to about two percent."""
        return int(self.rows.filter(which).select(self.text.approx_n_unique()).collect().item())

    def count(self, which: pl.Expr, meanings: Beside | None = None) -> int:
        """How many rows there are of a kind. meanings: as in `text.Column`."""
        return int(with_meanings(self.rows, meanings).select(which.sum()).collect().item())

    def first(self, which: pl.Expr, meanings: Beside | None, count: int) -> list[tuple[int, str]]:
        """The first rows of a kind: their numbers from 0, and their texts."""
        rows = with_meanings(self.rows.with_row_index(ROW), meanings)
        return rows.filter(which).select(ROW, self.name).head(count).collect().rows()


def by_table(name: str, meanings: pl.DataFrame) -> Beside:
    """Meanings from a table: the different words of a column as `WORD`, and what they mean."""

    def joined(rows: pl.LazyFrame) -> pl.LazyFrame:
        return rows.join(meanings.lazy(), left_on=name, right_on=WORD, how="left", maintain_order="left")

    return joined


def with_meanings(rows: pl.LazyFrame, meanings: Beside | None) -> pl.LazyFrame:
    """Rows with what the texts of one of their columns mean."""
    return rows if meanings is None else meanings(rows)


def written(rows: pl.LazyFrame, samples: Mapping[str, pl.Series], measures: frozenset[str]) -> dict[str, Written]:
    """The columns of text, by name, counted in one pass.

    samples: their different words in some rows. measures: columns that must be numbers, whatever their words look like.
    """
    if not samples:
        return {}
    questions = [
        question.alias(f"{place} {what}")
        for place, (name, sample) in enumerate(samples.items())
        for what, question in _questions(pl.col(name), numeric=name in measures or _has_numbers(sample)).items()
    ]
    answers = rows.select(questions).collect().row(0, named=True)
    return {
        name: Written(
            name=name,
            rows=rows.select(name),
            sample=sample,
            facts=Facts(**{what: answers[f"{place} {what}"] for what in Facts.__slots__}),
        )
        for place, (name, sample) in enumerate(samples.items())
    }


def _has_numbers(sample: pl.Series) -> bool:
    return sample.is_empty() or sample.cast(pl.Float64, strict=False).count() > 0


def _questions(text: pl.Expr, *, numeric: bool) -> dict[str, pl.Expr]:
    """By the field of `Facts`; numbers are not looked for where none are, for trying takes long."""
    plain = text.cast(pl.Float64, strict=False)
    whole = text.str.strip_chars().cast(pl.Int64, strict=False)
    return {
        "there": text.count(),
        "whole": whole.count() if numeric else pl.lit(0),
        "plain": plain.count() if numeric else pl.lit(0),
        "exact": all_whole(plain) if numeric else pl.lit(value=False),
        "padded": (text.str.strip_chars() != text).sum(),
    }
