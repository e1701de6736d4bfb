"""Which model wins a series: the routing table's, unless evidence from past windows overrules it.

Everything decided for a window uses older windows only, so the leaderboard's rows for `combination` and `auto` are as
honest as those of a single model.
"""

from dataclasses import dataclass, field
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

Measure = Literal["wape", "mase", "rmsse", "wql"]

AUTO = "auto"
COMBINATION = "combination"
MEDIAN = "median"
ENSEMBLES = (COMBINATION, MEDIAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the contest is held.

    groups: series_id, group — series judged together. routes: series_id, routed, because. members: models that take
    part in the ensembles. measure: what picks the champion; lower is better.
    """

    groups: pl.DataFrame
    routes: pl.DataFrame
    members: frozenset[str]
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
    member_weights = weights(relative_errors(singles, rules.groups, rules.weighting), rules.weighting)
    chosen = evidence.filter(pl.col(MODEL) == AUTO)
    return Verdict(
        weights=member_weights,
        champions=_champions(_winners(evidence.filter(pl.col(MODEL) != AUTO), rules), rules),
        calibration=calibrate(chosen, rules.groups, rules.quantiles),
    )


def line_of(members: pl.DataFrame, verdict: Verdict, rules: Rules) -> pl.DataFrame:
    """All forecasts of one cutoff: the models', the ensembles', and `auto`, the calibrated forecast of each champion.

    members: series_id, ds, step, model and `rules.columns`. Returns the same columns.
    """
    voting = members.filter(pl.col(MODEL).is_in(rules.members))
    parts = [members]
    if COMBINATION in rules.ensembles:
        shares = equal_weights(voting) if verdict.weights is None else verdict.weights
        parts.append(combine(voting, shares, rules.columns).with_columns(pl.lit(COMBINATION).alias(MODEL)))
    if MEDIAN in rules.ensembles:
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


def _winners(evidence: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Group by group: the rival picked on the older windows, and what both scored on the newest, which neither saw.

    With a single window the rival is the combination, named before anything was seen.
    """
    newest = pl.col(WINDOW) == pl.col(WINDOW).min()
    older, test = evidence.filter(~newest), evidence.filter(newest)
    rival = _losses(older, rules).sort("loss", MODEL).group_by(GROUP, maintain_order=True).first()
    named = rules.groups.select(GROUP).unique().with_columns(pl.lit(COMBINATION).alias("first_choice"))
    picked = named.join(rival.select(GROUP, MODEL), on=GROUP, how="left").select(
        GROUP, pl.coalesce(MODEL, "first_choice").alias("rival")
    )
    tested = _losses(test, rules)
    return picked.join(tested.rename({MODEL: "rival", "loss": "rival_loss"}), on=[GROUP, "rival"], how="left").join(
        tested.rename({MODEL: "routed", "loss": "routed_loss"}), on=GROUP, how="left"
    )


def _losses(evidence: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """`group`, `model`, `loss`, over the models that forecast every series of their group."""
    scored = evidence.filter(pl.col(Y).is_not_null()).join(rules.groups, on=SERIES_ID)
    losses = scored.group_by(GROUP, MODEL).agg(
        _loss(rules.measure, rules.quantiles).alias("loss"), pl.len().alias("points")
    )
    complete = pl.col("points") == pl.col("points").max().over(GROUP)
    return losses.filter(complete, pl.col("loss").is_finite()).select(GROUP, MODEL, "loss")


def _champions(winners: pl.DataFrame | None, rules: Rules) -> pl.DataFrame:
    """`series_id`, `model`, `reason`: the routed model, unless the rival beat it on a window it had not seen."""
    starting = rules.groups.join(rules.routes, on=SERIES_ID, maintain_order="left")
    if winners is None:
        return starting.select(
            SERIES_ID,
            pl.col("routed").alias(MODEL),
            pl.format("{}: routing table ({}); no window to compare on", "routed", "because").alias("reason"),
        )
    joined = starting.join(winners, on=[GROUP, "routed"], how="left", maintain_order="left")
    gain = (1 - pl.col("rival_loss") / pl.col("routed_loss")) * 100
    beaten = ((pl.col("rival") != pl.col("routed")) & (gain > 0)).fill_null(value=False)
    won = pl.format("{}: beat {} ({}) by {} % on a window it had not seen", "rival", "routed", "because", gain.round(1))
    kept = pl.format("{}: routing table ({}); no model beat it on a window it had not seen", "routed", "because")
    return joined.select(
        SERIES_ID,
        pl.when(beaten).then("rival").otherwise("routed").alias(MODEL),
        pl.when(beaten).then(won).otherwise(kept).alias("reason"),
    )


def _loss(measure: Measure, quantiles: Quantiles) -> pl.Expr:
    """The measure over the rows of a group; MASE and RMSSE count every series alike."""
    y, mean = pl.col(Y), pl.col(MEAN)
    if measure == "wape":
        return metrics.wape(y, mean)
    if measure == "mase":
        return metrics.mase(y, mean, pl.col(SCALE))
    if measure == "rmsse":
        return metrics.rmsse(y, mean, pl.col(SCALE_RMS))
    return metrics.wql(y, {level: pl.col(column_of(level)) for level in quantiles})
