"""One row a model, best first: how good it is, and whether it is really better than seasonal naive."""

from math import ceil

import numpy as np
import polars as pl

from forecastle.core.columns import MODEL
from forecastle.evaluation.backtest import BacktestResult
from forecastle.evaluation.comparison import diebold_mariano, sign_flip
from forecastle.evaluation.scores import ALL
from forecastle.evaluation.trial import ROW, WINDOW

BASELINE = "seasonal_naive"
MEASURES = ("mae", "rmse", "mape", "smape", "wape", "mase", "rmsse", "bias", "wql", "sql", "coverage_80", "coverage_50")
TIMES = {MODEL: pl.String, "seconds": pl.Float64}


def leaderboard(
    result: BacktestResult, table: pl.DataFrame, *, measure: str = "wape", baseline: str = BASELINE, seed: int = 1
) -> pl.DataFrame:
    """One row a model, sorted by `measure`, best first; models that forecast only some of the series come last.

    Columns: model, series (how many were scored), the measures, skill (1 − WAPE ÷ WAPE of the baseline on the same
    rows), p_value (of beating the baseline by chance), seconds, champion (the first row).
    table: what `scores` made of the same result. skill and p_value are null where the baseline was not run, coverage
    where its quantiles were not asked, seconds where nobody measured them.
    """
    overall = table.filter(pl.col("by") == ALL).pivot("metric", on_columns=MEASURES, index=MODEL, values="value")
    times = pl.DataFrame({MODEL: list(result.seconds), "seconds": list(result.seconds.values())}, TIMES)
    return (
        overall.join(against(result, baseline=baseline, seed=seed), on=MODEL, how="left")
        .join(times, on=MODEL, how="left")
        .sort(pl.col("series") < pl.col("series").max(), measure, MODEL, nulls_last=True)
        .with_columns((pl.int_range(pl.len()) == 0).alias("champion"))
        .select(MODEL, "series", *MEASURES, "skill", "p_value", "seconds", "champion")
    )


def against(result: BacktestResult, *, baseline: str = BASELINE, seed: int = 1) -> pl.DataFrame:
    """`model`, `series`, `skill`, `p_value`: each model against the baseline, on the series and windows of both.

    A panel is tested over its series (`sign_flip`); a single series over its cutoffs (`diebold_mariano`), where the
    horizons of neighbouring cutoffs may overlap. The p-value is null for the baseline itself and where it cannot be
    told.
    """
    losses = _losses(result)
    theirs = losses.filter(pl.col(MODEL) == baseline).select(ROW, WINDOW, pl.col("loss").alias("baseline"))
    paired = losses.join(theirs, on=[ROW, WINDOW], how="inner", maintain_order="left")
    ratio = pl.col("loss").sum() / pl.col("baseline").sum()
    skill = paired.group_by(MODEL, maintain_order=True).agg(pl.when(ratio.is_finite()).then(1 - ratio).alias("skill"))
    overlap = ceil(result.plan.horizon / result.plan.stride)
    found = _over_series(paired, seed) if paired[ROW].n_unique() > 1 else _over_windows(paired, overlap)
    return (
        losses.group_by(MODEL, maintain_order=True)
        .agg(pl.col(ROW).n_unique().alias("series"))
        .join(skill, on=MODEL, how="left")
        .join(found.filter(pl.col(MODEL) != baseline), on=MODEL, how="left")
    )


def _losses(result: BacktestResult) -> pl.DataFrame:
    """`model`, `row`, `window`, `loss`: total absolute error of the mean, over what was observed."""
    schema = pl.Schema({MODEL: pl.String, ROW: pl.Int64, WINDOW: pl.Int32, "loss": pl.Float64})
    tables = [pl.DataFrame(schema=schema)]
    for trial in result.trials:
        for model, said in trial.forecasts.items():
            error = np.abs(said[:, :, 0] - trial.y)
            rows = np.flatnonzero(np.isfinite(error).any(axis=1))
            loss = {ROW: rows, "loss": np.nansum(error[rows], axis=1)}
            named = pl.DataFrame(loss).with_columns(pl.lit(model).alias(MODEL), pl.lit(trial.number).alias(WINDOW))
            tables.append(named.select(schema.names()).cast(schema))
    return pl.concat(tables)


def _over_series(paired: pl.DataFrame, seed: int) -> pl.DataFrame:
    gains = paired.with_columns(gain=pl.col("baseline") - pl.col("loss")).pivot(
        MODEL, index=ROW, values="gain", aggregate_function="sum", maintain_order=True
    )
    models = gains.drop(ROW).fill_null(0.0)
    return pl.DataFrame(
        {MODEL: models.columns, "p_value": sign_flip(models.to_numpy(), rng=np.random.default_rng(seed))}
    )


def _over_windows(paired: pl.DataFrame, overlap: int) -> pl.DataFrame:
    in_time = paired.sort(WINDOW, descending=True).partition_by(MODEL, maintain_order=True)
    found = [diebold_mariano(part["loss"].to_numpy(), part["baseline"].to_numpy(), horizon=overlap) for part in in_time]
    names = [part[MODEL].item(0) for part in in_time]
    return pl.DataFrame({MODEL: names, "p_value": found}, {MODEL: pl.String, "p_value": pl.Float64})
