"""How covariates move with the target."""

import polars as pl

from forecastle.core.columns import SERIES_ID, Y
from forecastle.core.panel import Panel

FEWEST = 8
"""Periods of a series in which both were observed."""


def correlations(panel: Panel) -> pl.DataFrame:
    """One row a numeric covariate, the strongest first: within each series, so that large ones do not drown the others.

    Columns: `covariate`, `known` (whether its future is), `series` (in which both vary), `lower`, `median`, `upper` (of
    Pearson's correlation over these series, at 10, 50 and 90 %), `strong` (share of the series beyond ±0.5).
    """
    schema = panel.frame.schema
    names = [
        name
        for name in (*panel.covariates.known, *panel.covariates.past)
        if schema[name].is_numeric() or schema[name] == pl.Boolean
    ]
    if not names:
        return pl.DataFrame(schema=_SCHEMA)
    numbers = panel.frame.select(SERIES_ID, Y, pl.col(names).cast(pl.Float64))
    both = {name: pl.col(Y).is_not_null() & pl.col(name).is_not_null() for name in names}
    by_series = numbers.group_by(SERIES_ID).agg(
        pl.when(both[name].sum() >= FEWEST)
        .then(pl.corr(pl.col(Y).filter(both[name]), pl.col(name).filter(both[name])))
        .alias(name)
        for name in names
    )
    rows = [
        _row(name, by_series[name].fill_nan(None).drop_nulls(), known=name in panel.covariates.known) for name in names
    ]
    return pl.DataFrame(rows, schema=_SCHEMA).sort(
        pl.col("median").abs(), "covariate", descending=[True, False], nulls_last=True
    )


_SCHEMA = {
    "covariate": pl.String,
    "known": pl.Boolean,
    "series": pl.Int64,
    "lower": pl.Float64,
    "median": pl.Float64,
    "upper": pl.Float64,
    "strong": pl.Float64,
}


def _row(name: str, found: pl.Series, *, known: bool) -> dict[str, object]:
    strong = (found.abs() > 0.5).mean()
    return {
        "covariate": name,
        "known": known,
        "series": len(found),
        "lower": found.quantile(0.1, "linear"),
        "median": found.median(),
        "upper": found.quantile(0.9, "linear"),
        "strong": strong,
    }
