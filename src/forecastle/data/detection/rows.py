"""Typed rows that are asked questions, whether they are in memory or still in a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

FEW = 1_000_000
"""Rows up to which different values are counted one by one, and answers are computed in memory, which is faster."""
PLACE = "\0place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of known columns; only what a question is about is read, and only its answer is kept."""

    lazy: pl.LazyFrame
    height: int
    schema: pl.Schema

    @classmethod
    def of(cls, lazy: pl.LazyFrame) -> "Rows":
        """Rows that are somewhere."""
        return cls(lazy=lazy, height=lazy.select(pl.len()).collect().item(), schema=lazy.collect_schema())

    def look(self, *questions: pl.Expr) -> tuple[Any, ...]:
        """One answer to each question, whatever their names."""
        if not questions:
            return ()
        named = [question.alias(str(place)) for place, question in enumerate(questions)]
        return self.lazy.select(named).collect(engine=self.engine).row(0)

    def frame(self, *columns: str) -> pl.DataFrame:
        """Some columns in memory."""
        return self.lazy.select(columns).collect(engine=self.engine)

    def only(self, columns: Sequence[str]) -> "Rows":
        """The same rows with some of their columns."""
        kinds = {name: self.schema[name] for name in columns}
        return Rows(lazy=self.lazy.select(columns), height=self.height, schema=pl.Schema(kinds))

    def first(self, name: str) -> object:
        """The first value of a column that there is; None without any."""
        values = self.lazy.select(name).drop_nulls().head(1).collect().to_series()
        return values.first() if len(values) else None

    def unique(self, name: str) -> pl.Series:
        """The different values of a column that there are, in no order."""
        return self.lazy.select(name).drop_nulls().unique().collect(engine=self.engine).to_series()

    def distinct(self, columns: Sequence[str]) -> int:
        """How many different values columns have together; of many rows to a few percent."""
        together = pl.col(columns[0]) if len(columns) == 1 else pl.struct(columns).hash()
        if self.height > FEW:
            return int(self.look(together.approx_n_unique())[0])
        return int(self.look(pl.struct(columns).n_unique())[0])

    def where(self, predicate: pl.Expr) -> "Rows":
        """The rows of a kind."""
        return Rows.of(self.lazy.filter(predicate))

    def every(self, count: int) -> pl.LazyFrame:
        """One of so many rows."""
        return self.lazy.with_row_index(PLACE).filter(pl.col(PLACE) % max(count, 1) == 0).drop(PLACE)

    @property
    def engine(self) -> Literal["in-memory", "streaming"]:
        """Who answers: in memory, or piece by piece."""
        return "in-memory" if self.height <= FEW else "streaming"
