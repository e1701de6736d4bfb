"""Demand classes: how regular a series is (pattern, XYZ) and how much hangs on it (ABC).

Source of the patterns: Syntetos, Boylan & Croston (2005), On the categorization of demand patterns.
"""

from collections.abc import Sequence

import polars as pl

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.panel import Panel
from forecastle.settings import ClassSettings

REVENUE = "revenue"


def classify(panel: Panel, *, revenue: pl.DataFrame | None = None, settings: ClassSettings) -> pl.DataFrame:
    """One row a series, in panel order, over its observed values.

    Columns: series_id, n_obs, first and last (moments observed), mean, total, zero_share, adi (mean interval between
    periods with demand), cv2 (squared variation of the demand sizes), cv (variation of all values), pattern, abc, xyz.
    Null is what does not exist: the pattern, ADI and CV² of a series without demand, everything but n_obs and abc
    of one without observations. One demand alone has no variation of sizes: its CV² is 0.
    revenue: `series_id`, `revenue`, which decides the ABC class; None takes the totals of the target itself.
    """
    worth = pl.col("total") if revenue is None else pl.col(REVENUE)
    table = _statistics(panel.frame)
    if revenue is not None:
        table = table.join(revenue.select(SERIES_ID, REVENUE), on=SERIES_ID, how="left", maintain_order="left")
    pattern = _pattern(pl.col("adi"), pl.col("cv2"), settings).alias("pattern")
    xyz = _xyz(pl.col("cv"), settings).alias("xyz")
    classed = table.with_columns(pattern, _abc(worth, settings).alias("abc"), xyz)
    return classed.drop(REVENUE, strict=False)


def revenue_of(panel: Panel, panels: Sequence[Panel], price: str | None) -> pl.DataFrame | None:
    """`series_id`, `revenue`, for the ABC classes: the last of several targets, else price times the only one.

    panels: of all targets, that of `panel` among them. None when the data have neither, or when each target has series
    of its own: the classes then go by the target.
    """
    last = panels[-1]
    if not last.grid().ids.is_in(panel.grid().ids.implode()).any():
        return None
    if len(panels) > 1:
        value = pl.col(Y)
    elif price is not None and price in last.frame.columns:
        value = pl.col(Y) * pl.col(price)
    else:
        return None
    return last.frame.group_by(SERIES_ID, maintain_order=True).agg(value.sum().alias(REVENUE))


def _statistics(frame: pl.DataFrame) -> pl.DataFrame:
    y = pl.col(Y)
    moments = pl.col(DS).filter(y.is_not_null())
    demands = y.filter(y != 0)
    return frame.group_by(SERIES_ID, maintain_order=True).agg(
        y.count().alias("n_obs"),
        moments.min().alias("first"),
        moments.max().alias("last"),
        y.mean().alias("mean"),
        pl.when(y.count() > 0).then(y.sum()).alias("total"),
        (y == 0).mean().alias("zero_share"),
        pl.when(demands.count() > 0).then(y.count() / demands.count()).alias("adi"),
        (_variation(demands) ** 2).alias("cv2"),
        _variation(y).alias("cv"),
    )


def _variation(values: pl.Expr) -> pl.Expr:
    """Coefficient of variation; null when the values sum to nothing."""
    mean = values.mean().abs()
    return pl.when(mean > 0).then(values.std().fill_null(0.0) / mean)


def _pattern(adi: pl.Expr, cv2: pl.Expr, settings: ClassSettings) -> pl.Expr:
    rare, uneven = adi >= settings.adi, cv2 >= settings.cv2
    return (
        pl.when(rare & uneven)
        .then(pl.lit("lumpy"))
        .when(rare)
        .then(pl.lit("intermittent"))
        .when(uneven)
        .then(pl.lit("erratic"))
        .when(adi.is_not_null())
        .then(pl.lit("smooth"))
    )


def _abc(worth: pl.Expr, settings: ClassSettings) -> pl.Expr:
    """A until the series before it make up the first share, so that the largest is always A; C when worth nothing."""
    value = worth.fill_null(0.0).clip(lower_bound=0.0)
    order = value.arg_sort(descending=True)
    place = order.arg_sort()
    ranked = value.gather(order)
    before = ((ranked.cum_sum() - ranked) / value.sum()).gather(place)
    a_ends, b_ends = settings.abc
    return (
        pl.when((value > 0) & (before < a_ends))
        .then(pl.lit("A"))
        .when((value > 0) & (before < b_ends))
        .then(pl.lit("B"))
        .otherwise(pl.lit("C"))
    )


def _xyz(cv: pl.Expr, settings: ClassSettings) -> pl.Expr:
    x_ends, y_ends = settings.xyz
    return (
        pl.when(cv <= x_ends)
        .then(pl.lit("X"))
        .when(cv <= y_ends)
        .then(pl.lit("Y"))
        .when(cv.is_not_null())
        .then(pl.lit("Z"))
    )
