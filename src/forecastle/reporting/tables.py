"""The tables of a result in the user's words: their key and time columns back, ours beside them."""

from collections.abc import Sequence

import polars as pl

from forecastle.core.columns import DS, MEAN, MODEL, SERIES_ID, STEP, TARGET
from forecastle.core.execution import ExecutionResult
from forecastle.core.findings import Findings

EXAMPLES = 10
"""Series named in a table before it says how many more there are."""


def forecasts(result: ExecutionResult) -> pl.DataFrame:
    """One row a series, target and period: the user's key and time columns, then target, model, mean, the quantiles.

    A column of ours that would carry the same name as one of the user's is called `forecast_…` instead.
    """
    ours = (TARGET, MODEL, MEAN, *result.quantiles.columns)
    users = (*result.key_columns, result.time_column)
    rows = _with_keys(result, result.forecasts.sort(TARGET, SERIES_ID, STEP))
    return rows.select(
        *_keys(result),
        pl.col(_ours(DS)).alias(result.time_column),
        *(pl.col(_ours(name)).alias(_free(name, users)) for name in ours),
    )


def classification(result: ExecutionResult) -> pl.DataFrame:
    """One row a series and target: the user's key columns, then its length, classes, champion and the reason."""
    ours = [name for name in result.classification.columns if name != SERIES_ID]
    rows = _with_keys(result, result.classification.sort(TARGET, SERIES_ID))
    return rows.select(*_keys(result), *(pl.col(_ours(name)).alias(_free(name, result.key_columns)) for name in ours))


def backtest(result: ExecutionResult) -> pl.DataFrame:
    """What the champion would have said at each cutoff, beside what happened, with the user's key and time columns."""
    users = (*result.key_columns, result.time_column)
    ours = [name for name in result.backtest.columns if name not in (SERIES_ID, DS)]
    rows = _with_keys(result, result.backtest.sort(TARGET, SERIES_ID, "window", STEP))
    return rows.select(
        *_keys(result),
        pl.col(_ours(DS)).alias(result.time_column),
        *(pl.col(_ours(name)).alias(_free(name, users)) for name in ours),
    )


def leaderboard(result: ExecutionResult) -> pl.DataFrame:
    """One row a model and target, best first; without timings, which differ between two equal runs."""
    return result.leaderboard.drop("seconds", strict=False)


def data_report(findings: Findings) -> pl.DataFrame:
    """One row a finding, most serious first: severity, code, message, action, count, series, examples."""
    return pl.DataFrame(
        [
            {
                "severity": str(finding.severity),
                "code": finding.code,
                "message": finding.message,
                "action": finding.action or "nothing",
                "count": finding.count,
                "series": shortened(finding.series),
                "examples": "\n".join(finding.rows),
            }
            for finding in findings
        ],
        schema=dict.fromkeys(("severity", "code", "message", "action"), pl.String)
        | {"count": pl.Int64, "series": pl.String, "examples": pl.String},
    )


def shortened(names: Sequence[str], limit: int = EXAMPLES) -> str:
    """The first few names, and how many more there are."""
    rest = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {rest:,} more" if rest > 0 else "")


def _with_keys(result: ExecutionResult, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with every column of ours out of the way of the user's names."""
    ours = rows.rename(_ours)
    keys = result.keys.select(pl.col(SERIES_ID).alias(_ours(SERIES_ID)), *_keys(result))
    return ours.join(keys, on=_ours(SERIES_ID), how="left", maintain_order="left")


def _keys(result: ExecutionResult) -> list[pl.Expr]:
    return [pl.col(name) for name in result.key_columns]


def _ours(name: str) -> str:
    return f"forecastle.{name}"


def _free(name: str, taken: Sequence[str]) -> str:
    return f"forecast_{name}" if name in taken else name
