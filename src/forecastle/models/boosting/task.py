"""What boosted trees learn from a panel, and the rows they forecast."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import polars as pl

from forecastle.core.columns import Y
from forecastle.core.panel import Covariates, Floats, Integers, Panel
from forecastle.core.progress import Progress
from forecastle.features.history import History
from forecastle.features.spec import FeatureSpec
from forecastle.features.table import rows_of
from forecastle.models.batched import Compute
from forecastle.models.boosting.anchor import Anchor
from forecastle.models.boosting.boosters import Lesson
from forecastle.models.boosting.sample import Sample, history_of, spec_of
from forecastle.models.boosting.scaling import Scaled
from forecastle.models.forecasts import Flags
from forecastle.settings import BoostingSettings

UNPLANNED = 8
"""In one row of so many the plan is hidden, so that the model also learns to do without."""


@dataclass(frozen=True, kw_only=True)
class View:
    """How a model looks at a panel."""

    spec: FeatureSpec
    covariates: Covariates
    anchor: Anchor | None = None

    @classmethod
    def of(cls, panel: Panel) -> "View":
        """The features that suit a panel."""
        return cls(spec=spec_of(panel), covariates=panel.covariates)

    def scale(self, table: pl.DataFrame) -> Scaled:
        """A feature table in units that suit each row, counted from the anchor."""
        return self.counted(Scaled.of(table, self.covariates))

    def counted(self, scaled: Scaled) -> Scaled:
        """Forecasts counted from the anchor."""
        if self.anchor is None:
            return scaled
        return replace(scaled, start=scaled.level + scaled.change * self.anchor.moves(scaled))

    def ahead(self, history: History, horizon: int) -> Scaled:
        """One row a series and step after the last period: what is to be forecast."""
        table = rows_of(history, self.spec, steps=range(1, horizon + 1), cutoffs=range(1))
        return self.scale(table)

    def opened(self, parts: Floats, scaled: Scaled) -> Floats:
        """Parts of forecasts, rows × (features and one more), with what they are counted from."""
        parts[:, -1] += scaled.level
        if self.anchor is not None:
            parts[:, scaled.names.index(self.anchor.feature)] += scaled.start - scaled.level
        return parts


@dataclass(frozen=True, kw_only=True)
class Task:
    """A panel to learn from, and the horizon that matters."""

    panel: Panel
    horizon: int
    compute: Compute

    def past(self, steps: int, progress: Progress) -> "Past":
        """Past situations of steps 1 to `steps` that have an answer, with the plan hidden in some."""
        view = View.of(self.panel)
        history = history_of(self.panel, view.spec, ahead=self.horizon)
        sample = Sample.of(history, view.spec, steps, self.compute, progress)
        plain = view.scale(sample.table)
        hidden = np.arange(len(sample.back)) % UNPLANNED == 0
        for name in view.covariates.known:
            plain.forget(hidden, plain.made_of(name, view.covariates))
        y = sample.table[Y].to_numpy()
        anchored = replace(view, anchor=Anchor.find(plain, y))
        return Past(
            view=anchored,
            history=history,
            scaled=anchored.counted(plain),
            y=y,
            early=sample.before(self.horizon),
            late=sample.after(self.horizon),
            weights=_weights(self.compute.boosting, sample.back, plain.change),
        )


@dataclass(frozen=True, kw_only=True)
class Past:
    """Rows to learn from. y: their answers, in units of the target; the rest as in `Lesson`."""

    view: View
    history: History
    scaled: Scaled
    y: Floats
    early: Flags
    late: Flags
    weights: Floats | None

    def lesson(self, answers: Floats, start: Floats | None = None) -> Lesson:
        """What trees are to learn. answers, start: see `Lesson`."""
        return Lesson(
            values=self.scaled.values,
            answers=answers,
            early=self.early,
            late=self.late,
            weights=self.weights,
            start=start,
        )


def _weights(asked: BoostingSettings, back: Integers, change: Floats) -> Floats | None:
    """How much each row counts, 1 on average; None for all alike."""
    if asked.half_life is None and asked.weight == "series":
        return None
    fading = 1.0 if asked.half_life is None else 0.5 ** (back / asked.half_life)
    # A miss is counted in usual changes; times the usual change it counts in units of the target.
    size = np.nan_to_num(change) if asked.weight == "size" else 1.0
    weights = np.ones(len(back)) * fading * size
    return np.asarray(weights / max(weights.mean(), np.finfo(np.float64).tiny))


class Trees(Protocol):
    """What was learned, whatever the kind: history in, forecasts in units of the target out."""

    @property
    def view(self) -> View:
        """How it looks at a panel."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """The features, in the order the trees know them."""
        ...

    def say(self, history: History, horizon: int, floor: Floats) -> tuple[Floats, Floats]:
        """The mean, n × horizon, and quantiles, n × horizon × `LEVELS`; NaN for series without observations.

        floor: n, below which no value of a series lies (-inf: none).
        """
        ...

    def parts(self, history: History, horizon: int) -> tuple[tuple[str, ...], Floats]:
        """Features, and what each adds to a forecast, rows × features, in units of the target; they add up to it."""
        ...

    def describe(self) -> str:
        """What was learned, in the field's notation."""
        ...

    def files(self) -> Mapping[str, str]:
        """All of it as text, by file name."""
        ...
