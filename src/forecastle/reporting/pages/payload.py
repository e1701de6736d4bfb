"""What the report knows: the chosen series with their numbers, and every figure, as plain data for its script.

All series share one list of `times`; a block of rows is `{"at": place of its first row in times, column: values}`
with null where nothing was observed.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

import polars as pl

from forecastle.core.columns import DS, MEAN, MODEL, SERIES_ID, STEP, TARGET, Y
from forecastle.core.execution import ExecutionResult
from forecastle.core.frequency import Frequency, Unit
from forecastle.evaluation.leaderboard import BASELINE
from forecastle.reporting import charts, palette
from forecastle.reporting.reasons import plainly
from forecastle.reporting.selection import chosen, series_figures
from forecastle.reporting.summary import bands, shortest_season, targets
from forecastle.reporting.wording import ahead
from forecastle.settings import ClassSettings, ReportSettings

Block = dict[str, Any]
SHOWN = ("pattern", "abc", "xyz", "model", "coming", "wape", "held", "total")
DIGITS = 6
"""Significant digits on the page; the files hold all of them."""
LEVEL, STRONGEST = "level", 8
"""The driver that the others move a forecast from, and how many of them are shown."""
NO_RANGE = "No range: the ranges of its parts do not add up."
RECONCILED = "The range is that of the sum, for the total was forecast too."
TIME = "time"
"""The number of a row's period since the first one on the page."""


def payload(result: ExecutionResult, settings: ReportSettings) -> dict[str, Any]:
    """Everything the page's script needs."""
    figures = series_figures(result)
    shown = chosen(figures, settings.series)
    names = targets(result)
    rows = _rows(result, shown, settings.periods)
    origin, end = _reach(result, rows.values())
    blocks = {name: _blocks(frame, origin) for name, frame in rows.items()}
    moved = _drivers(result)
    series = [
        *(_together(result, target, origin, end) for target in names),
        *(
            _entry(row, blocks) | {"drivers": moved.get((row[SERIES_ID], row[TARGET]))}
            for row in shown.iter_rows(named=True)
        ),
    ]
    return {
        "times": _times(result.freq, origin, end),
        "targets": names,
        "series": series,
        "columns": [MEAN, *result.quantiles.columns],
        "season": shortest_season(result) or result.horizon,
        "horizon": result.horizon,
        "ahead": ahead(result.horizon, result.freq),
        "widest": next((band.word for band in bands(result.quantiles)), None),
        "chart": charts.series_chart(result.quantiles, result.freq),
        "figures": {target: _figures(result, target, shown) for target in names},
        "dark": palette.exchange(),
    }


def _figures(result: ExecutionResult, target: str, shown: pl.DataFrame) -> dict[str, charts.Figure]:
    """The charts of one target, without those there are no numbers for."""
    of_target = pl.col(TARGET) == target
    tests = result.backtest.filter(of_target, pl.col(Y).is_not_null())
    classes = result.classification.filter(of_target)
    points = shown.filter(of_target).with_columns(pl.col(SERIES_ID).alias("name"))
    limits = ClassSettings.model_validate(result.manifest.get("settings", {}).get("classes", {}))
    drawn = {"matrix": charts.class_matrix(classes), "scatter": charts.demand_scatter(points, limits)}
    if tests.height:
        drawn |= {
            "leaderboard": charts.leaderboard_chart(result.leaderboard.filter(of_target)),
            "error": charts.error_chart(tests, _yardstick_by_step(result, target), result.freq.word),
            "coverage": charts.coverage_chart(tests, result.quantiles, result.freq.word),
        }
    importances = _of_first_model(result.importances.filter(of_target))
    attention = _of_first_model(result.attention.filter(of_target))
    if importances.height:
        drawn["importances"] = charts.importance_chart(importances)
    if attention.height:
        drawn["attention"] = charts.attention_chart(attention, result.freq.word)
    return drawn


def _of_first_model(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col(MODEL) == pl.col(MODEL).first())


