"""From the finished work to the tables that everybody shows or stores."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from forecastle.core.columns import DS, MEAN, MODEL, SERIES_ID, STEP, TARGET, Y
from forecastle.core.execution import DRIVERS, ExecutionResult
from forecastle.core.findings import Findings
from forecastle.core.quantiles import Quantiles
from forecastle.evaluation.backtest import BacktestResult
from forecastle.evaluation.leaderboard import leaderboard
from forecastle.evaluation.scale import SCALE, SCALE_RMS
from forecastle.evaluation.scores import scores
from forecastle.evaluation.windows import BacktestPlan
from forecastle.models.catalog import AUTO
from forecastle.pipeline.contest import Rules, Verdict
from forecastle.pipeline.drivers import DRIVER, VALUE
from forecastle.pipeline.explanation import Explanation
from forecastle.pipeline.manifest import execution_id, manifest
from forecastle.pipeline.work import TargetWork, Work


def result_of(work: Work) -> ExecutionResult:
    """Name the champions' forecasts, and score everything."""
    asked = Quantiles(work.settings.forecast.quantiles)
    tables = [_tables(target, work.horizon, asked) for target in work.targets]
    question = work.request.as_dict() | {"source": work.dataset.source, "horizon": work.horizon}
    if work.kept:
        question["kept"] = [model.name for model in work.kept]
    facts = manifest(
        settings=work.settings,
        request=question,
        snapshots={target.name: target.snapshot for target in work.targets},
    )
    return ExecutionResult(
        execution_id=execution_id(facts),
        source=work.dataset.source,
        key_columns=work.dataset.roles.keys,
        time_column=work.dataset.roles.time,
        freq=work.targets[0].panel.freq,
        horizon=work.horizon,
        quantiles=asked,
        keys=pl.concat([target.keys for target in work.targets]).unique(SERIES_ID, maintain_order=True),
        findings=Findings(tuple(dict.fromkeys(work.findings.items))),
        steps=tuple(work.steps),
        manifest=facts,
        totals=_totals(work.targets, asked),
        attributes=_attributes(work.targets),
        rivals=_rivals(work.targets),
        **{name: pl.concat([part[name] for part in tables]) for name in tables[0]},
    )


def _totals(targets: Sequence[TargetWork], asked: Quantiles) -> pl.DataFrame:
    """The totals of all targets; empty where no hierarchy was asked for."""
    tables = [
        target.totals.select("level", "node", DS, STEP, pl.lit(target.name).alias(TARGET), MEAN, *asked.columns)
        for target in targets
        if target.totals is not None
    ]
    return pl.concat(tables) if tables else pl.DataFrame()


def _attributes(targets: Sequence[TargetWork]) -> pl.DataFrame:
    """What never changes over a series, one row a series."""
    tables = [target.panel.static for target in targets if target.panel.static is not None]
    return pl.concat(tables, how="diagonal").unique(SERIES_ID, maintain_order=True) if tables else pl.DataFrame()


def _rivals(targets: Sequence[TargetWork]) -> pl.DataFrame:
    """What every model said of the latest window; empty where there was none."""
    tables = [
        target.tests.trials[0]
        .side_by_side(target.tests.ids, target.tests.freq)
        .insert_column(2, pl.lit(target.name).alias(TARGET))
        for target in targets
        if target.tests is not None and target.tests.trials
    ]
    return pl.concat(tables, how="diagonal") if tables else pl.DataFrame()


def _scores_of_totals(target: TargetWork) -> list[pl.DataFrame]:
    """What is known of totals on past windows, shaped like the other measures."""
    if target.scores is None:
        return []
    return [target.scores.select(pl.lit(AUTO).alias(MODEL), pl.lit("level").alias("by"), "group", "metric", "value")]


