"""Which model wins a series: the routing table's, unless evidence from past windows overrules it.

Everything decided for a window uses older windows only, so the leaderboard's rows for `combination` and `auto` are as
honest as those of a single model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, sqrt
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forecastle.core.columns import SERIES_ID
from forecastle.core.panel import Floats, Integers
from forecastle.core.quantiles import Quantiles
from forecastle.evaluation.trial import Trial
from forecastle.models.combination import Said, Weighting, combine, median_of, pinball, relative_errors, weights
from forecastle.models.intervals import Calibration, calibrate

Measure = Literal["sql", "wql", "wape", "mase", "rmsse"]

AUTO = "auto"
COMBINATION = "combination"
MEDIAN = "median"

CLEAR, MOST = 0.5, 0.1
"""A single model replaces another only if it saves a clear share of the loss, for close ones change places by chance:
`CLEAR` divided by the root of the number of series that are judged together, but `MOST` is always enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the contest is held over N series.

    groups: N, the number of each series' group: the series that are judged together, all routed alike. routed, because:
    a group, the model of the routing table and the row of it. members: models the combination weighs. voters: models
    the median is taken of. measure: what picks the champion; lower is better.
    """

    groups: Integers
    routed: tuple[str, ...]
    because: tuple[str, ...]
    members: tuple[str, ...]
    voters: tuple[str, ...]
    ensembles: frozenset[str]
    measure: Measure
    quantiles: Quantiles
    weighting: Weighting = field(default_factory=Weighting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the evidence says.

    shares: members × N, the combination's weights; None without evidence. champions, reasons: a group. calibration:
    of the champions' ranges; None without evidence.
    """

    shares: Floats | None
    champions: tuple[str, ...]
    reasons: tuple[str, ...]
    calibration: Calibration | None


def groups_of(ids: pl.Series, classes: pl.DataFrame, routes: pl.DataFrame) -> tuple[Integers, pl.DataFrame]:
    """Series of one demand pattern that the table routes alike are judged together.

    Returns the number of each series' group, N, and the groups: pattern, routed, because, in the order of the numbers.
    """
    keys = ("pattern", "routed", "because")
    table = (
        ids.to_frame(SERIES_ID)
        .join(classes.select(SERIES_ID, pl.col("pattern").fill_null("no demand")), on=SERIES_ID, maintain_order="left")
        .join(routes.select(SERIES_ID, "routed", "because"), on=SERIES_ID, maintain_order="left")
    )
    groups = table.select(keys).unique(maintain_order=True).with_row_index("number")
    numbers = table.join(groups, on=keys, maintain_order="left")["number"]
    return numbers.cast(pl.Int64).to_numpy(), groups


def judge(evidence: Sequence[Trial], rules: Rules) -> Verdict:
    """Decide from windows that are over, the latest first, with the ensembles and `auto` that `replay` adds."""
    if not evidence:
        reasons = tuple(_reason(routed, "no window to compare on", rules, n) for n, routed in enumerate(rules.routed))
        return Verdict(shares=None, champions=rules.routed, reasons=reasons, calibration=None)
    pairs = [(trial.y, trial.forecasts) for trial in evidence]
    errors = relative_errors(pairs, rules.members, rules.groups, rules.quantiles, rules.weighting)
    losses = [_losses(trial, rules) for trial in evidence]
    sizes = np.bincount(rules.groups, minlength=len(rules.routed))
    decided = [_decide(routed, _of_group(losses, n, int(sizes[n]))) for n, routed in enumerate(rules.routed)]
    return Verdict(
        shares=weights(errors, rules.weighting),
        champions=tuple(champion for champion, _ in decided),
        reasons=tuple(_reason(champion, why, rules, number) for number, (champion, why) in enumerate(decided)),
        calibration=calibrate([(y, said[AUTO]) for y, said in pairs], rules.groups, rules.quantiles),
    )


def _reason(champion: str, why: str, rules: Rules, group: int) -> str:
    return f"{champion}: {why} (routed to {rules.routed[group]}: {rules.because[group]})"


def line_up_of(said: Mapping[str, Said], verdict: Verdict, rules: Rules) -> dict[str, Said]:
    """All forecasts of one cutoff: the models', the ensembles', and `auto`, the calibrated ones of the champions."""
    everyone = dict(said)
    members = [model for model in rules.members if model in said]
    if COMBINATION in rules.ensembles:
        known = [rules.members.index(model) for model in members]
        shares = np.ones((len(members), len(rules.groups))) if verdict.shares is None else verdict.shares[known]
        everyone[COMBINATION] = combine(said, members, shares)
    if MEDIAN in rules.ensembles:
        everyone[MEDIAN] = median_of(said, [model for model in rules.voters if model in said])
    everyone[AUTO] = champion_forecasts(everyone, verdict, rules)
    return everyone


