"""What regressors are given, and what they are to everybody else."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, Self

from forecastle.core.panel import Floats, Integers

Tell = Callable[[float], None]
"""Called with the share done now and then; raises to stop."""


def quietly(_share: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Rows with their answers.

    values: n × p, NaN for what is not known; categories are whole numbers from 0. answers: n. categorical: places of
    the columns without an order. size: what a trial found best (`Regressor.size`); 0 for what is usual.
    """

    values: Floats
    answers: Floats
    categorical: tuple[int, ...] = ()
    seed: int = 1
    size: int = 0

    def of(self, rows: Integers) -> Self:
        """Only some of the rows."""
        return replace(self, values=self.values[rows], answers=self.answers[rows])


class Regressor(Protocol):
    """What has learned to answer rows."""

    @property
    def size(self) -> int:
        """How large it grew, where that is found by a trial; 0 where it is not."""
        ...

    def predict(self, values: Floats) -> Floats:
        """An answer a row, in this thread."""
        ...

    def contributions(self, values: Floats) -> Floats:
        """N × (p + 1): what each column adds to each answer, and last what all answers begin with.

        Shapley values: each row adds up to its answer.
        """
        ...

    def save(self, folder: Path) -> None:
        """Write everything in open formats."""
        ...
