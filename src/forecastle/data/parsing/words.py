"""Columns of text by their different words: a long column repeats few, so that these are read and not the column."""

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import polars as pl

from forecastle.core.errors import DataError
from forecastle.data.parsing.text import Column, Context, holds_numbers, read_text
from forecastle.data.sources.table import Table

REPEATED = 0.5
"""Share of different words up to which it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The different texts of a column, and for every row which of them it has; null where it has none."""

    words: pl.Series
    places: pl.Series

    @classmethod
    def of(cls, table: Table, name: str) -> "Words":
        """Read a column without its text ever being in memory as a whole."""
        coded = table.rows.select(pl.col(name).cast(pl.Categorical(pl.Categories.random()))).collect().to_series()
        different = coded.drop_nulls().unique()
        codes = different.to_physical().to_numpy()
        place = np.zeros(int(codes.max(initial=0)) + 1, dtype=np.uint32)
        place[codes] = np.arange(len(different), dtype=np.uint32)
        return cls(words=different.cast(pl.String).alias(name), places=pl.Series(place).gather(coded.to_physical()))

    @property
    def repeated(self) -> bool:
        """Whether there are few enough."""
        return 0 < len(self.words) <= REPEATED * len(self.places)

    def spread(self, values: pl.Series) -> pl.Series:
        """Values of the words as a column; equal texts share their memory."""
        return values.gather(self.places).alias(self.words.name).rechunk()


def read_words(table: Table, name: str, sample: pl.Series, context: Context) -> Column:
    """As `read_text` of the whole column, and the same result: where any word makes trouble, all rows are looked at.

    What the words are taken for must not hang on how often each is there, for that only the rows tell.
    """
    column = Words.of(table, name)
    with suppress(DataError):
        read = read_text(column.words, sample, context) if column.repeated else None
        if read and not (read.findings.items or read.values.has_nulls() or _undecided(read, sample, context)):
            return Column(values=column.spread(read.values), zone=read.zone)
    return read_text(column.spread(column.words), sample, context)


def _undecided(read: Column, sample: pl.Series, context: Context) -> bool:
    """Whether words were taken for text only because too many of them are no numbers."""
    return read.values.dtype == pl.String and holds_numbers(read.values.name, sample, context)
