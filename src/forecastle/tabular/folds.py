"""Which rows are learned from and which are asked about; rows of one thing always stay together."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from forecastle.core.panel import Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """held_out: rows that nothing learns from before it is measured on them. parts: the other rows, by fold."""

    held_out: Integers
    parts: tuple[Integers, ...]

    @property
    def early(self) -> Integers:
        """All rows but those held out."""
        return np.sort(np.concatenate(self.parts))

    def without(self, fold: int) -> Integers:
        """The rows that a fold is asked about by what learned from them."""
        return np.sort(np.concatenate([part for number, part in enumerate(self.parts) if number != fold]))


def split(things: pl.Series, *, held_out: float, folds: int, seed: int) -> Split:
    """Deal things out by chance. things: what each row is about; rows of one thing stay together."""
    codes = things.fill_null("").rank("dense").to_numpy().astype(np.int64) - 1
    order = np.random.default_rng(seed).permutation(codes.max() + 1)
    dealt = order[codes]
    kept_back = round(held_out * len(order))
    parts = tuple(np.flatnonzero((dealt >= kept_back) & (dealt % folds == fold)) for fold in range(folds))
    return Split(held_out=np.flatnonzero(dealt < kept_back), parts=parts)
