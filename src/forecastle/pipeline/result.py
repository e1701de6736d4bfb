"""From the finished work to the tables that everybody shows or stores."""

from dataclasses import replace

import polars as pl

from forecastle.core.columns import CUTOFF, DS, MEAN, MODEL, SERIES_ID, STEP, TARGET, Y
from forecastle.core.execution import ExecutionResult
from forecastle.core.findings import Findings
from forecastle.core.quantiles import Quantiles
from forecastle.evaluation.backtest import WINDOW, BacktestResult
from forecastle.evaluation.leaderboard import leaderboard
from forecastle.evaluation.scale import SCALE, SCALE_RMS
from forecastle.evaluation.scores import scores
from forecastle.evaluation.windows import BacktestPlan
from forecastle.pipeline.contest import AUTO, Rules, Verdict, champion_forecasts, line_of
from forecastle.pipeline.manifest import execution_id, manifest
from forecastle.pipeline.work import TargetWork, Work


def result_of(work: Work) -> ExecutionResult:
    """Put champions, weights and calibration to work on the final forecasts, and score everything."""
    asked = Quantiles(work.settings.forecast.quantiles)
    tables = [_tables(target, work, asked) for target in work.targets]
    facts = manifest(
        settings=work.settings,
        request=work.request.as_dict() | {"source": work.dataset.source, "horizon": work.horizon},
        snapshots={target.name: target.snapshot for target in work.targets},
    )
    first = work.targets[0]
    return ExecutionResult(
        execution_id=execution_id(facts),
        source=work.dataset.source,
        key_columns=work.dataset.roles.keys,
        time_column=work.dataset.roles.time,
        freq=first.panel.freq,
        horizon=work.horizon,
        quantiles=asked,
        keys=pl.concat([target.keys for target in work.targets]).unique(SERIES_ID, maintain_order=True),
        findings=Findings(tuple(dict.fromkeys(work.findings.items))),
        steps=tuple(work.steps),
        manifest=facts,
        **{name: pl.concat([part[name] for part in tables]) for name in tables[0]},
    )


def _tables(target: TargetWork, work: Work, asked: Quantiles) -> dict[str, pl.DataFrame]:
    rules = work.rules(target)
    assert target.verdict is not None  # noqa: S101 - step 8 has run
    named = pl.lit(target.name).alias(TARGET)
    columns = (SERIES_ID, DS, STEP, TARGET, MODEL, MEAN, *asked.columns)
    scored = _scored(target, rules)
    return {
        "forecasts": _final(target, target.verdict, rules).with_columns(named).select(columns),
        "history": target.panel.frame.select(SERIES_ID, DS, named, Y),
        "classification": target.classes.join(rules.routes.select(SERIES_ID, "routed"), on=SERIES_ID)
        .join(target.verdict.champions, on=SERIES_ID, maintain_order="left")
        .insert_column(1, named),
        "leaderboard": scored["leaderboard"].insert_column(0, named),
        "metrics": scored["metrics"].insert_column(0, named),
        "backtest": scored["backtest"].with_columns(named),
    }


def _final(target: TargetWork, verdict: Verdict, rules: Rules) -> pl.DataFrame:
    if not target.members:
        schema = target.panel.frame.schema
        empty = {SERIES_ID: pl.String(), DS: schema[DS], STEP: pl.Int64(), MODEL: pl.String()}
        return pl.DataFrame(schema={**empty, **dict.fromkeys(rules.columns, pl.Float64())})
    members = pl.concat(target.members).select(SERIES_ID, DS, STEP, MODEL, *rules.columns)
    return champion_forecasts(line_of(members, verdict, rules), verdict, rules).sort(SERIES_ID, STEP)


def _scored(target: TargetWork, rules: Rules) -> dict[str, pl.DataFrame]:
    """Leaderboard, metrics, and the backtest of `auto`; empty tables of the same shape without a backtest.

    The leaderboard's champion is the model that most series got.
    """
    tests = _empty_tests(target, rules) if target.tests is None else replace(target.tests, forecasts=target.replayed)
    table = scores(tests, classes=target.classes)
    assert target.verdict is not None  # noqa: S101 - step 8 has run
    won = target.verdict.champions[MODEL].mode().sort()[0]
    board = leaderboard(tests, table, measure=rules.measure)
    return {
        "leaderboard": board.with_columns((pl.col(MODEL) == won).alias("champion")),
        "metrics": table,
        "backtest": tests.forecasts.filter(pl.col(MODEL) == AUTO).drop(SCALE, SCALE_RMS),
    }


def _empty_tests(target: TargetWork, rules: Rules) -> BacktestResult:
    moment = target.panel.frame.schema[DS]
    texts = {SERIES_ID: pl.String(), DS: moment, STEP: pl.Int64(), MODEL: pl.String(), WINDOW: pl.Int32()}
    numbers = dict.fromkeys((Y, *rules.columns, SCALE, SCALE_RMS), pl.Float64())
    return BacktestResult(
        forecasts=pl.DataFrame(schema={**texts, CUTOFF: moment, **numbers}),
        plan=BacktestPlan(horizon=1),
        quantiles=rules.quantiles,
        seconds={},
        findings=Findings(),
    )
