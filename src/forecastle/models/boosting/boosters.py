"""Growing LightGBM trees, by one thread each.

Trees of one model hang on each other, models do not: with a thread each they need not wait for one another, and their
numbers do not hang on the number of threads.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from forecastle.core.errors import ArtifactError
from forecastle.core.panel import Floats
from forecastle.models.boosting.scaling import Reals
from forecastle.models.forecasts import Flags
from forecastle.models.kept_panel import RETRAIN

if TYPE_CHECKING:
    from lightgbm import Booster, Dataset

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
    "learning_rate": 0.1,
    "num_leaves": 31,
    "lambda_l2": 1.0,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "deterministic": True,
    "force_row_wise": True,
}

Aim = Mapping[str, object]
"""What trees are grown for: LightGBM's `objective` and its options, and the seed."""


def booster_of(text: str) -> "Booster":
    """Trees from LightGBM text.

    Raises:
        ArtifactError: this version of LightGBM cannot read it.
    """
    from lightgbm import Booster
    from lightgbm.basic import LightGBMError

    try:
        return Booster(model_str=text)
    except LightGBMError as error:
        raise ArtifactError(f"These trees cannot be read: {error}", hint=RETRAIN) from error


def quantile(level: float) -> Aim:
    """The aim of a quantile."""
    return {"objective": "quantile", "alpha": level}


Tell = Callable[[float], None]
"""Called after every tree with the share done; raises to stop."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What is learned.

    answers: rows, in units of each; NaN for a row to be left out. early, late: the rows before the last horizon, and
    those that forecast it, which tell how many trees are good. weights: how much a row counts; None for all alike.
    start: what each forecast is counted from, on the scale that trees add up on; None for nothing.
    """

    values: Reals
    answers: Floats
    early: Flags
    late: Flags
    weights: Floats | None = None
    start: Floats | None = None

    @property
    def usable(self) -> Flags:
        """Rows with an answer."""
        return np.isfinite(self.answers)

    @property
    def tested(self) -> Flags:
        """Late rows with an answer."""
        return np.asarray(self.late & self.usable)

    @cached_property
    def tried(self) -> "tuple[Dataset, Dataset] | None":
        """The early and the late rows; None where there are too few."""
        early = self.early & self.usable
        if min(early.sum(), self.tested.sum()) < FEW:
            return None
        first = self._dataset(_thinned(early))
        return first, self._dataset(self.tested, like=first)

    @cached_property
    def whole(self) -> "Dataset":
        """All rows."""
        return self._dataset(self.usable)

    def _dataset(self, rows: Flags, *, like: "Dataset | None" = None) -> "Dataset":
        from lightgbm import Dataset

        made = Dataset(
            self.values[rows],
            self.answers[rows],
            weight=None if self.weights is None else self.weights[rows],
            init_score=None if self.start is None else self.start[rows],
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


def rehearse(lesson: Lesson, aim: Aim, tell: Tell) -> "tuple[int, Booster | None]":
    """How many trees are good: as many as, learned from the early rows, bring most on the late ones; and those trees.

    Where rows are too few to tell, a usual number and no trees.
    """
    from lightgbm import Booster

    if lesson.tried is None:
        return USUAL_TREES, None
    early, late = lesson.tried
    booster = Booster({**PARAMETERS, **aim}, early)
    booster.add_valid(late, "late")
    best, found = np.inf, 1
    for trees in range(1, MOST_TREES + 1):
        booster.update()
        loss = booster.eval_valid()[0][2]
        if trees == 1 or loss < best - ENOUGH * abs(best):
            best, found = loss, trees
        if trees - found >= PATIENCE:
            break
        tell(trees / MOST_TREES)
    while booster.current_iteration() > found:
        booster.rollback_one_iter()
    return found, booster


def grow(lesson: Lesson, aim: Aim, trees: int, tell: Tell) -> str:
    """Learn from all rows; LightGBM text."""
    from lightgbm import Booster

    booster = Booster({**PARAMETERS, **aim}, lesson.whole)
    for tree in range(1, trees + 1):
        booster.update()
        tell(tree / trees)
    return booster.model_to_string()


def learn(lesson: Lesson, aim: Aim, tell: Tell) -> "tuple[str, Booster | None]":
    """As many trees as a rehearsal finds good, as LightGBM text; and those that were tried on the early rows."""
    trees, tried = rehearse(lesson, aim, lambda share: tell(share / 2))
    return grow(lesson, aim, trees, lambda share: tell(0.5 + share / 2)), tried
