"""What a row lacks: what to expect of it, given what the row has, and how much of the answer hangs on it.

Among rows of one key, columns vary together as a normal distribution has it: what is expected of some, given others,
is a sum of those, and how far the truth lies from it is known beforehand. A category counts as the mean answer to its
rows.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.models.forecasts import Flags
from forecastle.tabular import arrays
from forecastle.tabular.regressors import Lesson

FILE = "gaps.npz"
ARRAYS = ("columns", "levels", "covariance", "weights")

DOUBT = 5.0
"""Rows' worth of evidence that a key, or a category, is like all others."""

MOST = 10.0
"""Standard deviations from the mean beyond which a value tells as much as just so far."""

RIDGE = 1e-3
"""Share of a column that is its own, however well the others tell it."""

PATTERNS = 2_000
"""Patterns of lacking columns that are learned from: enough to be unlike each other, and each is worked out once."""

REMEMBERED = 10_000
"""Patterns of lacking columns, the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What one pattern of lacking columns takes. slopes: columns that are there × columns to fill in.

    doubt: the standard deviation of the answer for want of what is lacking, in units of the target.
    """

    there: Integers
    filled: Integers
    slopes: Floats
    doubt: float


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """Columns together. columns: their places in the matrix. key: the place of the key; −1 where there is none.

    levels: mean of each column among the rows of each key, and last among all. covariance: around those. weights: what
    a unit of each is worth. worths: of the categories of each column; empty for numbers.
    """

    columns: Integers
    key: int
    levels: Floats
    covariance: Floats
    weights: Floats
    worths: tuple[Floats, ...]
    _gaps: dict[bytes, Gap] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, lesson: Lesson, columns: Sequence[int], key: int = -1) -> Self:
        """As the rows have it."""
        worths = tuple(_worths(lesson, place) for place in columns)
        known = _numbers(lesson.values[:, columns], worths)
        keys = lesson.values[:, key].astype(int) if key >= 0 else np.zeros(len(known), dtype=int)
        levels, worth = _means(known, keys), _means(lesson.answers[:, None], keys)[:, 0]
        around = np.nan_to_num(known - levels[keys])
        covariance = around.T @ around / len(known)
        np.fill_diagonal(covariance, np.where(covariance.diagonal() > 0, covariance.diagonal() * (1 + RIDGE), 1.0))
        weights = np.linalg.solve(covariance, around.T @ (lesson.answers - worth[keys]) / len(known))
        return cls(
            columns=np.asarray(columns), key=key, levels=levels, covariance=covariance, weights=weights, worths=worths
        )

    def filled(self, values: Floats) -> tuple[Floats, Floats]:
        """The rows with what is expected of the numbers that they lack, and the doubt of each; categories stay unknown.

        The same for a row whatever stands beside it, to the last bit.
        """
        known = _numbers(values[:, self.columns], self.worths)
        level = self.levels[self._keys(values)]
        around = np.clip((known - level) / self._spread, -MOST, MOST) * self._spread
        made, doubts = values.copy(), np.zeros(len(values))
        for lacking, rows in _patterns(np.isnan(known)):
            gap = self._gap(lacking)
            expected = level[np.ix_(rows, gap.filled)]
            for there, slopes in zip(gap.there, gap.slopes, strict=True):
                expected = expected + around[rows, there, None] * slopes
            made[np.ix_(rows, self.columns[gap.filled])] = expected
            doubts[rows] = gap.doubt
        return made, doubts

    def save(self, folder: Path) -> None:
        """Write everything as npz."""
        worths = {f"worths_{place}": worths for place, worths in enumerate(self.worths)}
        arrays.write(folder / FILE, key=self.key, **{name: getattr(self, name) for name in ARRAYS}, **worths)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read it back.

        Raises:
            ArtifactError: the file is not there, or is none of ours.
        """
        kept = arrays.read(folder / FILE)
        worths = tuple(kept[f"worths_{place}"] for place in range(len(kept["columns"])))
        return cls(
            columns=kept["columns"].astype(int),
            key=int(kept["key"]),
            levels=kept["levels"],
            covariance=kept["covariance"],
            weights=kept["weights"],
            worths=worths,
        )

    @cached_property
    def _spread(self) -> Floats:
        return np.sqrt(self.covariance.diagonal())

    def _keys(self, values: Floats) -> Integers:
        if self.key < 0:
            return np.full(len(values), -1)
        return np.nan_to_num(values[:, self.key], nan=-1).astype(int)

    def _gap(self, lacking: Flags) -> Gap:
        pattern = lacking.tobytes()
        if pattern not in self._gaps:
            if len(self._gaps) >= REMEMBERED:
                self._gaps.clear()
            self._gaps[pattern] = self._made(lacking)
        return self._gaps[pattern]

    def _made(self, lacking: Flags) -> Gap:
        there, gone = np.flatnonzero(~lacking), np.flatnonzero(lacking)
        across = self.covariance[np.ix_(there, gone)]
        slopes = np.asarray(np.linalg.solve(self.covariance[np.ix_(there, there)], across))
        left = self.covariance[np.ix_(gone, gone)] - across.T @ slopes
        numbers = np.array([self.worths[place].size == 0 for place in gone], dtype=bool)
        variance = max(0.0, float(self.weights[gone] @ left @ self.weights[gone]))
        return Gap(there=there, filled=gone[numbers], slopes=slopes[:, numbers], doubt=math.sqrt(variance))


def incomplete(lesson: Lesson, gaps: Gaps, optional: Sequence[int], *, copies: int, seed: int) -> tuple[Lesson, Floats]:
    """The rows as often as `copies` says, each time lacking others of the optional columns, filled in; and their doubt.

    Between one and all of them are lacking, each number as often as any other.
    """
    random, width = np.random.default_rng(seed), len(optional)
    values = np.tile(lesson.values, (copies, 1))
    count = random.integers(1, width + 1, (PATTERNS, 1))
    lacking = random.random((PATTERNS, width)).argsort(axis=1).argsort(axis=1) < count
    dealt = lacking[random.integers(0, PATTERNS, len(values))]
    values[:, optional] = np.where(dealt, np.nan, values[:, optional])
    filled, doubts = gaps.filled(values)
    return replace(lesson, values=filled, answers=np.tile(lesson.answers, copies)), doubts


def _worths(lesson: Lesson, place: int) -> Floats:
    """The mean answer to the rows of each category; empty for numbers."""
    if place not in lesson.categorical:
        return np.empty(0)
    codes = lesson.values[:, place]
    known = ~np.isnan(codes)
    return _means(lesson.answers[known, None], codes[known].astype(int))[:-1, 0]


def _means(values: Floats, groups: Integers) -> Floats:
    """Groups × columns, drawn to the mean of all rows, which is the last row; NaN counts for nothing."""
    known = ~np.isnan(values)
    everywhere = np.nan_to_num(values).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    sums, counts = (np.zeros((groups.max(initial=-1) + 1, values.shape[1])) for _ in range(2))
    np.add.at(sums, groups, np.nan_to_num(values))
    np.add.at(counts, groups, known)
    return np.vstack([(sums + DOUBT * everywhere) / (counts + DOUBT), everywhere])


def _numbers(values: Floats, worths: Sequence[Floats]) -> Floats:
    """Columns with what their categories are worth instead; a category that was never seen is lacking."""
    made = values.copy()
    for place, worth in enumerate(worths):
        if worth.size:
            codes = np.nan_to_num(values[:, place], nan=len(worth)).astype(int)
            made[:, place] = np.append(worth, np.nan)[np.minimum(codes, len(worth))]
    return made


def _patterns(lacking: Flags) -> list[tuple[Flags, Integers]]:
    """Rows that lack the same, together."""
    if len(lacking) and (lacking == lacking[0]).all():
        return [(lacking[0], np.arange(len(lacking)))]
    patterns, which = np.unique(lacking, axis=0, return_inverse=True)
    order = np.argsort(which.ravel(), kind="stable")
    ends = np.cumsum(np.bincount(which.ravel(), minlength=len(patterns)))[:-1]
    return list(zip(patterns, np.split(order, ends), strict=True))
