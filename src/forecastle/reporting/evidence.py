"""What the charts and lists of an execution are drawn from, as files that answer for one series at once."""

import gzip
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from forecastle.core.columns import DS, MEAN, MODEL, SERIES_ID, STEP, TARGET, Y
from forecastle.core.execution import ExecutionResult
from forecastle.reporting.pages.frame import with_charts, without_charts
from forecastle.reporting.pages.report import report_page
from forecastle.reporting.selection import series_figures
from forecastle.reporting.summary import earlier, targets
from forecastle.settings import ReportSettings

HISTORY, FORECASTS, BACKTEST = "history.parquet", "forecasts.parquet", "backtest.parquet"
FIGURES, SCORES, KEYS = "figures.parquet", "scores.parquet", "keys.parquet"
RIVALS = "rivals.parquet"

REPORT = "report.html.gz"
"""The report but for its chart library; of a comparison, which has no forecasts, there is none."""

WIDTH = "width"
"""How far P90 is above P10, the sign of how unsure a forecast is."""

COMPARED = ("wape", "mase", "bias", "coverage_80")
"""The measures by which models are compared on one series."""

QUICK = 4
"""How hard the report is compressed."""

GROUP = 20_000
"""Rows that are read for one series at the most: its own, and those of its neighbours."""


def write_evidence(result: ExecutionResult, folder: Path, settings: ReportSettings) -> None:
    """Write the tables into a folder, sorted by series so that one of them is found without reading the others.

    Beside them the report.
    """
    for name, table in _tables(result).items():
        table.write_parquet(folder / name, compression="zstd", row_group_size=GROUP)
    if len(result.forecasts):
        (folder / REPORT).write_bytes(
            gzip.compress(without_charts(report_page(result, settings)).encode(), QUICK, mtime=0)
        )


def report_in(folder: Path) -> str:
    """The whole report among these files."""
    return with_charts(gzip.decompress((folder / REPORT).read_bytes()).decode())


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
    quantiles = result.quantiles.columns
    width = (pl.col("p90") - pl.col("p10") if {"p10", "p90"} <= set(quantiles) else pl.lit(None)).alias(WIDTH)
    place = [SERIES_ID, TARGET, DS]
    tested = result.backtest.select(*place, "window", STEP, *_short(pl.col(MEAN), pl.col(Y)))
    rivals = result.rivals if len(result.rivals) else pl.DataFrame(schema=result.history.select(place).schema)
    return {
        HISTORY: result.history.select(*place, Y).sort(place),
        FORECASTS: result.forecasts.select(*place, MEAN, *_short(width)).sort(place),
        BACKTEST: tested.sort(SERIES_ID, TARGET, "window", DS),
        RIVALS: rivals.sort(place),
        FIGURES: figures(result),
        SCORES: _scores(result),
        KEYS: _groups(result).sort(SERIES_ID),
    }


def _groups(result: ExecutionResult) -> pl.DataFrame:
    """`series_id` and the columns by which series can be summed."""
    if result.attributes.is_empty():
        return result.keys
    new = [name for name in result.attributes.columns if name not in result.keys.columns]
    return result.keys.join(result.attributes.select(SERIES_ID, *new), on=SERIES_ID, how="left")


def _short(*columns: pl.Expr) -> list[pl.Expr]:
    """As 32-bit floats: seven digits are enough to draw, and to add up."""
    return [column.cast(pl.Float32) for column in columns]


def _scores(result: ExecutionResult) -> pl.DataFrame:
    """`series_id`, `target`, `model` and a column a measure: how each model did on each series."""
    rows = result.metrics.filter(pl.col("by") == "series", pl.col("metric").is_in(COMPARED))
    wide = rows.pivot("metric", on_columns=COMPARED, index=[TARGET, MODEL, "group"], values="value")
    return wide.rename({"group": SERIES_ID}).sort(SERIES_ID, TARGET, MODEL)
