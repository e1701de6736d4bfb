"""Which model wins a series: the routing table's, unless evidence from past windows overrules it.

Everything decided for a window uses older windows only, so the leaderboard's rows for ensembles and `auto` are as
honest as those of a single model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.core.panel import Floats, Integers
from forecastle.core.quantiles import Quantiles
from forecastle.evaluation.trial import Trial
from forecastle.models.analogues import Analogues
from forecastle.models.catalog import AUTO
from forecastle.models.combination import (
    MEAN_ONLY,
    Evidence,
    Levels,
    Said,
    Weighting,
    combine,
    levels_of,
    median_of,
    relative_errors,
    weights,
)
from forecastle.models.greedy import greedy_weights
from forecastle.models.intervals import Calibration, calibrate
from forecastle.pipeline.decision import Losses, Measure, decide, sums
from forecastle.pipeline.lineup import SPARSE_PATTERNS

COMBINATION = "combination"
GREEDY = "greedy"
MEDIAN = "median"

LEARNED = (GREEDY, COMBINATION)
"""Ensembles whose weights for a window are learned from older ones, the usual champion first."""

Shares = Mapping[str, Floats]
"""By ensemble: the weights of the members, members × N."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the contest is held over N series.

    groups: N, the number of each series' group: the series that are judged together, all routed alike. routed, because:
    a group, the model of the routing table and the row of it. members: models that ensembles weigh. voters: models
    the median is taken of. fixed: by ensemble, the weights it was given, by member. measure: what picks the champion;
    lower is better. averaged: groups whose means are put together from those of all members, by squared errors.
    analogues: series that are forecast like others, because they have too little history of their own.
    """

    groups: Integers
    routed: tuple[str, ...]
    because: tuple[str, ...]
    members: tuple[str, ...]
    voters: tuple[str, ...]
    ensembles: frozenset[str]
    measure: Measure
    quantiles: Quantiles
    fixed: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    averaged: tuple[int, ...] = ()
    analogues: Analogues = field(default_factory=Analogues.none)
    weighting: Weighting = field(default_factory=Weighting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the evidence says.

    shares: of the ensembles that weigh their members; equal weights without evidence. champions, reasons: a group.
    calibration: of the champions' ranges; None without evidence. means: of the members in the mean of series in
    `Rules.averaged` groups, members × N; None: theirs are the champion's, too.
    """

    shares: Shares
    champions: tuple[str, ...]
    reasons: tuple[str, ...]
    calibration: Calibration | None
    means: Floats | None = None


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


def averaged(groups: pl.DataFrame) -> tuple[int, ...]:
    """The groups whose means are put together by squared errors: those in which zeros and sales take turns.

    There the median is often nothing, a good range says little about the mean, and the mean is what to stock by.
    """
    return tuple(groups.filter(pl.col("pattern").is_in(SPARSE_PATTERNS))["number"])


def judge(evidence: Sequence[Trial], rules: Rules) -> Verdict:
    """Decide from windows that are over, the latest first, with the ensembles and `auto` that `replay` adds."""
    if not evidence:
        why = tuple(f"{name}: {row}; no window to compare on" for name, row in _routes(rules))
        return Verdict(shares=_shares((), rules), champions=rules.routed, reasons=why, calibration=None)
    windows = [sums(trial, _rivals(trial), rules.groups, rules.measure, rules.quantiles) for trial in evidence]
    sizes = np.bincount(rules.groups, minlength=len(rules.routed))
    learned = [name for name in LEARNED if name in rules.ensembles]
    decided = [
        decide(routed, Losses.of_group(windows, number, int(sizes[number])), learned, rules.measure)
        for number, routed in enumerate(rules.routed)
    ]
    return Verdict(
        shares=_shares(evidence, rules),
        champions=tuple(decision.champion for decision in decided),
        reasons=tuple(
            f"{decision.champion}: {row}; {decision.why}"
            for decision, (_, row) in zip(decided, _routes(rules), strict=True)
        ),
        calibration=calibrate([(trial.y, trial.forecasts[AUTO]) for trial in evidence], rules.groups, rules.quantiles),
        means=_weights(_pairs(evidence), rules, MEAN_ONLY)[GREEDY] if rules.averaged else None,
    )


