"""What the charts and lists of an execution are drawn from, as files that answer for one series at once."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from forecastle.core.columns import DS, MEAN, MODEL, SERIES_ID, TARGET, Y
from forecastle.core.execution import ExecutionResult
from forecastle.reporting.selection import series_figures
from forecastle.reporting.summary import earlier, targets

HISTORY, FORECASTS, BACKTEST = "history.parquet", "forecasts.parquet", "backtest.parquet"
FIGURES, SCORES, KEYS = "figures.parquet", "scores.parquet", "keys.parquet"

COMPARED = ("wape", "mase", "bias", "coverage_80")
"""The measures by which models are compared on one series."""

GROUP = 20_000
"""Rows that are read for one series at the most: its own, and those of its neighbours."""


def write_evidence(result: ExecutionResult, folder: Path) -> None:
    """Write the tables into a folder, sorted by series so that one of them is found without reading the others."""
    for name, table in _tables(result).items():
        table.write_parquet(folder / name, compression="zstd", row_group_size=GROUP)


def figures(result: ExecutionResult) -> pl.DataFrame:
    """`series_figures`, with `before`, what the same periods brought earlier, and `change`: how much more is coming.

    Both are null for a series without that much history; `change` is 0.1 for 10 % more, and null where nothing was.
    """
    before = pl.concat(
        [
            earlier(result, target).select(SERIES_ID, pl.lit(target).alias(TARGET), pl.col("before").cast(pl.Float64))
            for target in targets(result)
        ]
    )
    joined = series_figures(result).join(before, on=[SERIES_ID, TARGET], how="left", maintain_order="left")
    change = pl.when(pl.col("before") > 0).then(pl.col("coming") / pl.col("before") - 1)
    return joined.with_columns(change.alias("change"))


def _tables(result: ExecutionResult) -> Mapping[str, pl.DataFrame]:
    middle = "p50" if "p50" in result.quantiles.columns else MEAN
    place = [SERIES_ID, TARGET, DS]
    tested = result.backtest.select(*place, "window", pl.col(middle).cast(pl.Float32).alias("said"))
    return {
        HISTORY: result.history.select(*place, Y).sort(place),
        FORECASTS: result.forecasts.select(*place, MEAN).sort(place),
        BACKTEST: tested.sort(SERIES_ID, TARGET, "window", DS),
        FIGURES: figures(result),
        SCORES: _scores(result),
        KEYS: result.keys.sort(SERIES_ID),
    }


def _scores(result: ExecutionResult) -> pl.DataFrame:
    """`series_id`, `target`, `model` and a column a measure: how each model did on each series."""
    rows = result.metrics.filter(pl.col("by") == "series", pl.col("metric").is_in(COMPARED))
    wide = rows.pivot("metric", on_columns=COMPARED, index=[TARGET, MODEL, "group"], values="value")
    return wide.rename({"group": SERIES_ID}).sort(SERIES_ID, TARGET, MODEL)
