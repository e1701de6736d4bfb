"""Expected demand by a Tweedie loss, which suits counts and many zeros; ranges from what such forecasts missed.

Source: Jørgensen (1987), Exponential dispersion models.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from forecastle.core.columns import STEP
from forecastle.core.panel import Floats, Integers
from forecastle.core.progress import Progress, part_of
from forecastle.features.history import History
from forecastle.models.boosting.boosters import Tell, booster_of, learn
from forecastle.models.boosting.drivers import LEVEL
from forecastle.models.boosting.ranges import Ranges
from forecastle.models.boosting.scaling import Scaled
from forecastle.models.boosting.single import Learned, Single, learned_from
from forecastle.models.boosting.task import Task
from forecastle.models.learned import LEVELS
from forecastle.models.units import FAR

if TYPE_CHECKING:
    from lightgbm import Booster

POWER = 1.5
"""How the variance grows with the mean: 1 as that of counts, 2 as that of sizes."""

SMALLEST = 0.05
"""The least level, in usual changes, that demand is counted as a multiple of."""


@dataclass(frozen=True, kw_only=True)
class Tweedie(Single):
    """One model of the mean over all steps, as a multiple of the level."""

    @classmethod
    def learn(cls, task: Task, progress: Progress) -> Self:
        """Learn from past cutoffs of every series; the ranges from the last horizon, as seen from before it."""
        past = task.past(task.horizon, part_of(progress, 0.0, 0.1))
        scaled = past.scaled
        opening = _opening(scaled)
        with np.errstate(invalid="ignore", divide="ignore"):
            demand = np.maximum(past.y, 0.0) / scaled.change
        answers = np.where(scaled.change > 0, np.minimum(demand, opening + FAR), np.nan)
        lesson = past.lesson(answers, start=np.log(opening))
        aim = {"objective": "tweedie", "tweedie_variance_power": POWER, "seed": task.compute.seed}

        def grown(tell: Tell) -> Learned:
            text, tried = learn(lesson, aim, tell)
            rows = lesson.usable if tried is None else lesson.tested
            tested = scaled.only(rows)
            expected = _expected(tried or booster_of(text), tested)
            return text, Ranges.learn((demand[rows] - expected) / _width(expected), expected, _steps(tested))

        return cls(view=past.view, names=scaled.names, learned=learned_from(lesson, grown, progress))

    def say(self, history: History, horizon: int, floor: Floats) -> tuple[Floats, Floats]:  # noqa: ARG002 - demand is never negative
        """See `Trees.say`."""
        scaled = self.view.ahead(history, horizon)
        expected, spread = scaled.level, np.tile(scaled.level[:, None], len(LEVELS))
        if self.booster is not None and self.learned is not None:
            multiple = _expected(self.booster, scaled)
            missed = self.learned[1].around(multiple, _steps(scaled)) * _width(multiple)[:, None]
            moves = scaled.change > 0
            expected = np.where(moves, scaled.change * multiple, expected)
            spread = np.where(moves[:, None], scaled.change[:, None] * (multiple[:, None] + missed), spread)
        return expected.reshape(-1, horizon), spread.reshape(-1, horizon, len(LEVELS))

    def parts(self, history: History, horizon: int) -> tuple[tuple[str, ...], Floats]:
        """See `Trees.parts`; of the mean. Trees multiply: each part's share of what they add is that of its logarithm.

        Source of sharing by logarithms: Ang & Liu (2001), the logarithmic mean Divisia index.
        """
        scaled = self.view.ahead(history, horizon)
        parts = np.zeros((len(scaled.level), len(self.names) + 1))
        parts[:, -1] = scaled.level
        if self.booster is not None:
            logs = np.asarray(self.booster.predict(scaled.values, pred_contrib=True, num_threads=1))
            whole, start = logs.sum(axis=1, keepdims=True), (scaled.change * _opening(scaled))[:, None]
            with np.errstate(invalid="ignore", divide="ignore"):
                added = start * np.where(whole != 0, logs * np.expm1(whole) / whole, 0.0)
            moves = scaled.change > 0
            parts[moves] = added[moves]
            parts[moves, -1] += start[moves, 0]
        return (*self.names, LEVEL), parts


def _opening(scaled: Scaled) -> Floats:
    """What forecasts are multiples of, in usual changes: above zero; 1 where nothing is known or ever changed."""
    with np.errstate(invalid="ignore", divide="ignore"):
        start = scaled.start / scaled.change
    return np.asarray(np.maximum(np.where(np.isfinite(start), start, 1.0), SMALLEST))


def _expected(booster: "Booster", scaled: Scaled) -> Floats:
    """The mean of each row, in usual changes."""
    raw = np.asarray(booster.predict(scaled.values, raw_score=True, num_threads=1))
    return np.asarray(_opening(scaled) * np.exp(raw))


def _width(expected: Floats) -> Floats:
    """How far a value lies from the mean, up to a constant, where the variance is a power of it."""
    return np.asarray(expected ** (POWER / 2))


def _steps(scaled: Scaled) -> Integers:
    return np.asarray(scaled.values[:, scaled.names.index(STEP)].astype(np.int64))