def _routes(rules: Rules) -> Sequence[tuple[str, str]]:
    return list(zip(rules.routed, rules.because, strict=True))


def _rivals(trial: Trial) -> list[str]:
    return sorted(trial.forecasts.keys() - {AUTO})


def _shares(evidence: Sequence[Trial], rules: Rules) -> dict[str, Floats]:
    """The weights of every ensemble that weighs its members."""
    shape = (len(rules.members), len(rules.groups))
    given = {
        name: np.broadcast_to(np.asarray([[parts.get(member, 0.0)] for member in rules.members]), shape)
        for name, parts in rules.fixed.items()
        if name in rules.ensembles
    }
    learned = [name for name in LEARNED if name in rules.ensembles]
    if not learned:
        return given
    if not evidence:
        return given | {name: np.ones(shape) for name in learned}
    found = _weights(_pairs(evidence), rules, levels_of(rules.quantiles))
    return given | {name: found[name] for name in learned}


def _pairs(evidence: Sequence[Trial]) -> list[Evidence]:
    return [(trial.y, trial.forecasts) for trial in evidence]


def _weights(evidence: Sequence[Evidence], rules: Rules, levels: Levels) -> dict[str, Floats]:
    """The weights of the members, members × N, in both learned ensembles."""
    errors = relative_errors(evidence, rules.members, rules.groups, levels, rules.weighting)
    combined = np.nan_to_num(weights(errors, rules.weighting))
    selected = greedy_weights(evidence, rules.members, rules.groups, levels)
    return {COMBINATION: combined, GREEDY: np.where(np.isnan(selected), combined, (selected + combined) / 2)}


def line_up_of(said: Mapping[str, Said], verdict: Verdict, rules: Rules) -> dict[str, Said]:
    """All forecasts of one cutoff: the models', the ensembles', and `auto`, the calibrated ones of the champions."""
    everyone = dict(said)
    members = [model for model in rules.members if model in said]
    known = [rules.members.index(model) for model in members]
    for name, shares in verdict.shares.items():
        everyone[name] = combine(said, members, shares[known])
    voters = [model for model in rules.voters if model in said]
    if MEDIAN in rules.ensembles and voters:
        everyone[MEDIAN] = median_of(said, voters)
    everyone[AUTO] = champion_forecasts(everyone, verdict, rules)
    if verdict.means is not None:
        rows = np.isin(rules.groups, rules.averaged)
        means = {model: said[model][rows, :, :1] for model in members}
        everyone[AUTO][rows, :, :1] = combine(means, members, verdict.means[known][:, rows])
    return everyone


def champion_forecasts(everyone: Mapping[str, Said], verdict: Verdict, rules: Rules) -> Said:
    """The champion's forecast of each series, its ranges calibrated."""
    chosen = np.full_like(next(iter(everyone.values())), np.nan)
    for number, champion in enumerate(verdict.champions):
        rows = rules.groups == number
        if champion in everyone:
            chosen[rows] = everyone[champion][rows]
    return chosen if verdict.calibration is None else verdict.calibration.apply(chosen, rules.groups)


def answer(said: Mapping[str, Said], verdict: Verdict, rules: Rules) -> Floats:
    """What is forecast in the end: what the champions say, and for series with a cold start, what analogues do."""
    return np.asarray(rules.analogues.fill(line_up_of(said, verdict, rules)[AUTO], rules.quantiles))


def replay(trials: Sequence[Trial], rules: Rules) -> tuple[Trial, ...]:
    """Add ensembles and `auto` to the models' trials, from the oldest on, each decided by older ones only."""
    seen: tuple[Trial, ...] = ()
    for trial in sorted(trials, key=lambda trial: trial.number, reverse=True):
        forecasts = line_up_of(trial.forecasts, judge(seen, rules), rules)
        seen = (trial.with_forecasts(forecasts), *seen)
    return seen
