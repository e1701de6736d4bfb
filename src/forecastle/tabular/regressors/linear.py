"""A sum of scaled columns, slightly shrunken (ridge regression): what trees must beat to be worth having."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np

from forecastle.core.panel import Floats
from forecastle.tabular import arrays
from forecastle.tabular.regressors.lesson import Lesson, Tell, quietly
from forecastle.tabular.regressors.scale import Scale

FILE = "weights.npz"
SHRINKAGE = 1.0
"""Rows' worth of evidence that a weight is nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """centre: mean of each scaled column. level: the mean answer."""

    steps: ClassVar[bool] = False
    scale: Scale
    centre: Floats
    weights: Floats
    level: float
    size: int = 0

    @classmethod
    def fit(cls, lesson: Lesson, *, trial: Lesson | None = None, tell: Tell = quietly) -> Self:  # noqa: ARG003 - nothing is tried out
        """Solve the normal equations."""
        scale = Scale.of(lesson)
        columns = scale.scaled(lesson.values)
        centre, level = columns.mean(axis=0), float(lesson.answers.mean())
        columns = columns - centre
        square = columns.T @ columns + SHRINKAGE * np.eye(columns.shape[1])
        tell(1.0)
        return cls(scale, centre, np.linalg.solve(square, columns.T @ (lesson.answers - level)), level)

    def predict(self, values: Floats) -> Floats:
        """The sum."""
        return np.asarray((self.scale.scaled(values) - self.centre) @ self.weights + self.level)

    def contributions(self, values: Floats) -> Floats:
        """Each column's part: exact Shapley values of a sum."""
        parts = (self.scale.scaled(values) - self.centre) * self.weights
        told = np.zeros((len(values), len(self.scale.sizes) + 1))
        np.add.at(told.T, self.scale.owners, parts.T)
        told[:, -1] = self.level
        return told

    def save(self, folder: Path) -> None:
        """Write the weights as npz."""
        told = asdict(self.scale)
        arrays.write(folder / FILE, centre=self.centre, weights=self.weights, level=self.level, **told)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read them back.

        Raises:
            ArtifactError: the file is not there, or is none of ours.
        """
        kept = arrays.read(folder / FILE)
        return cls(Scale.read(kept), kept["centre"], kept["weights"], float(kept["level"]))