def champion_forecasts(everyone: Mapping[str, Said], verdict: Verdict, rules: Rules) -> Said:
    """The champion's forecast of each series, its ranges calibrated."""
    chosen = np.full_like(next(iter(everyone.values())), np.nan)
    for number, champion in enumerate(verdict.champions):
        rows = rules.groups == number
        if champion in everyone:
            chosen[rows] = everyone[champion][rows]
    return chosen if verdict.calibration is None else verdict.calibration.apply(chosen, rules.groups)


def replay(trials: Sequence[Trial], rules: Rules) -> tuple[Trial, ...]:
    """Add ensembles and `auto` to the models' trials, from the oldest on, each decided by older ones only."""
    seen: tuple[Trial, ...] = ()
    for trial in sorted(trials, key=lambda trial: trial.number, reverse=True):
        forecasts = line_up_of(trial.forecasts, judge(seen, rules), rules)
        seen = (trial.with_forecasts(forecasts), *seen)
    return seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """The loss of each model of one group: on the newest window, on the older ones, and on the weighed ones.

    series: how many the group has. weighed: the windows in which the combination already had evidence for its weights,
    which are all but the oldest, if there are others.
    """

    series: int
    newest: Mapping[str, float]
    older: Mapping[str, float]
    weighed: Mapping[str, float]


def _decide(routed: str, losses: Losses) -> tuple[str, str]:
    """The champion and why.

    The combination replaces the routed model if it was better: its weights came from older windows, so it had seen
    none of those it is judged on. Any other model must be clearly the best on the older windows and then clearly beat
    both on the newest, which took no part in choosing it.
    """
    if routed not in losses.weighed:
        return routed, "no window to compare on"
    combined = losses.weighed.get(COMBINATION, inf) < losses.weighed[routed]
    steady = COMBINATION if combined else routed
    rival = min(losses.older, key=losses.older.__getitem__, default=steady)
    bar = min(losses.newest.get(name, inf) for name in (steady, routed))
    enough = 1 - min(MOST, CLEAR / sqrt(losses.series))
    best_before = losses.older.get(rival, inf) < enough * losses.older.get(steady, inf)
    if best_before and losses.newest.get(rival, inf) < enough * bar:
        return (
            rival,
            f"best on older windows, then {_gain(losses.newest[rival], bar)} better than {steady} on the newest",
        )
    if combined:
        return steady, f"{_gain(losses.weighed[steady], losses.weighed[routed])} better on windows it had not seen"
    return routed, "no other model was better on windows it had not seen"


def _gain(loss: float, other: float) -> str:
    return f"{100 * (1 - loss / other):.1f} %"


Sums = Mapping[str, NDArray[np.float64]]
"""By model: loss, weight and count of the scored forecasts of each group, 3 × groups."""


def _losses(trial: Trial, rules: Rules) -> dict[str, NDArray[np.float64]]:
    size = len(rules.routed)
    sums = {}
    for model in trial.forecasts.keys() - {AUTO}:
        loss, weight = _loss(trial, trial.forecasts[model], rules)
        counted = np.isfinite(loss) & np.isfinite(weight)
        parts = (np.where(counted, part, 0.0).sum(axis=1) for part in (loss, weight, counted))
        sums[model] = np.stack([np.bincount(rules.groups, part, size).astype(np.float64) for part in parts])
    return sums


def _loss(trial: Trial, said: Said, rules: Rules) -> tuple[Floats, Floats]:
    """What the measure adds up over forecasts, and what it divides the sum by, both N × H."""
    miss = np.abs(said[:, :, 0] - trial.y)
    with np.errstate(invalid="ignore", divide="ignore"):
        if rules.measure == "wape":
            return miss, np.abs(trial.y)
        if rules.measure == "wql":
            return 2 * pinball(trial.y, said, rules.quantiles), np.abs(trial.y)
        if rules.measure == "mase":
            loss = miss / trial.scale[:, None]
        elif rules.measure == "rmsse":
            root = np.sqrt(np.nanmean(miss**2, axis=1)) / trial.scale_rms
            loss = np.where(np.isfinite(miss), root[:, None], np.nan)
        else:
            loss = 2 * pinball(trial.y, said, rules.quantiles) / trial.scale[:, None]
    return loss, np.ones_like(loss)


def _of_group(windows: Sequence[Sums], group: int, series: int) -> Losses:
    newest, *older = windows
    weighed = windows[:-1] or windows
    newest_loss, older_loss, weighed_loss = (_mean(chosen, group) for chosen in ([newest], older, weighed))
    return Losses(series=series, newest=newest_loss, older=older_loss, weighed=weighed_loss)


def _mean(windows: Sequence[Sums], group: int) -> dict[str, float]:
    """The loss of each model that forecast every series of the group at these windows."""
    totals: dict[str, NDArray[np.float64]] = {}
    for window in windows:
        for model, sums in window.items():
            totals[model] = totals.get(model, 0.0) + sums[:, group]
    most = max((total[2] for total in totals.values()), default=0.0)
    complete = {model: total for model, total in sorted(totals.items()) if total[2] == most and total[1] > 0}
    return {model: float(total[0] / total[1]) for model, total in complete.items()}
