"""Which model wins a series: the routing table's, unless evidence from past windows overrules it.

Everything decided for a window uses older windows only, so the leaderboard's rows for `combination` and `auto` are as
honest as those of a single model.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Literal

import polars as pl

from forecastle.core.columns import CUTOFF, DS, MEAN, MODEL, SERIES_ID, STEP, Y
from forecastle.core.quantiles import Quantiles, column_of
from forecastle.evaluation import metrics
from forecastle.evaluation.backtest import WINDOW
from forecastle.evaluation.scale import SCALE, SCALE_RMS
from forecastle.models.combination import (
    GROUP,
    Weighting,
    combine,
    equal_weights,
    median_of,
    relative_errors,
    weights,
)
from forecastle.models.intervals import Calibration, calibrate

Measure = Literal["sql", "wql", "wape", "mase", "rmsse"]

AUTO = "auto"
COMBINATION = "combination"
MEDIAN = "median"
ENSEMBLES = (COMBINATION, MEDIAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the contest is held.

    groups: series_id, group — series judged together. routes: series_id, routed, because. members: models the
    combination weighs. voters: models the median is taken of. measure: what picks the champion; lower is better.
    """

    groups: pl.DataFrame
    routes: pl.DataFrame
    members: frozenset[str]
    voters: frozenset[str]
    ensembles: frozenset[str]
    measure: Measure
    quantiles: Quantiles
    weighting: Weighting = field(default_factory=Weighting)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a forecast that are averaged, stretched and compared."""
        return (MEAN, *self.quantiles.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the evidence says: ensemble weights, each series' champion with the reason, and the ranges' factors."""

    weights: pl.DataFrame | None
    champions: pl.DataFrame
    calibration: Calibration | None


def judge(evidence: pl.DataFrame | None, rules: Rules) -> Verdict:
    """Decide from windows that are over. `evidence` holds ensembles and `auto` too, as `replay` adds them."""
    if evidence is None or evidence.is_empty():
        return Verdict(weights=None, champions=_champions(None, rules), calibration=None)
    singles = evidence.filter(pl.col(MODEL).is_in(rules.members))
    errors = relative_errors(singles, rules.groups, rules.quantiles, rules.weighting)
    chosen = evidence.filter(pl.col(MODEL) == AUTO)
    return Verdict(
        weights=weights(errors, rules.weighting),
        champions=_champions(evidence.filter(pl.col(MODEL) != AUTO), rules),
        calibration=calibrate(chosen, rules.groups, rules.quantiles),
    )


def line_of(members: pl.DataFrame, verdict: Verdict, rules: Rules) -> pl.DataFrame:
    """All forecasts of one cutoff: the models', the ensembles', and `auto`, the calibrated forecast of each champion.

    members: series_id, ds, step, model and `rules.columns`. Returns the same columns.
    """
    parts = [members]
    if COMBINATION in rules.ensembles:
        weighed = members.filter(pl.col(MODEL).is_in(rules.members))
        shares = equal_weights(weighed) if verdict.weights is None else verdict.weights
        parts.append(combine(weighed, shares, rules.columns).with_columns(pl.lit(COMBINATION).alias(MODEL)))
    if MEDIAN in rules.ensembles:
        voting = members.filter(pl.col(MODEL).is_in(rules.voters))
        parts.append(median_of(voting, rules.columns).with_columns(pl.lit(MEDIAN).alias(MODEL)))
    everyone = pl.concat([part.select(members.columns) for part in parts])
    auto = champion_forecasts(everyone, verdict, rules).with_columns(pl.lit(AUTO).alias(MODEL))
    return pl.concat([everyone, auto.select(members.columns)])


def champion_forecasts(everyone: pl.DataFrame, verdict: Verdict, rules: Rules) -> pl.DataFrame:
    """The champion's forecast of each series, its ranges calibrated."""
    chosen = everyone.join(
        verdict.champions.select(SERIES_ID, MODEL), on=[SERIES_ID, MODEL], how="semi", maintain_order="left"
    )
    return chosen if verdict.calibration is None else verdict.calibration.apply(chosen, rules.groups)


