"""Which series of a large panel the page shows: the largest, the hardest, and some of every class."""

import polars as pl

from forecastle.core.columns import MEAN, SERIES_ID, TARGET, Y
from forecastle.core.execution import ExecutionResult
from forecastle.reporting.summary import bands, error_share, share_held


def series_figures(result: ExecutionResult) -> pl.DataFrame:
    """One row a series and target: its classes and champion, `coming`, and of the backtest `wape`, `missed`, `held`.

    coming: sum of the forecasts. missed: total absolute error. held: share of actual values in the widest range.
    The last three are null for a series without a backtest.
    """
    widest = bands(result.quantiles)[:1]
    held = [share_held(band).alias("held") for band in widest] or [pl.lit(None, pl.Float64).alias("held")]
    tested = (
        result.backtest.filter(pl.col(Y).is_not_null())
        .group_by(SERIES_ID, TARGET, maintain_order=True)
        .agg(error_share(), (pl.col(Y) - pl.col(MEAN)).abs().sum().alias("missed"), *held)
    )
    coming = result.forecasts.group_by(SERIES_ID, TARGET, maintain_order=True).agg(pl.col(MEAN).sum().alias("coming"))
    keys = [SERIES_ID, TARGET]
    return (
        result.classification.join(coming, on=keys, how="left", maintain_order="left")
        .join(tested, on=keys, how="left", maintain_order="left")
        .sort("total", *keys, descending=[True, False, False], nulls_last=True)
    )


def chosen(figures: pl.DataFrame, limit: int) -> pl.DataFrame:
    """At most `limit` series of `series_figures`, with all their targets, in its order.

    Taken in turn from three rankings: by total, by total error, and by total within the class of pattern and ABC.
    """
    classes = [TARGET, "pattern", "abc"]
    best = figures.select(
        SERIES_ID,
        pl.min_horizontal(
            _rank(pl.col("total")).over(TARGET),
            _rank(pl.col("missed")).over(TARGET),
            _rank(pl.col("total")).over(classes),
        ).alias("rank"),
    )
    order = best.group_by(SERIES_ID).agg(pl.col("rank").min()).sort("rank", SERIES_ID, nulls_last=True)
    return figures.join(order.head(limit), on=SERIES_ID, how="semi", maintain_order="left")


def _rank(value: pl.Expr) -> pl.Expr:
    return value.rank("ordinal", descending=True)
