"""Who is champion of a group of series, and why, in a sentence with figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats, Integers
from forecastle.core.quantiles import Quantiles
from forecastle.evaluation.trial import Trial
from forecastle.models.combination import Said, pinball

Measure = Literal["sql", "wql", "wape", "mase", "rmsse"]

WORDS: Mapping[Measure, str] = {
    "sql": "scaled quantile loss",
    "wql": "weighted quantile loss",
    "wape": "WAPE",
    "mase": "MASE",
    "rmsse": "RMSSE",
}

CLEAR, MOST = 1.0, 0.1
"""A model replaces another only if it saves a clear share of the loss, for close ones change places by chance:
`CLEAR` divided by the root of the number of series that are judged together, but `MOST` is always enough."""

ALIKE = 0.15
"""What is clear between two ensembles, as a share of that: made of the same members, they differ less by chance."""

Sums = Mapping[str, NDArray[np.float64]]
"""By model: loss, weight and count of the scored forecasts of each group, 3 × groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """The loss of each model of one group: on the newest window, on the older ones, and on the weighed ones.

    series: how many the group has. windows: how many there are. weighed: on those in which learned ensembles already
    had evidence for their weights, which are all but the oldest, if there are others.
    """

    series: int
    windows: int
    newest: Mapping[str, float]
    older: Mapping[str, float]
    weighed: Mapping[str, float]

    @classmethod
    def of_group(cls, windows: Sequence[Sums], group: int, series: int) -> "Losses":
        """Add up the windows, the latest first."""
        newest, *older = windows
        return cls(
            series=series,
            windows=len(windows),
            newest=_mean([newest], group),
            older=_mean(older, group),
            weighed=_mean(windows[:-1] or windows, group),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The champion of a group; why: who it beat by how much, on which windows."""

    champion: str
    why: str


def sums(trial: Trial, models: Sequence[str], groups: Integers, measure: Measure, quantiles: Quantiles) -> Sums:
    """What each model lost in one window, group by group."""
    size = int(groups.max(initial=-1)) + 1
    found = {}
    for model in models:
        loss, weight = _loss(trial, trial.forecasts[model], measure, quantiles)
        counted = np.isfinite(loss) & np.isfinite(weight)
        parts = (np.where(counted, part, 0.0).sum(axis=1) for part in (loss, weight, counted))
        found[model] = np.stack([np.bincount(groups, part, size).astype(np.float64) for part in parts])
    return found


def decide(routed: str, losses: Losses, ensembles: Sequence[str], measure: Measure) -> Decision:
    """Choose by windows that took no part in the choice.

    ensembles: those with learned weights, the usual champion first. Its weights came from older windows, so it had seen
    none of those it is judged on; another ensemble or the routed model must be clearly better there. Any other model
    must be clearly the best on the older windows and then clearly beat both on the newest, which took no part in
    choosing it.
    """
    if routed not in losses.weighed:
        return Decision(champion=routed, why="no window to compare on")
    steady, *others = (*ensembles, routed)
    for other in others:
        enough = _enough(losses.series, ALIKE if other in ensembles else 1.0)
        if losses.weighed.get(other, inf) < enough * losses.weighed.get(steady, inf):
            steady = other
    enough = _enough(losses.series)
    rival = min(losses.older, key=losses.older.__getitem__, default=steady)
    bar = min((steady, routed), key=lambda name: losses.newest.get(name, inf))
    best_before = losses.older.get(rival, inf) < enough * losses.older.get(steady, inf)
    if best_before and losses.newest.get(rival, inf) < enough * losses.newest.get(bar, inf):
        gain = f"{_gain(losses.newest, rival, bar)} {WORDS[measure]}"
        where = f"on the newest of {losses.windows} windows, and was best on those before"
        return Decision(champion=rival, why=f"beat {bar} by {gain} {where}")
    return Decision(champion=steady, why=_why(steady, routed, losses, measure))


def _enough(series: int, share: float = 1.0) -> float:
    """The largest loss, as a share of another's, that is clearly lower."""
    return 1 - min(MOST, share * CLEAR / sqrt(series))


def _why(champion: str, routed: str, losses: Losses, measure: Measure) -> str:
    """How the champion did beside the best of the others, and beside the routed model that it replaces."""
    seen = losses.weighed
    count = max(losses.windows - 1, 1)
    where = f"{WORDS[measure]} on {count} window{'' if count == 1 else 's'}"
    second = min((name for name in seen if name != champion), key=seen.__getitem__, default=champion)
    if second == champion:
        return "nothing to compare with"
    beaten = champion != routed and seen[routed] > seen[champion]
    if seen[second] >= seen[champion]:
        also = f", and {routed} by {_gain(seen, champion, routed)}" if beaten and second != routed else ""
        return f"beat {second} by {_gain(seen, champion, second)} {where}{also}"
    before = f"beat {routed} by {_gain(seen, champion, routed)} {where}; " if beaten else ""
    after = "" if beaten else f" in {where}"
    return f"{before}{second} was {_gain(seen, second, champion)} better{after}, but not clearly"


def _gain(losses: Mapping[str, float], better: str, worse: str) -> str:
    """`4.1 %`: by how much one model loses less than another."""
    return f"{100 * (1 - losses[better] / losses[worse]):.1f} %" if losses[worse] > 0 else "0.0 %"


def _loss(trial: Trial, said: Said, measure: Measure, quantiles: Quantiles) -> tuple[Floats, Floats]:
    """What the measure adds up over forecasts, and what it divides the sum by, both N × H."""
    miss = np.abs(said[:, :, 0] - trial.y)
    with np.errstate(invalid="ignore", divide="ignore"):
        if measure == "wape":
            return miss, np.abs(trial.y)
        if measure == "wql":
            return 2 * pinball(trial.y, said, quantiles), np.abs(trial.y)
        if measure == "mase":
            loss = miss / trial.scale[:, None]
        elif measure == "rmsse":
            root = np.sqrt(np.nanmean(miss**2, axis=1)) / trial.scale_rms
            loss = np.where(np.isfinite(miss), root[:, None], np.nan)
        else:
            loss = 2 * pinball(trial.y, said, quantiles) / trial.scale[:, None]
    return loss, np.ones_like(loss)


def _mean(windows: Sequence[Sums], group: int) -> dict[str, float]:
    """The loss of each model that forecast every series of the group at these windows."""
    totals: dict[str, NDArray[np.float64]] = {}
    for window in windows:
        for model, found in window.items():
            totals[model] = totals.get(model, 0.0) + found[:, group]
    most = max((total[2] for total in totals.values()), default=0.0)
    complete = {model: total for model, total in sorted(totals.items()) if total[2] == most and total[1] > 0}
    return {model: float(total[0] / total[1]) for model, total in complete.items()}