def _yardstick_by_step(result: ExecutionResult, target: str) -> pl.DataFrame:
    return (
        result.metrics.filter(
            pl.col(TARGET) == target,
            pl.col(MODEL) == BASELINE,
            pl.col("by") == STEP,
            pl.col("metric") == "wape",
        )
        .select(pl.col("group").cast(pl.Int64).alias(STEP), pl.col("value").alias("wape"))
        .sort(STEP)
    )


def _rows(result: ExecutionResult, shown: pl.DataFrame, periods: int) -> dict[str, pl.DataFrame]:
    """History, forecasts and backtest of the chosen series, with the number of each row's period."""
    time = result.freq.steps(pl.col(DS)).alias(TIME)
    keys = [SERIES_ID, TARGET]
    frames = {"history": result.history, "forecast": result.forecasts, "backtest": result.backtest}
    timed = {
        name: frame.join(shown.select(keys), on=keys, how="semi").with_columns(time) for name, frame in frames.items()
    }
    recent = pl.col(TIME) > pl.col(TIME).max().over(keys) - periods
    columns = [MEAN, *result.quantiles.columns]
    return {
        "history": timed["history"].filter(recent).select(*keys, TIME, _short(Y), pl.lit(0).alias("window")),
        "forecast": timed["forecast"].select(*keys, TIME, _short(*columns), pl.lit(0).alias("window")),
        "backtest": timed["backtest"].select(*keys, TIME, _short(MEAN), pl.col("window")),
    }


def _reach(result: ExecutionResult, frames: Iterable[pl.DataFrame]) -> tuple[int, int]:
    """The first and the last period on the page."""
    forecasts = result.forecasts.select(result.freq.steps(pl.col(DS)).alias(TIME))
    times = pl.concat([forecasts, *(frame.select(TIME) for frame in frames)])
    first, last = times.select(pl.col(TIME).min().alias("first"), pl.col(TIME).max().alias("last")).row(0)
    return first, last


def _short(*columns: str) -> pl.Expr:
    return pl.col(columns).cast(pl.Float64).round_sig_figs(DIGITS)


def _blocks(rows: pl.DataFrame, origin: int) -> dict[tuple[str, str], list[Block]]:
    """The rows of each series and target as blocks, one a window, oldest first."""
    columns = [name for name in rows.columns if name not in (SERIES_ID, TARGET, TIME, "window")]
    ordered = rows.sort(SERIES_ID, TARGET, "window", TIME, descending=[False, False, True, False])
    parts = ordered.group_by(SERIES_ID, TARGET, "window", maintain_order=True).agg(TIME, *columns)
    blocks: dict[tuple[str, str], list[Block]] = {}
    for series_id, target, _, times, *values in parts.iter_rows():
        block = _block(times, dict(zip(columns, values, strict=True)), origin)
        blocks.setdefault((series_id, target), []).append(block)
    return blocks


def _block(times: Sequence[int], columns: Mapping[str, Sequence[float | None]], origin: int) -> Block:
    """Values at rising times, with null for the times between them that are not there."""
    if not times:
        return {"at": 0} | {name: [] for name in columns}
    first, last = times[0], times[-1]
    if len(times) == last - first + 1:
        return {"at": first - origin} | {name: _plain(values) for name, values in columns.items()}
    known = {name: dict(zip(times, values, strict=True)) for name, values in columns.items()}
    every = range(first, last + 1)
    return {"at": first - origin} | {name: _plain(map(there.get, every)) for name, there in known.items()}


def _block_of(rows: pl.DataFrame, columns: Sequence[str], origin: int) -> Block:
    return _block(rows[TIME].to_list(), rows.select(columns).to_dict(as_series=False), origin)


def _entry(row: Mapping[str, Any], blocks: Mapping[str, Mapping[tuple[str, str], list[Block]]]) -> dict[str, Any]:
    place = (row[SERIES_ID], row[TARGET])
    empty: list[Block] = [{"at": 0}]
    return {
        "name": row[SERIES_ID],
        "target": row[TARGET],
        **{name: _rounded(row[name]) for name in SHOWN},
        "reason": plainly(row),
        "history": blocks["history"].get(place, empty)[0],
        "forecast": blocks["forecast"].get(place, empty)[0],
        "backtest": blocks["backtest"].get(place, []),
    }


