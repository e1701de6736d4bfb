"""One row a model, best first: how good it is, and whether it is really better than seasonal naive."""

from math import ceil

import numpy as np
import polars as pl

from forecastle.core.columns import MEAN, MODEL, SERIES_ID, Y
from forecastle.evaluation.backtest import WINDOW, BacktestResult
from forecastle.evaluation.comparison import diebold_mariano, sign_flip
from forecastle.evaluation.scores import ALL

BASELINE = "seasonal_naive"
MEASURES = ("mae", "rmse", "mape", "smape", "wape", "mase", "rmsse", "bias", "wql", "coverage_80")


def leaderboard(
    result: BacktestResult, table: pl.DataFrame, *, measure: str = "wape", baseline: str = BASELINE, seed: int = 1
) -> pl.DataFrame:
    """One row a model, sorted by `measure`, best first.

    Columns: model, series (how many were scored), the measures, skill (1 − WAPE ÷ WAPE of the baseline), p_value
    (of being better than the baseline by chance), seconds, champion (the first row).
    table: what `scores` made of the same result. skill and p_value are null where the baseline was not run; coverage
    is null where P10 and P90 were not asked.
    """
    overall = table.filter(pl.col("by") == ALL).pivot(on="metric", index=MODEL, values="value")
    absent = [pl.lit(None, pl.Float64).alias(name) for name in MEASURES if name not in overall.columns]
    series = result.forecasts.filter(pl.col(Y).is_not_null()).group_by(MODEL).agg(series=pl.col(SERIES_ID).n_unique())
    times = pl.DataFrame({MODEL: list(result.seconds), "seconds": list(result.seconds.values())})
    reference = pl.col("wape").filter(pl.col(MODEL) == baseline).first()
    return (
        overall.with_columns(absent)
        .join(series, on=MODEL)
        .join(p_values(result, baseline=baseline, seed=seed), on=MODEL)
        .join(times, on=MODEL)
        .with_columns(pl.when(reference > 0).then(1 - pl.col("wape") / reference).alias("skill"))
        .sort(measure, MODEL, nulls_last=True)
        .with_columns((pl.int_range(pl.len()) == 0).alias("champion"))
        .select(MODEL, "series", *MEASURES, "skill", "p_value", "seconds", "champion")
    )


def p_values(result: BacktestResult, *, baseline: str = BASELINE, seed: int = 1) -> pl.DataFrame:
    """`model`, `p_value`: how likely total absolute error this much below the baseline's is by chance.

    A panel is tested over its series (`sign_flip`); a single series over its cutoffs (`diebold_mariano`), where the
    horizons of neighbouring cutoffs may overlap. Null for the baseline itself and where it cannot be told.
    """
    single = result.forecasts[SERIES_ID].n_unique() == 1
    losses = _losses(result, unit=WINDOW if single else SERIES_ID)
    names = losses.columns[1:]
    found: dict[str, float | None] = dict.fromkeys(names)
    for name in names if baseline in names else ():
        ours, theirs = losses[name].to_numpy(), losses[baseline].to_numpy()
        if name != baseline and single:
            overlap = ceil(result.plan.horizon / result.plan.stride)
            found[name] = diebold_mariano(ours, theirs, horizon=overlap)
        elif name != baseline:
            found[name] = sign_flip(theirs - ours, rng=np.random.default_rng(seed))
    return pl.DataFrame({MODEL: names, "p_value": list(found.values())}, schema_overrides={"p_value": pl.Float64})


def _losses(result: BacktestResult, *, unit: str) -> pl.DataFrame:
    """Total absolute error of each series, or of each window from the oldest on: `unit`, one column a model."""
    errors = (pl.col(MEAN) - pl.col(Y)).abs().sum()
    sums = result.forecasts.filter(pl.col(Y).is_not_null()).group_by(MODEL, unit).agg(errors)
    return sums.sort(MODEL).pivot(on=MODEL, index=unit, values=MEAN).sort(unit, descending=True)