def replay(backtest: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Add ensembles and `auto` to the models' backtest, window by window from the oldest, each from older ones only.

    backtest: series_id, ds, step, model, window (1 is the latest), cutoff, y, `rules.columns`,
        scale, scale_rms.
    """
    seen = backtest.clear()
    for window in sorted(backtest[WINDOW].unique().to_list(), reverse=True):
        now = backtest.filter(pl.col(WINDOW) == window)
        facts = now.select(SERIES_ID, DS, WINDOW, CUTOFF, Y, SCALE, SCALE_RMS).unique(
            [SERIES_ID, DS], maintain_order=True
        )
        forecasts = line_of(now.select(SERIES_ID, DS, STEP, MODEL, *rules.columns), judge(seen, rules), rules)
        scored = forecasts.join(facts, on=[SERIES_ID, DS], maintain_order="left").select(backtest.columns)
        seen = pl.concat([seen, scored])
    return seen


def _champions(evidence: pl.DataFrame | None, rules: Rules) -> pl.DataFrame:
    """`series_id`, `model`, `reason`: decided together for the series of one group that were routed alike."""
    starting = rules.groups.join(rules.routes, on=SERIES_ID, maintain_order="left")
    cases = starting.select(GROUP, "routed").unique(maintain_order=True)
    losses = {} if evidence is None else _losses(evidence, rules)
    decided = [(group, routed, *_decide(routed, losses.get(group))) for group, routed in cases.iter_rows()]
    schema = {GROUP: starting.schema[GROUP], "routed": pl.String, MODEL: pl.String, "verdict": pl.String}
    verdicts = pl.DataFrame(decided, schema=schema, orient="row")
    return starting.join(verdicts, on=[GROUP, "routed"], maintain_order="left").select(
        SERIES_ID, MODEL, pl.format("{}: {} (routed to {}: {})", MODEL, "verdict", "routed", "because").alias("reason")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """The loss of each model of one group: on the newest window, on the older ones, and on all of them."""

    newest: Mapping[str, float]
    older: Mapping[str, float]
    overall: Mapping[str, float]


def _decide(routed: str, losses: Losses | None) -> tuple[str, str]:
    """The champion and why.

    The combination replaces the routed model if it was better: its weights came from older windows, so it had seen
    none of those it is judged on. Any other model must be the best on the older windows and then beat both on the
    newest, which took no part in choosing it.
    """
    if losses is None or routed not in losses.overall:
        return routed, "no window to compare on"
    combined = losses.overall.get(COMBINATION, inf) < losses.overall[routed]
    steady = COMBINATION if combined else routed
    rival = min(losses.older, key=losses.older.__getitem__, default=steady)
    bar = min(losses.newest.get(name, inf) for name in (steady, routed))
    if rival != steady and losses.newest.get(rival, inf) < bar:
        return (
            rival,
            f"best on older windows, then {_gain(losses.newest[rival], bar)} better than {steady} on the newest",
        )
    if combined:
        return steady, f"{_gain(losses.overall[steady], losses.overall[routed])} better on windows it had not seen"
    return routed, "no other model was better on windows it had not seen"


def _gain(loss: float, other: float) -> str:
    return f"{100 * (1 - loss / other):.1f} %"


def _losses(evidence: pl.DataFrame, rules: Rules) -> dict[str, Losses]:
    """The losses of each group, over the models that forecast every series of it."""
    newest = pl.col(WINDOW) == evidence[WINDOW].min()
    parts = {
        "newest": _loss_by_group(evidence.filter(newest), rules),
        "older": _loss_by_group(evidence.filter(~newest), rules),
        "overall": _loss_by_group(evidence, rules),
    }
    return {
        group: Losses(**{part: losses.get(group, {}) for part, losses in parts.items()}) for group in parts["overall"]
    }


def _loss_by_group(evidence: pl.DataFrame, rules: Rules) -> dict[str, dict[str, float]]:
    scored = evidence.filter(pl.col(Y).is_not_null()).join(rules.groups, on=SERIES_ID)
    losses = scored.group_by(GROUP, MODEL).agg(_loss(rules.measure, rules.quantiles).alias("loss"), pl.len().alias("n"))
    complete = losses.filter(pl.col("n") == pl.col("n").max().over(GROUP), pl.col("loss").is_finite())
    found: dict[str, dict[str, float]] = {}
    for group, model, loss in complete.sort(GROUP, MODEL).select(GROUP, MODEL, "loss").iter_rows():
        found.setdefault(group, {})[model] = loss
    return found


def _loss(measure: Measure, quantiles: Quantiles) -> pl.Expr:
    """The measure over the rows of a group; MASE and RMSSE count every series alike."""
    y, mean = pl.col(Y), pl.col(MEAN)
    if measure == "wape":
        return metrics.wape(y, mean)
    if measure == "mase":
        return metrics.mase(y, mean, pl.col(SCALE))
    if measure == "rmsse":
        return metrics.rmsse(y, mean, pl.col(SCALE_RMS))
    levels = {level: pl.col(column_of(level)) for level in quantiles}
    return metrics.wql(y, levels) if measure == "wql" else metrics.sql(y, levels, pl.col(SCALE))