def _drivers(result: ExecutionResult) -> dict[tuple[str, str], dict[str, Any]]:
    """Of each series and target, by one model: where it stood, and what moves it from there, the strongest first."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    strongest = result.drivers.sort(pl.col("value").abs(), descending=True, nulls_last=True, maintain_order=True)
    for (series_id, target, model), part in strongest.group_by(SERIES_ID, TARGET, MODEL, maintain_order=True):
        if part["value"].is_finite().all():
            parts = part.filter(pl.col("driver") != LEVEL).head(STRONGEST).select("driver", _short("value"))
            level = part.filter(pl.col("driver") == LEVEL)["value"].sum()
            told = {"model": model, "level": _rounded(level), "parts": parts.rows()}
            found.setdefault((str(series_id), str(target)), told)
    return found


def _together(result: ExecutionResult, target: str, origin: int, end: int) -> dict[str, Any]:
    """The sum of all series that reach to the end of the data; ranges do not add up, so only totals have one."""
    time = result.freq.steps(pl.col(DS)).alias(TIME)
    forecasts = result.forecasts.filter(pl.col(TARGET) == target).with_columns(time)
    latest = pl.col(TIME).max().over(SERIES_ID) == pl.col(TIME).max()
    current = forecasts.filter(latest)
    history = result.history.filter(pl.col(TARGET) == target).with_columns(time)
    summed = history.join(current.select(SERIES_ID).unique(), on=SERIES_ID, how="semi").sort(SERIES_ID, TIME)
    past = summed.group_by(TIME, maintain_order=True).agg(_observed_sum()).sort(TIME)
    future = current.sort(SERIES_ID, TIME).group_by(TIME, maintain_order=True).agg(pl.col(MEAN).sum()).sort(TIME)
    told, columns = "", [MEAN]
    if not result.totals.is_empty():
        columns, told = [MEAN, *result.quantiles.columns], RECONCILED
        future = (
            result.totals.filter(pl.col(TARGET) == target, pl.col("level") == "total").with_columns(time).sort(TIME)
        )
    past, future = past.with_columns(_short(Y)), future.with_columns(_short(*columns))
    count, others = current[SERIES_ID].n_unique(), forecasts[SERIES_ID].n_unique()
    left_out = f"; {others - count:,} that ended earlier are left out" if others > count else ""
    return {
        "name": "All series together",
        "target": target,
        "together": True,
        "reason": f"Sum of the means of {count:,} series{left_out}. {told or NO_RANGE}",
        "coming": _rounded(future[MEAN].sum()),
        "total": _rounded(past[Y].sum()),
        "history": _block_of(past.filter(pl.col(TIME).is_between(origin, end)), [Y], origin),
        "forecast": _block_of(future, columns, origin),
        "backtest": [],
    }


def _observed_sum() -> pl.Expr:
    """The sum of what was observed; null, not zero, where nothing was."""
    return pl.when(pl.col(Y).count() > 0).then(pl.col(Y).sum())


def _times(freq: Frequency, first: int, last: int) -> list[str] | list[int]:
    moments = pl.select(freq.moments(pl.int_range(first, last + 1)).alias(DS))[DS]
    if freq.unit is Unit.STEP:
        return moments.to_list()
    if freq.unit in (Unit.HOUR, Unit.MINUTE):
        return moments.dt.to_string("%Y-%m-%d %H:%M").to_list()
    return moments.dt.to_string("%Y-%m-%d").to_list()


def _plain(values: Iterable[float | None]) -> list[float | int | None]:
    """Whole numbers without a decimal point, null for what is not a number."""
    return [
        None if value is None or not isfinite(value) else int(value) if value.is_integer() else value
        for value in values
    ]


def _rounded(value: object) -> object:
    return _plain([float(f"{value:.{DIGITS}g}")])[0] if isinstance(value, float) else value
