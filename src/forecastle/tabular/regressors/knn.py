"""The mean of the most similar rows, by Manhattan distance of robustly scaled columns: the baseline."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.tabular import arrays
from forecastle.tabular.regressors.lesson import Lesson, Tell, quietly
from forecastle.tabular.regressors.scale import Scale
from forecastle.tabular.regressors.shapley import shapley

if TYPE_CHECKING:
    from scipy.spatial import KDTree

FILE = "rows.npz"
NEIGHBOURS = 7


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Every row that was learned from. rows: scaled."""

    steps: ClassVar[bool] = False
    scale: Scale
    rows: Floats
    answers: Floats
    tree: "KDTree"
    size: int = 0

    @classmethod
    def fit(cls, lesson: Lesson, *, trial: Lesson | None = None, tell: Tell = quietly) -> Self:  # noqa: ARG003 - nothing is tried out
        """Remember the rows."""
        scale = Scale.of(lesson)
        rows = scale.scaled(lesson.values)
        tell(1.0)
        return cls(scale, rows, lesson.answers, _tree(rows))

    def predict(self, values: Floats) -> Floats:
        """The mean answer of the nearest rows."""
        nearest = np.arange(1, min(NEIGHBOURS, len(self.rows)) + 1)
        _, places = self.tree.query(self.scale.scaled(values), nearest, p=1)
        return np.asarray(self.answers[places].mean(axis=1))

    def contributions(self, values: Floats) -> Floats:
        """What each column adds when the usual row becomes the one that was asked about; some 0.3 s a row."""
        scaled, answers = self.scale.scaled(values), self.predict(values)
        return np.array([self._contributions(row, answer) for row, answer in zip(scaled, answers, strict=True)])

    def _contributions(self, row: Floats, answer: float) -> Floats:
        """Distances are sums over the columns, so that those of any mixture are had from the parts."""
        usual = np.abs(self.rows - self.scale.usual)
        further = np.add.reduceat(np.abs(self.rows - row) - usual, self._starts, axis=1).T
        at_first = usual.sum(axis=1)
        base = self._mean(at_first)

        def worth(order: Integers) -> Floats:
            mixed = at_first + np.cumsum(further[order[:-1]], axis=0)
            return np.array([base, *map(self._mean, mixed), answer])

        return np.append(shapley(len(further), worth, seed=1), base)

    @property
    def _starts(self) -> Integers:
        """The first scaled column of each feature."""
        return np.unique(self.scale.owners, return_index=True)[1]

    def _mean(self, distances: Floats) -> float:
        """The mean answer of rows as near as the last of the nearest."""
        last = min(NEIGHBOURS, len(distances)) - 1
        return float(self.answers[distances <= np.partition(distances, last)[last]].mean())

    def save(self, folder: Path) -> None:
        """Write the rows as npz."""
        arrays.write(folder / FILE, rows=self.rows, answers=self.answers, **asdict(self.scale))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read them back.

        Raises:
            ArtifactError: the file is not there, or is none of ours.
        """
        kept = arrays.read(folder / FILE)
        return cls(Scale.read(kept), kept["rows"], kept["answers"], _tree(kept["rows"]))


def _tree(rows: Floats) -> "KDTree":
    from scipy.spatial import KDTree

    return KDTree(rows)
