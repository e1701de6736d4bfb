"""Missing values, and what is put in their place when somebody asks for it."""

import polars as pl

from forecastle.core.columns import SERIES_ID, STEP, Y
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.cleaning.rows import counted, examples, missing, series_of
from forecastle.data.cleaning.rules import Rules

ACTIONS = {
    "keep": "left as not observed",
    "drop": "left out, as if the file had no row for them",
    "interpolate": "filled on a straight line between their neighbours",
    "forward_fill": "filled with the last value before them",
    "mean": "filled with the mean of their series",
    "median": "filled with the median of their series",
    "seasonal": "filled on a straight line between their neighbours, after taking the season out",
}


def report_missing(rows: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, Findings]:
    """Count the values that are missing, and say what is done about them."""
    blank = rows.filter(missing())
    if blank.is_empty():
        return rows, Findings()
    finding = Finding(
        code="missing",
        severity=Severity.WARNING,
        message=f"{counted(len(blank), 'row')} without a value of {rules.target!r} ({len(blank) / len(rows):.1%}), "
        f"in {blank[SERIES_ID].n_unique():,} series.",
        action=ACTIONS[rules.settings.missing],
        count=len(blank),
        series=series_of(blank),
        rows=examples(blank, rules.target),
    )
    return rows, Findings((finding,))


def drop_missing(rows: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, Findings]:
    """Treat rows without a value as if the file had no such row, where the settings ask for that."""
    return (rows.filter(~missing()) if rules.settings.missing == "drop" else rows), Findings()


def fill_missing(rows: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, Findings]:
    """Fill the missing values of each series, except while it was closed.

    Works on rows without gaps. A series without a single value stays as it is.
    """
    method = rules.settings.missing
    if method in ("keep", "drop") or rows[Y].null_count() == 0:
        return rows, Findings()
    complete = rows.with_columns(pl.when(missing()).then(filled(rows, method, rules.season)).otherwise(Y).alias(Y))
    changed = rows.filter(missing() & complete[Y].is_not_null())
    if changed.is_empty():
        return rows, Findings()
    finding = Finding(
        code="filled",
        severity=Severity.INFO,
        message=f"{counted(len(changed), 'made-up value')}, in {changed[SERIES_ID].n_unique():,} series.",
        action=ACTIONS[method],
        count=len(changed),
        series=series_of(changed),
    )
    return complete, Findings((finding,))


def filled(rows: pl.DataFrame, method: str, season: int = 1) -> pl.Series:
    """What each missing value would be replaced with, row by row.

    rows: `series_id`, `step`, `y`, sorted by series and step, without gaps. season: its periods, 1 for none.
    """
    if method == "seasonal" and season > 1:
        return _seasonal(rows, season)
    fill = {
        "forward_fill": pl.col(Y).forward_fill(),
        "mean": pl.col(Y).mean(),
        "median": pl.col(Y).median(),
    }.get(method, _line(pl.col(Y)))
    return rows.select(fill.over(SERIES_ID)).to_series()


def _line(values: pl.Expr) -> pl.Expr:
    """A straight line across each hole; the nearest value before the first and after the last."""
    return values.interpolate().forward_fill().backward_fill()


def _seasonal(rows: pl.DataFrame, season: int) -> pl.Series:
    """A straight line through the seasonally adjusted values, with the season put back; sales stay non-negative.

    The effect of a phase of the season is its mean distance from the mean of the series.
    """
    distance = pl.col(Y) - pl.col(Y).mean().over(SERIES_ID)
    effect = pl.col("distance").mean().over(SERIES_ID, pl.col(STEP) % season).fill_null(0)
    line = _line(pl.col(Y) - pl.col("effect")).over(SERIES_ID)
    floor = pl.when(pl.col(Y).min().over(SERIES_ID) >= 0).then(0.0)
    return (
        rows.with_columns(distance.alias("distance"))
        .with_columns(effect.alias("effect"))
        .select(pl.max_horizontal(line + pl.col("effect"), floor))
        .to_series()
    )
