"""What one run of the pipeline produced: the contract between the pipeline and everybody who shows or stores it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from forecastle.core.findings import Findings
from forecastle.core.frequency import Frequency
from forecastle.core.quantiles import Quantiles

DRIVERS = {
    "series_id": pl.String(),
    "target": pl.String(),
    "model": pl.String(),
    "driver": pl.String(),
    "value": pl.Float64(),
}
"""The columns of `ExecutionResult.drivers`."""

Schema = Mapping[str, type[pl.DataType]]

IMPORTANCES: Schema = {
    "target": pl.String, "model": pl.String, "kind": pl.String, "feature": pl.String, "weight": pl.Float64
}  # fmt: skip
ATTENTION: Schema = {"target": pl.String, "model": pl.String, "step": pl.Int64, "lag": pl.Int64, "weight": pl.Float64}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOutcome:
    """One of the ten steps: done or skipped, how long it took, and why it was skipped."""

    number: int
    name: str
    status: str
    seconds: float
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionResult:
    """Every table of one execution. `series_id`, `ds`, `target`, `model` mean the same in all of them.

    forecasts: series_id, ds, step, target, model (the champion of that series), mean, one column a quantile.
    history: series_id, ds, target, y — the cleaned history the forecasts stand on (null: not observed).
    classification: one row a series and target — series_id, target, n_obs, first, last, mean, total, adi, cv2, cv,
        pattern (smooth/erratic/intermittent/lumpy), abc, xyz, routed (model of the routing table),
        model (champion), reason (in words).
    leaderboard: one row a model and target — target, model, series, mae, rmse, mape, smape, wape, mase, rmsse, bias,
        wql, sql, coverage_80, coverage_50, skill (1 − WAPE ÷ WAPE of seasonal naive), p_value (better than seasonal
        naive), seconds, champion (bool). Sorted best first within a target.
    metrics: the same measures in long form — target, model, by ("all", "series", "pattern", "abc", "xyz", "step",
        "window"), group (the class, step or series_id as text), metric, value.
    backtest: series_id, ds, step, target, model, window, cutoff, y, mean and the quantile columns; the champion only.
    rivals: series_id, ds, target and a column a model: the mean that each said of the latest past window (null: it was
        not run); empty without a window.
    totals: level, node, ds, step, target, mean and the quantile columns; empty unless a hierarchy was asked for. The
        means of the series add up to those of every level.
    keys: the user's key columns with series_id, one row a series; columns in `key_columns`.
    attributes: series_id and the columns that say one thing a series, such as its category; empty where there are none.
    drivers: of the largest series, by a model that can tell (not the champion's doing alone): series_id, target, model,
        driver, value — how much of its forecasts, summed over the horizon, is because of what.
    importances: what the models that can tell have looked at — target, model, kind (past, future, static), feature,
        weight; those of one kind add up to 1.
    attention: how much each step looks at the period `lag` periods before it, the mean over all series — target,
        model, step, lag, weight.
    """

    execution_id: str
    source: str
    key_columns: tuple[str, ...]
    time_column: str
    freq: Frequency
    horizon: int
    quantiles: Quantiles
    keys: pl.DataFrame
    forecasts: pl.DataFrame
    history: pl.DataFrame
    classification: pl.DataFrame
    leaderboard: pl.DataFrame
    metrics: pl.DataFrame
    backtest: pl.DataFrame
    findings: Findings
    steps: tuple[StepOutcome, ...]
    manifest: Mapping[str, Any]
    drivers: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DRIVERS))
    attributes: pl.DataFrame = field(default_factory=pl.DataFrame)
    rivals: pl.DataFrame = field(default_factory=pl.DataFrame)
    totals: pl.DataFrame = field(default_factory=pl.DataFrame)
    importances: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=IMPORTANCES))
    attention: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ATTENTION))
