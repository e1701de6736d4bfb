"""The mean of the most similar rows, by Manhattan distance of robustly scaled columns: the baseline."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from forecastle.core.errors import ArtifactError
from forecastle.core.panel import Floats
from forecastle.tabular.regressors.lesson import Lesson, Tell, quietly
from forecastle.tabular.regressors.scale import Scale

if TYPE_CHECKING:
    from scipy.spatial import KDTree

FILE = "rows.npz"
NEIGHBOURS = 7


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Every row that was learned from. rows: scaled."""

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

    def contributions(self, values: Floats) -> Floats | None:  # noqa: ARG002 - the signature is the protocol's
        """A distance has no parts that would add up to an answer."""
        return None

    def save(self, folder: Path) -> None:
        """Write the rows as npz."""
        np.savez(folder / FILE, rows=self.rows, answers=self.answers, **asdict(self.scale))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read them back.

        Raises:
            ArtifactError: the file is not there, or is none of ours.
        """
        try:
            with np.load(folder / FILE, allow_pickle=False) as kept:
                scale = Scale.read(kept)
                return cls(scale, kept["rows"], kept["answers"], _tree(kept["rows"]))
        except (OSError, ValueError, KeyError) as error:
            raise ArtifactError(f"The rows of the model cannot be read: {error}.", hint="Train it again.") from error


def _tree(rows: Floats) -> "KDTree":
    from scipy.spatial import KDTree

    return KDTree(rows)
