"""The score table: every measure of every model, in all and by series, class, step and window."""

from collections.abc import Mapping

import polars as pl

from forecastle.core.columns import MEAN, MODEL, SERIES_ID, STEP, Y
from forecastle.core.quantiles import Quantiles, column_of
from forecastle.evaluation import losses, metrics
from forecastle.evaluation.backtest import BacktestResult
from forecastle.evaluation.scale import SCALE, SCALE_RMS
from forecastle.evaluation.trial import ROW, WINDOW, Trial

ALL = "all"
CLASSES = ("pattern", "abc", "xyz")


def scores(result: BacktestResult, *, classes: pl.DataFrame | None = None) -> pl.DataFrame:
    """Long form: `model`, `by`, `group`, `metric`, `value`.

    by: "all", "series", "pattern", "abc", "xyz", "step" or "window". group: that class, step, window or `series_id`
    as text. value: null where a measure does not exist (a percentage of nothing, a series without scale).
    classes: `series_id` and any of `pattern`, `abc`, `xyz`.

    Of several series, absolute and relative measures are those of their rows taken together; MASE, RMSSE and SQL are
    the mean over series and cutoffs, weighted by their rows.
    """
    bands = symmetric_bands(result.quantiles)
    units, steps = _units_and_steps(result, bands)
    names = pl.DataFrame({SERIES_ID: result.ids}).with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))
    named = units.join(names, on=ROW, maintain_order="left")
    tables = [_grouped(units.with_columns(pl.lit(ALL).alias(ALL)), ALL, ALL, bands)]
    tables.append(_grouped(named, "series", SERIES_ID, bands))
    if classes is not None:
        known = [name for name in CLASSES if name in classes.columns]
        classed = named.join(classes.select(SERIES_ID, *known), on=SERIES_ID, how="left", maintain_order="left")
        tables += [_grouped(classed.drop_nulls(name), name, name, bands) for name in known]
    tables += [_grouped(steps, STEP, STEP, bands), _grouped(units, WINDOW, WINDOW, bands)]
    return pl.concat(tables)


def _units_and_steps(
    result: BacktestResult, bands: Mapping[str, tuple[float, float]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The parts of the measures, one row a model, series and window; and one row a model, step and window."""
    lost = _losses(result.quantiles, bands)
    roots = [pl.col("rmse", "rmsse").sqrt()]
    units, steps = [], []
    # One model and window at a time bounds the memory; eager and in order, the same run gives the same bits.
    for trial in (Trial.nothing(len(result.quantiles)), *result.trials):
        for model in trial.forecasts:
            named = pl.lit(model).alias(MODEL), pl.lit(trial.number, pl.Int32).alias(WINDOW)
            rows = trial.scored(model, result.quantiles).select(ROW, STEP, **lost)
            units.append(_averaged(rows, ROW).with_columns(*roots, *named))
            # Of one period, the root of the squared scaled error is itself.
            single = rows.with_columns(pl.col("rmsse").sqrt())
            steps.append(_averaged(single, STEP).with_columns(pl.col("rmse").sqrt(), *named))
    return pl.concat(units), pl.concat(steps)


def _averaged(rows: pl.DataFrame, unit: str) -> pl.DataFrame:
    """The mean of every loss, and how many rows it is of: `rows`, and for MAPE `sold`, those that are not 0."""
    return rows.group_by(unit, maintain_order=True).agg(
        pl.len().alias("rows"), pl.col("mape").count().alias("sold"), pl.exclude(ROW, STEP, unit).mean()
    )


def symmetric_bands(quantiles: Quantiles) -> dict[str, tuple[float, float]]:
    """The bands with equal tails, widest first: `coverage_80` → (0.1, 0.9)."""
    pairs = {level: round(1 - level, 6) for level in quantiles if level < 0.5}
    return {
        f"coverage_{round((high - low) * 100, 4):g}": (low, high)
        for low, high in pairs.items()
        if high in quantiles.levels
    }


def _losses(quantiles: Quantiles, bands: Mapping[str, tuple[float, float]]) -> dict[str, pl.Expr]:
    """What each forecast loses, by the measure that it is a part of."""
    y, mean, scale = pl.col(Y), pl.col(MEAN), pl.col(SCALE)
    levels = {level: pl.col(column_of(level)) for level in quantiles}
    absolute, pinball = losses.absolute(y, mean), losses.mean_pinball(y, levels)
    return {
        "volume": y.abs(),
        "error": mean - y,
        "mae": absolute,
        "rmse": absolute**2,
        "mape": losses.percentage(y, mean),
        "smape": losses.symmetric(y, mean),
        "mase": absolute / scale,
        "rmsse": (absolute / pl.col(SCALE_RMS)) ** 2,
        "pinball": pinball,
        "sql": 2 * pinball / scale,
        **{name: y.is_between(levels[low], levels[high]) for name, (low, high) in bands.items()},
    }


def _grouped(parts: pl.DataFrame, by: str, column: str, bands: Mapping[str, tuple[float, float]]) -> pl.DataFrame:
    """The measures of each group of `column`, from those of its parts, in long form."""
    averaged = ("volume", "error", "mae", "smape", "mase", "rmsse", "pinball", "sql", *bands)
    wide = parts.group_by(MODEL, column, maintain_order=True).agg(
        *(_average(pl.col(name), "rows").alias(name) for name in averaged),
        _average(pl.col("mape"), "sold").alias("mape"),
        _average(pl.col("rmse") ** 2, "rows").sqrt().alias("rmse"),
    )
    volume = pl.col("volume")
    measures = wide.sort(MODEL, column).select(
        MODEL,
        pl.lit(by).alias("by"),
        pl.col(column).cast(pl.String).alias("group"),
        *("mae", "rmse", "mape", "smape"),
        metrics.share(pl.col("mae"), volume).alias("wape"),
        *("mase", "rmsse"),
        metrics.share(pl.col("error"), volume).alias("bias"),
        "pinball",
        metrics.share(2 * pl.col("pinball"), volume).alias("wql"),
        "sql",
        *bands,
    )
    return measures.unpivot(index=[MODEL, "by", "group"], variable_name="metric", value_name="value")


def _average(value: pl.Expr, weight: str) -> pl.Expr:
    weights = pl.col(weight).filter(value.is_not_null())
    return metrics.share((value * pl.col(weight)).sum(), weights.sum())
