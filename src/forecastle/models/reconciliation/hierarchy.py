"""Which series add up to which totals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forecastle.core.panel import Integers

if TYPE_CHECKING:
    from scipy.sparse import csr_array

SEPARATOR = " / "
TOTAL = "total"
"""The level of the one node that is the sum of everything."""


@dataclass(frozen=True, kw_only=True)
class Hierarchy:
    """N series and the M nodes above them, in L levels; each level's nodes add up all series.

    levels: L names, such as `total`, `state`, `industry`. nodes: M names, the values of the level's columns.
    level: M, the number of each node's level. parents: L × N, the node of each series on each level.
    """

    levels: tuple[str, ...]
    nodes: tuple[str, ...]
    level: Integers
    parents: Integers

    @classmethod
    def of(cls, keys: pl.DataFrame, columns: Sequence[str]) -> "Hierarchy":
        """The levels that these columns make: everything, each column by itself, and the first with those after it.

        keys: one row a series. Columns may be nested (category, product) or crossed (state, industry). A level that
        says the same as another, or as the series themselves, is left out.
        """
        levels: list[str] = []
        names: list[str] = []
        level: list[int] = []
        parents: list[Integers] = []
        for group in _levels(columns):
            words = keys.select(_words(group)).to_series()
            found = words.unique(maintain_order=True)
            members = words.replace_strict(found, np.arange(len(found)), return_dtype=pl.Int64).to_numpy()
            repeats = any(np.array_equal(members, other - other.min()) for other in parents)
            if repeats or (levels and len(found) == len(keys)):
                continue
            parents.append(members + len(names))
            level += [len(levels)] * len(found)
            names += found.to_list()
            levels.append(SEPARATOR.join(group) or TOTAL)
        return cls(levels=tuple(levels), nodes=tuple(names), level=np.asarray(level), parents=np.stack(parents))

    @cached_property
    def summing(self) -> "csr_array":
        """The nodes as sums of the series, a sparse M × N matrix of ones."""
        from scipy.sparse import csr_array

        depth, series = self.parents.shape
        place = (self.parents.ravel(), np.tile(np.arange(series), depth))
        return csr_array((np.ones(depth * series), place), shape=(len(self.nodes), series))

    def totals(self, values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Sums of N × …, as M × …."""
        flat = np.asarray(values, dtype=np.float64).reshape(len(values), -1)
        return np.asarray(self.summing @ flat).reshape(len(self.nodes), *values.shape[1:])


def _words(columns: Sequence[str]) -> pl.Expr:
    if not columns:
        return pl.repeat(TOTAL, pl.len()).alias(TOTAL)
    return pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in columns], separator=SEPARATOR)


def _levels(columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    yield ()
    yield from ((name,) for name in columns)
    yield from (tuple(columns[:count]) for count in range(2, len(columns) + 1))
