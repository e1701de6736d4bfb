"""Columns of like size for regressors that add or measure distances: robustly scaled, categories as a column each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.tabular.regressors.lesson import Lesson

MOST = 10.0
"""Spreads from the middle beyond which a value counts as just so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """middle, spread: median and interquartile range of each column. sizes: categories of each; 0 for numbers.

    usual: a row that nothing is known of, scaled: numbers in the middle, categories as often as they are.
    """

    middle: Floats
    spread: Floats
    sizes: Floats
    usual: Floats

    @classmethod
    def of(cls, lesson: Lesson) -> Self:
        """As the rows have it; a column that hardly varies is left as wide as it is."""
        known = [column[~np.isnan(column)] for column in lesson.values.T]
        low, middle, high = np.array(
            [np.quantile(one, (0.25, 0.5, 0.75)) if len(one) else (0, 0, 0) for one in known]
        ).T
        width = np.array([one.std() if len(one) else 0.0 for one in known])
        spread = np.where(high > low, high - low, np.where(width > 0, width, 1.0))
        sizes, usual = np.zeros(len(known)), [np.zeros(1)] * len(known)
        for place in lesson.categorical:
            counts = np.bincount(known[place].astype(int), minlength=1)
            sizes[place], usual[place] = len(counts), counts / max(1, counts.sum())
        return cls(middle=middle, spread=spread, sizes=sizes, usual=np.concatenate(usual))

    @classmethod
    def read(cls, kept: Mapping[str, Floats]) -> Self:
        """Back from a file."""
        return cls(**{name: kept[name] for name in cls.__slots__})

    @property
    def owners(self) -> Integers:
        """Of each scaled column the place of the feature that it comes from."""
        return np.repeat(np.arange(len(self.sizes)), np.maximum(self.sizes, 1).astype(int))

    def scaled(self, values: Floats) -> Floats:
        """N × columns; what is not known counts as usual."""
        numbers = np.clip((np.nan_to_num(values, nan=np.inf) - self.middle) / self.spread, -MOST, MOST)
        parts = [
            values[:, [place]] == np.arange(size) if size > 0 else numbers[:, [place]]
            for place, size in enumerate(self.sizes)
        ]
        made = np.concatenate(parts, axis=1).astype(float)
        return np.where(np.isnan(values)[:, self.owners], self.usual, made)