def _tables(target: TargetWork, horizon: int, asked: Quantiles) -> dict[str, pl.DataFrame]:
    assert target.rules is not None  # noqa: S101 - step 2 has run
    assert target.verdict is not None  # noqa: S101 - step 8 has run
    named = pl.lit(target.name).alias(TARGET)
    columns = (SERIES_ID, DS, STEP, TARGET, MODEL, MEAN, *asked.columns)
    decided = _decided(target, target.rules, target.verdict)
    tests = target.tests or _no_tests(target, target.rules)
    measures = scores(tests, classes=target.classes)
    won = decided[MODEL].mode().sort()[0]
    board = _with_left_out(leaderboard(tests, measures, measure=target.rules.measure), target)
    explanation = Explanation.of(target.telling, target.name, future=target.plan)
    return {
        "forecasts": _final(target, target.rules, target.verdict, horizon).with_columns(named).select(columns),
        "history": target.panel.frame.select(SERIES_ID, DS, named, Y),
        "classification": target.classes.join(decided, on=SERIES_ID, maintain_order="left").insert_column(1, named),
        "leaderboard": board.with_columns((pl.col(MODEL) == won).alias("champion")).insert_column(0, named),
        "metrics": pl.concat([measures, *_scores_of_totals(target)]).insert_column(0, named),
        "backtest": _backtest_of_champions(tests).with_columns(named),
        "drivers": _drivers(target),
        "importances": explanation.importances,
        "attention": explanation.attention,
    }


def _with_left_out(board: pl.DataFrame, target: TargetWork) -> pl.DataFrame:
    """The leaderboard, and below it the models that had no time: on 0 series, without measures."""
    late = pl.DataFrame({MODEL: list(target.left_out)}, schema={MODEL: pl.String}).with_columns(
        pl.lit(0).cast(board.schema["series"]).alias("series"), pl.lit(value=False).alias("champion")
    )
    return pl.concat([board, late], how="diagonal")


def _drivers(target: TargetWork) -> pl.DataFrame:
    """Over the whole horizon."""
    tables = [
        table.group_by(SERIES_ID, MODEL, DRIVER, maintain_order=True)
        .agg(pl.col(VALUE).sum())
        .select(SERIES_ID, pl.lit(target.name).alias(TARGET), MODEL, DRIVER, VALUE)
        for table in target.drivers
    ]
    return pl.concat([pl.DataFrame(schema=DRIVERS), *tables])


def _decided(target: TargetWork, rules: Rules, verdict: Verdict) -> pl.DataFrame:
    """`series_id`, `routed`, `model`, `reason`; the model is the one that most series got, on the leaderboard."""
    groups = pl.DataFrame({"routed": rules.routed, MODEL: verdict.champions, "reason": verdict.reasons})
    return pl.DataFrame({SERIES_ID: target.panel.grid().ids}).hstack(groups[rules.groups])


def _final(target: TargetWork, rules: Rules, verdict: Verdict, horizon: int) -> pl.DataFrame:
    """The champions' forecasts in long form; empty when only a backtest was asked for."""
    columns = (MEAN, *rules.quantiles.columns)
    moments = target.future(horizon)
    if target.final is None:
        empty = {MODEL: pl.String, **dict.fromkeys(columns, pl.Float64)}
        return moments.clear().hstack(pl.DataFrame(schema=empty))
    champions = pl.Series(MODEL, verdict.champions).gather(np.repeat(rules.groups, horizon))
    values = {name: target.final[:, :, place].ravel() for place, name in enumerate(columns)}
    return moments.with_columns(champions, **values)


def _backtest_of_champions(tests: BacktestResult) -> pl.DataFrame:
    return tests.forecasts([AUTO]).drop(SCALE, SCALE_RMS)


def _no_tests(target: TargetWork, rules: Rules) -> BacktestResult:
    """A backtest without a window, for tables of the same shape."""
    return BacktestResult(
        ids=target.panel.grid().ids,
        freq=target.panel.freq,
        trials=(),
        plan=BacktestPlan(horizon=1),
        quantiles=rules.quantiles,
    )
