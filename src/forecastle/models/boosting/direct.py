"""One model a quantile over all steps at once, with the step as a feature: the direct strategy."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Self

import numpy as np

from forecastle.core.panel import Floats
from forecastle.core.progress import Progress, part_of
from forecastle.features.history import History
from forecastle.models.boosting.boosters import Tell, booster_of, learn, quantile
from forecastle.models.boosting.drivers import LEVEL
from forecastle.models.boosting.task import Task, View
from forecastle.models.boosting.workers import side_by_side
from forecastle.models.learned import LEVELS, MIDDLE, mean

if TYPE_CHECKING:
    from lightgbm import Booster

FILE = "quantile-{level}.txt"


@dataclass(frozen=True, kw_only=True)
class Direct:
    """models: LightGBM text, one a level of `LEVELS`; none where no series ever changed: each stays where it is."""

    view: View
    names: tuple[str, ...]
    models: tuple[str, ...]

    @classmethod
    def learn(cls, task: Task, progress: Progress) -> Self:
        """Learn from past cutoffs of every series."""
        past = task.past(task.horizon, part_of(progress, 0.0, 0.1))
        lesson = past.lesson(past.scaled.answers(past.y))

        def model(level: float, tell: Tell) -> str:
            text, _ = learn(lesson, {**quantile(level), "seed": task.compute.seed}, tell)
            return text

        jobs = [partial(model, level) for level in LEVELS] if lesson.usable.any() else []
        threads = task.compute.threads
        models = side_by_side(jobs, threads=threads, progress=part_of(progress, 0.1, 1.0), message="trees grown")
        return cls(view=past.view, names=past.scaled.names, models=tuple(models))

    @classmethod
    def load(cls, view: View, names: tuple[str, ...], files: Mapping[str, str]) -> Self:
        """Read back what `files` told."""
        found = (files.get(FILE.format(level=level)) for level in LEVELS)
        return cls(view=view, names=names, models=tuple(text for text in found if text is not None))

    @cached_property
    def boosters(self) -> "tuple[Booster, ...]":
        """The trees themselves."""
        return tuple(booster_of(text) for text in self.models)

    def say(self, history: History, horizon: int, floor: Floats) -> tuple[Floats, Floats]:
        """See `Trees.say`."""
        scaled = self.view.ahead(history, horizon)
        said = np.zeros((len(scaled.level), len(LEVELS)))
        for place, booster in enumerate(self.boosters):
            said[:, place] = booster.predict(scaled.values, num_threads=1)
        quantiles = scaled.restore(said).reshape(-1, horizon, len(LEVELS))
        return mean(quantiles, floor[:, None]), quantiles

    def parts(self, history: History, horizon: int) -> tuple[tuple[str, ...], Floats]:
        """See `Trees.parts`; of the median."""
        scaled = self.view.ahead(history, horizon)
        parts = np.zeros((len(scaled.level), len(self.names) + 1))
        if self.boosters:
            told = self.boosters[MIDDLE].predict(scaled.values, pred_contrib=True, num_threads=1)
            parts = scaled.restored_parts(np.asarray(told))
        return (*self.names, LEVEL), self.view.opened(parts, scaled)

    def describe(self) -> str:
        """How many trees each quantile has."""
        counted = zip(LEVELS, self.boosters, strict=False)
        return ", ".join(f"P{100 * level:g} {booster.num_trees()}" for level, booster in counted)

    def files(self) -> Mapping[str, str]:
        """One a quantile."""
        return {FILE.format(level=level): text for level, text in zip(LEVELS, self.models, strict=False)}
