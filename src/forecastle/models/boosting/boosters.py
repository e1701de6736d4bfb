"""One LightGBM model a quantile, each grown by one thread, all of them side by side.

Trees of one model hang on each other, models do not: with a thread each they need not wait for one another, and their
numbers do not hang on the number of threads.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from forecastle.core.panel import Floats
from forecastle.models.boosting.scaling import Reals
from forecastle.models.forecasts import Flags

if TYPE_CHECKING:
    from lightgbm import Dataset

MOST_TREES, PATIENCE, USUAL_TREES = 200, 20, 60
"""Trees at most; how many may bring nothing before growing stops; and how many where nothing can be tried out."""

TRIED = 75_000
"""Early rows used to find the number of trees, at most; it hardly hangs on how many they are."""

ENOUGH = 1e-4
"""Share of the loss that more trees must save."""

FEW = 100
"""Fewer rows than this tell nothing about how many trees are good."""

BINNING: Mapping[str, object] = {"max_bin": 127, "min_data_in_leaf": 50, "num_threads": 1, "verbosity": -1}

PARAMETERS: Mapping[str, object] = {
    **BINNING,
    "objective": "quantile",
    "learning_rate": 0.1,
    "num_leaves": 31,
    "lambda_l2": 1.0,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "deterministic": True,
    "force_row_wise": True,
}

Tell = Callable[[float], None]
"""Called after every tree with the share done; raises to stop."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What is learned.

    answers: rows, in units of each; NaN for a row to be left out. early, late: the rows before the last horizon, and
    those that forecast it, which tell how many trees are good.
    """

    values: Reals
    answers: Floats
    early: Flags
    late: Flags

    @property
    def usable(self) -> Flags:
        """Rows with an answer."""
        return np.isfinite(self.answers)

    @cached_property
    def tried(self) -> "tuple[Dataset, Dataset] | None":
        """The early and the late rows; None where there are too few."""
        early, late = self.early & self.usable, self.late & self.usable
        if min(early.sum(), late.sum()) < FEW:
            return None
        first = self._dataset(_thinned(early))
        return first, self._dataset(late, like=first)

    @cached_property
    def whole(self) -> "Dataset":
        """All rows."""
        return self._dataset(self.usable)

    def _dataset(self, rows: Flags, *, like: "Dataset | None" = None) -> "Dataset":
        from lightgbm import Dataset

        made = Dataset(
            self.values[rows],
            self.answers[rows],
            reference=like,
            params=dict(BINNING),
        )
        return made.construct()


def _thinned(rows: Flags) -> Flags:
    """At most `TRIED` of the rows, spread evenly."""
    chosen = np.flatnonzero(rows)
    kept = np.zeros_like(rows)
    kept[chosen[:: -(-len(chosen) // TRIED)]] = True
    return kept


def rehearse(lesson: Lesson, level: float, seed: int, tell: Tell) -> int:
    """How many trees are good: as many as, learned from the early rows, bring most on the late ones."""
    from lightgbm import Booster

    if lesson.tried is None:
        return USUAL_TREES
    early, late = lesson.tried
    booster = Booster(_parameters(level, seed), early)
    booster.add_valid(late, "late")
    best, found = np.inf, 1
    for trees in range(1, MOST_TREES + 1):
        booster.update()
        loss = booster.eval_valid()[0][2]
        if loss < best * (1 - ENOUGH):
            best, found = loss, trees
        if trees - found >= PATIENCE:
            break
        tell(trees / MOST_TREES)
    return found


def grow(lesson: Lesson, level: float, trees: int, seed: int, tell: Tell) -> str:
    """Learn from all rows; LightGBM text."""
    from lightgbm import Booster

    booster = Booster(_parameters(level, seed), lesson.whole)
    for tree in range(1, trees + 1):
        booster.update()
        tell(tree / trees)
    return booster.model_to_string()


def _parameters(level: float, seed: int) -> dict[str, object]:
    return {**PARAMETERS, "alpha": level, "seed": seed}
