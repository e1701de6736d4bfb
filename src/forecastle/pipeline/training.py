"""From finished work to the models that stay: every family that was fitted, and `auto`, the champions of all series."""

from dataclasses import replace

import numpy as np
import polars as pl

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.panel import Integers
from forecastle.core.progress import Progress
from forecastle.core.quantiles import Quantiles
from forecastle.models.analogues import Analogues
from forecastle.models.catalog import AUTO
from forecastle.models.intervals import Calibration, calibrate
from forecastle.pipeline.contest import Rules, Verdict, champion_forecasts
from forecastle.pipeline.continuation import Continuation
from forecastle.pipeline.judgement import needed
from forecastle.pipeline.member import Member
from forecastle.pipeline.trained import TrainedModel
from forecastle.pipeline.work import TargetWork, Work

BY_NAME = "asked for by name"


def trained_models(work: Work, target: TargetWork, progress: Progress) -> list[TrainedModel]:
    """`auto` and every family of one target, or the kept models with what is newer.

    None when fitted models were not retained, and none when there is nothing newer.
    """
    if target.kept is not None:
        kept = (target.kept, *(Continuation.of(model, target.panel) for model in work.others_of(target.name)))
        return [model.appended() for model in kept if not model.newer.frame.is_empty()]
    if not target.fitted:
        return []
    auto = _auto(work, target)
    members = list(target.fitted.values())
    singles = work.compute.map(
        lambda member: _single(auto, target, member), members, progress, f"{target.name}: families calibrated"
    )
    return [auto, *singles]


def _auto(work: Work, target: TargetWork) -> TrainedModel:
    assert target.rules is not None  # noqa: S101 - step 2 has run
    assert target.verdict is not None  # noqa: S101 - step 8 has run
    used = needed(target.rules, target.verdict)
    frame = target.panel.frame
    return TrainedModel(
        family=AUTO,
        target=target.name,
        key_columns=work.dataset.roles.keys,
        freq=target.panel.freq,
        horizon=work.horizon,
        quantiles=Quantiles(work.settings.forecast.quantiles),
        compute=work.compute,
        ends=frame.group_by(SERIES_ID, maintain_order=True).agg(pl.col(DS).last()),
        history=frame.select(SERIES_ID, DS, Y),
        members=tuple(member for name, member in target.fitted.items() if name in used),
        rules=replace(target.rules, ensembles=target.rules.ensembles & set(target.verdict.champions)),
        verdict=target.verdict,
        forecasts=target.final,
        plan=target.plan,
    )


def _single(auto: TrainedModel, target: TargetWork, member: Member) -> TrainedModel:
    """One family for all series that it covers, its ranges calibrated by its own backtest."""
    rows, own = member.coverage.rows, (member.name,)
    every = len(rows) == len(auto.ids)
    everywhere = own * len(auto.rules.routed)
    rules = replace(
        auto.rules,
        groups=auto.rules.groups[rows],
        routed=everywhere,
        because=(BY_NAME,) * len(everywhere),
        members=own,
        voters=own,
        ensembles=frozenset(),
        analogues=Analogues.none(),
    )
    verdict = Verdict(
        shares={},
        champions=everywhere,
        reasons=(f"{member.name}: {BY_NAME}",) * len(everywhere),
        calibration=_calibration(target, member.name, rules, rows),
    )
    return replace(
        auto,
        family=member.name,
        ends=auto.ends[rows],
        history=auto.history if every else auto.history.filter(pl.col(SERIES_ID).is_in(member.coverage.own.implode())),
        members=(member.alone(),),
        rules=rules,
        verdict=verdict,
        forecasts=np.asarray(champion_forecasts({member.name: target.said[member.name][rows]}, verdict, rules)),
    )


def _calibration(target: TargetWork, name: str, rules: Rules, rows: Integers) -> Calibration | None:
    trials = () if target.tests is None else target.tests.trials
    evidence = [(trial.y[rows], trial.forecasts[name][rows]) for trial in trials if name in trial.forecasts]
    return calibrate(evidence, rules.groups, rules.quantiles) if evidence else None
