"""Boosted trees as a model family: one model learns from all series at once."""

from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from forecastle.core.columns import Y
from forecastle.core.panel import Covariates, Panel
from forecastle.core.progress import Progress, silent
from forecastle.models.batched import Compute
from forecastle.models.boosting.boosters import Lesson, Tell, grow, rehearse
from forecastle.models.boosting.fitted import MODEL, BoostedFitted
from forecastle.models.boosting.sample import Sample, history_of, spec_of
from forecastle.models.boosting.scaling import Scaled
from forecastle.models.boosting.workers import side_by_side
from forecastle.models.kept_panel import load_panel
from forecastle.models.learned import LEVELS

UNPLANNED = 8
"""In one row of so many the plan is hidden, so that the model also learns to do without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoostedForecaster:
    """LightGBM on what is known at a cutoff, for all steps at once: `step` is a feature (the direct strategy)."""

    name: str = "lightgbm"
    compute: Compute = field(default_factory=Compute)

    def fit(self, panel: Panel, horizon: int, *, progress: Progress = silent) -> BoostedFitted:
        """Learn from past cutoffs of every series.

        Raises:
            Cancelled: `progress` said so.
        """
        spec = spec_of(panel)
        history = history_of(panel, spec, ahead=horizon)
        gathered = Sample.of(history, spec, horizon, self.compute, _part(progress, 0.0, 0.1))
        names, lesson = _lesson(gathered, panel.covariates, horizon)
        models = self._grown(lesson, _part(progress, 0.1, 1.0)) if lesson.usable.any() else ()
        progress(1.0, f"{self.name}: fitted")
        return BoostedFitted(name=self.name, panel=panel, spec=spec, names=names, models=models, compute=self.compute)

    def _grown(self, lesson: Lesson, progress: Progress) -> tuple[str, ...]:
        """A model a level."""
        seed = self.compute.seed

        def model(level: float, tell: Tell) -> str:
            trees = rehearse(lesson, level, seed, lambda share: tell(share / 2))
            return grow(lesson, level, trees, seed, lambda share: tell(0.5 + share / 2))

        jobs = [partial(model, level) for level in LEVELS]
        return tuple(side_by_side(jobs, threads=self.compute.threads, progress=progress, message="trees grown"))

    def load(self, folder: Path) -> BoostedFitted:
        """Read back what `BoostedFitted.save` wrote."""
        panel, facts = load_panel(folder)
        categories = {name: tuple(values) for name, values in facts["categories"].items()}
        models = (folder / MODEL.format(level=level) for level in LEVELS)
        return BoostedFitted(
            name=self.name,
            panel=panel,
            spec=replace(spec_of(panel), categories=categories),
            names=tuple(facts["features"]),
            models=tuple(file.read_text(encoding="utf-8") for file in models if file.exists()),
            compute=self.compute,
        )


def _lesson(sample: Sample, covariates: Covariates, horizon: int) -> tuple[tuple[str, ...], Lesson]:
    """The names of the features, and what is learned."""
    scaled = Scaled.of(sample.table, covariates)
    hidden = np.arange(len(sample.back)) % UNPLANNED == 0
    for name in covariates.known:
        scaled.forget(hidden, scaled.made_of(name, covariates))
    lesson = Lesson(
        values=scaled.values,
        answers=scaled.answers(sample.table[Y].to_numpy()),
        early=sample.before(horizon),
        late=sample.after(horizon),
    )
    return scaled.names, lesson


def _part(progress: Progress, start: float, end: float) -> Progress:
    return lambda share, message: progress(start + (end - start) * share, message)
