"""Boosted trees. Kept as LightGBM's own text, which every later version reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from forecastle.core.errors import ArtifactError, ModelError
from forecastle.core.panel import Floats
from forecastle.tabular.regressors.lesson import Lesson, Tell, quietly

if TYPE_CHECKING:
    from lightgbm import Booster

FILE = "trees.txt"

USUAL_TREES, MOST_TREES, PATIENCE = 100, 200, 25
"""Where nothing is tried out; at most, for answers take as long as trees do; and in vain before growing ends."""

PARAMETERS: Mapping[str, object] = {
    "objective": "regression",
    "learning_rate": 0.12,
    "num_leaves": 24,
    "min_data_in_leaf": 10,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.9,
    "bagging_freq": 1,
    "cat_smooth": 20.0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
"""One thread a model: models are grown side by side, and their numbers do not hang on the number of threads."""


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """Grown trees. size: how many of them answer."""

    steps: ClassVar[bool] = True
    booster: "Booster"
    size: int

    @classmethod
    def fit(cls, lesson: Lesson, *, trial: Lesson | None = None, tell: Tell = quietly) -> Self:
        """Grow as many trees as the lesson says; with a trial, as many as answer its rows best."""
        lightgbm = _library()
        usual = USUAL_TREES if trial is None else MOST_TREES
        trees = lesson.size or usual
        first = lightgbm.Dataset(lesson.values, lesson.answers, categorical_feature=list(lesson.categorical))
        told = [lambda progress: tell((progress.iteration + 1) / trees)]
        stop = [] if trial is None else [lightgbm.early_stopping(PATIENCE, verbose=False)]
        late = None if trial is None else [first.create_valid(trial.values, trial.answers)]
        parameters = {**PARAMETERS, "seed": lesson.seed}
        booster = lightgbm.train(parameters, first, trees, valid_sets=late, callbacks=[*told, *stop])
        return cls(booster=booster, size=booster.best_iteration if trial else trees)

    def predict(self, values: Floats) -> Floats:
        """An answer a row."""
        return np.asarray(self.booster.predict(values, num_iteration=self.size, num_threads=1), dtype=float)

    def contributions(self, values: Floats) -> Floats:
        """TreeSHAP (Lundberg et al. 2020), exact."""
        told = self.booster.predict(values, num_iteration=self.size, pred_contrib=True, num_threads=1)
        return np.asarray(told, dtype=float)

    def save(self, folder: Path) -> None:
        """Write LightGBM's text."""
        (folder / FILE).write_text(self.booster.model_to_string(num_iteration=self.size), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read it back.

        Raises:
            ArtifactError: the file is not there, or LightGBM cannot read it.
            ModelError: LightGBM is not installed.
        """
        lightgbm = _library()
        try:
            booster = lightgbm.Booster(model_str=(folder / FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError, lightgbm.basic.LightGBMError) as error:
            raise ArtifactError(f"The trees of the model cannot be read: {error}.", hint="Train it again.") from error
        return cls(booster=booster, size=booster.num_trees())


def _library() -> ModuleType:
    """LightGBM, which takes half a second to import.

    Raises:
        ModelError: it is not installed.
    """
    try:
        import lightgbm
    except ImportError as error:
        raise ModelError(
            "Model 'lightgbm' needs the extra 'boost', which is not installed.", hint="pip install 'forecastle[boost]'"
        ) from error
    return lightgbm
