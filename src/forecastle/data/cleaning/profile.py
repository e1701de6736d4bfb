"""One row a series: what its data looked like, and what became of it."""

import polars as pl

from forecastle.core.columns import CLOSED, DS, SERIES_ID, STEP, Y
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.cleaning.rows import missing
from forecastle.settings import CleanSettings

FLAGS: dict[str, tuple[pl.Expr, Severity, str]] = {
    "short": (pl.col("short"), Severity.WARNING, "with fewer than {min_length} observations"),
    "all_zero": (pl.col("all_zero"), Severity.WARNING, "with nothing but zeros"),
    "constant": (pl.col("constant"), Severity.WARNING, "with one and the same value throughout"),
    "ended": (pl.col("ended") > 0, Severity.WARNING, "ending before the last period of the panel"),
}


def found(rows: pl.DataFrame) -> pl.DataFrame:
    """What each series looked like before anything was changed.

    Returns: `series_id`; `n_listed`, its rows that should have a value (not closed; not blank before the series'
    first value while others already had some); `n_missing` and `missing_share` of these; `n_closed`; `gaps`, periods
    without a row between its first and last; `negatives`.
    """
    observed = pl.col(STEP).filter(pl.col(Y).is_not_null())
    unlisted = (pl.col(STEP) < observed.min().over(SERIES_ID)) & (pl.col(STEP) >= observed.min())
    listed = ~pl.col(CLOSED) & ~unlisted.fill_null(value=False) if rows[Y].null_count() else ~pl.col(CLOSED)
    return (
        rows.with_columns(listed.alias("listed"))
        .group_by(SERIES_ID, maintain_order=True)
        .agg(
            pl.col("listed").sum().alias("n_listed"),
            (missing() & pl.col("listed")).sum().alias("n_missing"),
            pl.col(CLOSED).sum().alias("n_closed"),
            (pl.col(STEP).max() - pl.col(STEP).min() + 1 - pl.len()).alias("gaps"),
            (pl.col(Y) < 0).sum().alias("negatives"),
        )
        .with_columns((pl.col("n_missing") / pl.col("n_listed")).fill_nan(0.0).alias("missing_share"))
    )


def profile(before: pl.DataFrame, rows: pl.DataFrame, outliers: pl.DataFrame, settings: CleanSettings) -> pl.DataFrame:
    """The table of `found`, with what each series looks like after cleaning.

    Adds `n_obs` (values, filled ones included), `first`, `last`, `mean`, `zero_share`, `outliers`, `ended` (periods
    between its last row and the panel's), `constant`, `all_zero`, `short`, and `flags`: the names of everything to
    look at. Series that were left out have nulls there and the flag `no_values`.
    """
    after = rows.group_by(SERIES_ID).agg(
        pl.col(Y).count().cast(pl.Int64).alias("n_obs"),
        pl.col(DS).min().alias("first"),
        pl.col(DS).max().alias("last"),
        pl.col(Y).mean().alias("mean"),
        (pl.col(Y) == 0).mean().alias("zero_share"),
        (pl.col(Y).min() == pl.col(Y).max()).alias("constant"),
        pl.col(STEP).max(),
    )
    far = outliers.group_by(SERIES_ID).agg(pl.len().cast(pl.Int64).alias("outliers"))
    return (
        before.join(after, on=SERIES_ID, how="left", maintain_order="left")
        .join(far, on=SERIES_ID, how="left", maintain_order="left")
        .with_columns(
            pl.col("n_obs", "outliers").fill_null(0),
            (pl.col(STEP).max() - pl.col(STEP)).alias("ended"),
            (pl.col("zero_share") == 1).alias("all_zero"),
            (pl.col("constant") & (pl.col("zero_share") < 1) & (pl.col("n_obs") > 1)).alias("constant"),
            (pl.col("n_obs") < settings.min_length).alias("short"),
        )
        .drop(STEP)
        .with_columns(_flags())
    )


def report_profile(table: pl.DataFrame, settings: CleanSettings) -> Findings:
    """Say which series are too short, constant, zero throughout, or over."""
    items = []
    for code, (flagged, severity, what) in FLAGS.items():
        series = table.filter(flagged & (pl.col("n_obs") > 0))[SERIES_ID]
        if not series.is_empty():
            items.append(
                Finding(
                    code=code,
                    severity=severity,
                    message=f"{len(series):,} series {what.format(min_length=settings.min_length)}.",
                    action="kept" if code == "ended" else "kept, with a simpler model",
                    count=len(series),
                    series=tuple(series),
                )
            )
    return Findings(tuple(items))


def _flags() -> pl.Expr:
    """The names of the columns that say something is unusual, as a list."""
    unusual = {
        "no_values": pl.col("n_obs") == 0,
        **{code: flagged for code, (flagged, _, _) in FLAGS.items()},
        "missing": pl.col("n_missing") > 0,
        "gaps": pl.col("gaps") > 0,
        "closed": pl.col("n_closed") > 0,
        "negatives": pl.col("negatives") > 0,
        "outliers": pl.col("outliers") > 0,
    }
    names = [pl.when(condition).then(pl.lit(name)) for name, condition in unusual.items()]
    return pl.concat_list(names).list.drop_nulls().alias("flags")
