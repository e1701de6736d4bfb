"""Kinds of boosted trees that are one model, with ranges learned from what it missed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

from forecastle.core.progress import Progress, part_of
from forecastle.models.boosting.boosters import Lesson, Tell, booster_of
from forecastle.models.boosting.ranges import Ranges
from forecastle.models.boosting.task import View
from forecastle.models.boosting.workers import side_by_side

if TYPE_CHECKING:
    from lightgbm import Booster

MODEL, RANGES = "trees.txt", "ranges.json"

Learned = tuple[str, Ranges]
"""LightGBM text, and the ranges around what it says."""


@dataclass(frozen=True, kw_only=True)
class Single:
    """learned: None where no series ever changed, and each is forecast to stay where it is."""

    view: View
    names: tuple[str, ...]
    learned: Learned | None

    @classmethod
    def load(cls, view: View, names: tuple[str, ...], files: Mapping[str, str]) -> Self:
        """Read back what `files` told."""
        learned = (files[MODEL], Ranges.from_json(files[RANGES])) if files else None
        return cls(view=view, names=names, learned=learned)

    @cached_property
    def booster(self) -> "Booster | None":
        """The trees themselves."""
        return None if self.learned is None else booster_of(self.learned[0])

    def describe(self) -> str:
        """How many trees there are."""
        return "none: no series changes" if self.booster is None else f"{self.booster.num_trees()}"

    def files(self) -> Mapping[str, str]:
        """The trees and the ranges."""
        return {} if self.learned is None else {MODEL: self.learned[0], RANGES: self.learned[1].to_json()}


def learned_from(lesson: Lesson, learn: Callable[[Tell], Learned], progress: Progress) -> Learned | None:
    """Do it beside the thread that waits and tells of the progress, if there is anything to learn."""
    if not lesson.usable.any():
        return None
    [learned] = side_by_side([learn], threads=1, progress=part_of(progress, 0.1, 1.0), message="trees grown")
    return learned
