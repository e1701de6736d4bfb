"""One model of the next period, asked again with each answer as if it had happened: the recursive strategy.

It says one value a period; ranges come from how far it missed in the last horizon, which the trees that were tried
there had not seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.core.progress import Progress, part_of
from forecastle.features.history import History
from forecastle.models.boosting.boosters import Tell, booster_of, learn, quantile
from forecastle.models.boosting.drivers import LEVEL
from forecastle.models.boosting.ranges import Ranges
from forecastle.models.boosting.scaling import Scaled
from forecastle.models.boosting.single import Learned, Single, learned_from
from forecastle.models.boosting.task import Past, Task, View
from forecastle.models.forecasts import signed
from forecastle.models.learned import LEVELS, mean

if TYPE_CHECKING:
    from lightgbm import Booster

TESTED = 2_000
"""Series whose last horizon is forecast to learn the ranges, at most."""


@dataclass(frozen=True, kw_only=True)
class Recursive(Single):
    """The median of the next period."""

    @classmethod
    def learn(cls, task: Task, progress: Progress) -> Self:
        """Learn from past cutoffs of every series; the ranges from the last horizon."""
        past = task.past(1, part_of(progress, 0.0, 0.1))
        lesson = past.lesson(past.scaled.answers(past.y))

        def grown(tell: Tell) -> Learned:
            text, tried = learn(lesson, {**quantile(0.5), "seed": task.compute.seed}, tell)
            return text, _ranges(tried or booster_of(text), past, task.horizon, tell)

        return cls(view=past.view, names=past.scaled.names, learned=learned_from(lesson, grown, progress))

    def say(self, history: History, horizon: int, floor: Floats) -> tuple[Floats, Floats]:
        """See `Trees.say`."""
        (start, _), *_ = walked = list(_walk(self.booster, self.view, history, horizon, floor))
        middle = np.stack([said for _, said in walked], axis=1)
        spread = np.repeat(middle[:, :, None], len(LEVELS), axis=2)
        if self.learned is not None:
            missed = self.learned[1].around(_sizes(start)[:, None], np.arange(1, horizon + 1))
            spread += np.nan_to_num(start.change)[:, None, None] * missed
        return mean(spread, floor[:, None]), spread

    def parts(self, history: History, horizon: int) -> tuple[tuple[str, ...], Floats]:
        """See `Trees.parts`; each period stands on what was said of those before it."""
        floor = np.full(len(history.grid.ids), -np.inf)
        found = np.zeros((len(floor), horizon, len(self.names) + 1))
        for step, (scaled, _) in enumerate(_walk(self.booster, self.view, history, horizon, floor)):
            if self.booster is not None:
                told = self.booster.predict(scaled.values, pred_contrib=True, num_threads=1)
                found[:, step] = scaled.restored_parts(np.asarray(told))
            found[:, step] = self.view.opened(found[:, step], scaled)
        return (*self.names, LEVEL), found.reshape(-1, len(self.names) + 1)


def _walk(
    booster: "Booster | None", view: View, history: History, horizon: int, floor: Floats
) -> Iterator[tuple[Scaled, Floats]]:
    """Period by period: what was known, and what was said, which the next period takes for granted."""
    for _ in range(horizon):
        scaled = view.ahead(history, 1)
        said = np.zeros((len(scaled.level), 1))
        if booster is not None:
            said[:, 0] = booster.predict(scaled.values, num_threads=1)
        value = np.maximum(scaled.restore(said)[:, 0], floor)
        yield scaled, value
        history = history.append(value)


def _ranges(booster: "Booster", past: Past, horizon: int, tell: Tell) -> Ranges:
    """From how far the last horizon is missed from the cutoff before it, in usual changes until then."""
    long = np.flatnonzero(past.history.grid.lengths > horizon)
    chosen = past.history.block(long[:: max(1, -(-len(long) // TESTED))])
    answers = chosen.grid.values[:, -horizon:]
    if not len(answers):
        return Ranges.learn(np.empty(0), np.empty(0), np.empty(0, dtype=np.int64))
    lowest = np.where(signed(chosen.grid.values), -np.inf, 0.0)
    walked = []
    for step in _walk(booster, past.view, chosen.before(horizon), horizon, lowest):
        walked.append(step)
        tell(1.0)
    start, said = walked[0][0], np.stack([value for _, value in walked], axis=1)
    change = start.change[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        misses = np.where(change > 0, (answers - said) / change, np.nan)
    steps: Integers = np.broadcast_to(np.arange(1, horizon + 1), misses.shape)
    sizes = np.broadcast_to(_sizes(start)[:, None], misses.shape)
    return Ranges.learn(misses.ravel(), sizes.ravel(), steps.ravel())


def _sizes(scaled: Scaled) -> Floats:
    """The level beside the usual change: small where demand is rare."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.nan_to_num(np.abs(scaled.level) / scaled.change, posinf=0.0))
