"""What can be learned from a matrix, one kind a file; each keeps itself in open formats."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from forecastle.core.errors import ModelError
from forecastle.tabular.regressors.knn import Neighbours
from forecastle.tabular.regressors.lesson import Lesson, Regressor, Tell, quietly
from forecastle.tabular.regressors.lightgbm import Trees
from forecastle.tabular.regressors.linear import Linear

__all__ = ["BASELINES", "DEFAULT", "NAMES", "Lesson", "Regressor", "RegressorKind", "kind_named"]

DEFAULT = "lightgbm"
BASELINES = ("knn", "linear")
"""Scored beside every model, so that nobody keeps one that is no better than these."""


class RegressorKind(Protocol):
    """A kind of regressor, which can learn and can be read back.

    steps: its answers jump from one usual value to the next. What is only expected of a value lies between those, and
    must have been learned from, too.
    """

    @property
    def steps(self) -> bool:
        """Whether they do."""
        ...

    def fit(self, lesson: Lesson, *, trial: Lesson | None = None, tell: Tell = quietly) -> Regressor:
        """Learn. trial: rows to try out on how large it should grow."""
        ...

    def load(self, folder: Path) -> Regressor:
        """Read back what was saved."""
        ...


KINDS: Mapping[str, RegressorKind] = {DEFAULT: Trees, "knn": Neighbours, "linear": Linear}
NAMES = tuple(KINDS)


def kind_named(name: str) -> RegressorKind:
    """The kind of that name.

    Raises:
        ModelError: there is none, or its package is not installed.
    """
    if name not in KINDS:
        raise ModelError(f"There is no tabular model {name!r}.", hint=f"Models: {', '.join(NAMES)}.")
    return KINDS[name]
