"""The measures of forecast error, as Polars expressions over the rows of whatever group they are evaluated in.

`actual` is what happened, `forecast` the mean or a quantile. Every measure leaves out rows where `actual` is null:
what was not observed cannot be scored. Smaller is better, except for `bias` (0 is best) and `coverage`.

`scores` works those with a ratio or a root in them out from parts that can be averaged over any group of series; tests
hold it to the definitions here.

Source: Hyndman & Koehler (2006), Another look at measures of forecast accuracy; Kolassa & Schütz (2007) for WAPE;
Makridakis et al. (2022), The M5 competition, for RMSSE and the weighted quantile loss.
"""

from collections.abc import Mapping

import polars as pl

from forecastle.evaluation import losses


def mae(actual: pl.Expr, forecast: pl.Expr) -> pl.Expr:
    """Mean absolute error, in the unit of the target."""
    return losses.absolute(actual, forecast).mean()


def rmse(actual: pl.Expr, forecast: pl.Expr) -> pl.Expr:
    """Root mean squared error, in the unit of the target; large misses weigh more."""
    return ((forecast - actual) ** 2).mean().sqrt()


def mape(actual: pl.Expr, forecast: pl.Expr) -> pl.Expr:
    """Mean absolute error in per cent of each actual value, as a share (0.1 means 10 %).

    Rows whose actual value is 0 have no percentage error and are left out; null when no row is left.
    """
    return losses.percentage(actual, forecast).mean()


def smape(actual: pl.Expr, forecast: pl.Expr) -> pl.Expr:
    """Mean absolute error as a share of the mean of |actual| and |forecast|: from 0 to 2.

    A row where both are 0 was forecast perfectly and counts as 0.
    """
    return losses.symmetric(actual, forecast).mean()


def wape(actual: pl.Expr, forecast: pl.Expr) -> pl.Expr:
    """Total absolute error as a share of total actual sales (0.1 means 10 %).

    Null when nothing was sold: a series without sales has no percentage error.
    """
    return share(mae(actual, forecast), volume(actual))


def bias(actual: pl.Expr, forecast: pl.Expr) -> pl.Expr:
    """Total error as a share of total actual sales: above 0 the forecasts are too high.

    Null when nothing was sold.
    """
    return share((forecast - actual).mean(), volume(actual))


def mase(actual: pl.Expr, forecast: pl.Expr, scale: pl.Expr) -> pl.Expr:
    """Mean absolute error relative to the seasonal naive's within the history: below 1 is better than that.

    scale: that mean absolute error (`scale.scales`), a column; rows without one are left out.
    """
    return (losses.absolute(actual, forecast) / scale).mean()


def rmsse(actual: pl.Expr, forecast: pl.Expr, scale: pl.Expr) -> pl.Expr:
    """Root mean squared error relative to the seasonal naive's within the history, for one series and cutoff.

    Over several series take the mean of theirs. scale: the naive's root mean squared error, a column.
    """
    return (((forecast - actual) / scale) ** 2).mean().sqrt()


def pinball(actual: pl.Expr, quantile: pl.Expr, level: float) -> pl.Expr:
    """Mean pinball loss of one quantile."""
    return losses.pinball(actual, quantile, level).mean()


def wql(actual: pl.Expr, quantiles: Mapping[float, pl.Expr]) -> pl.Expr:
    """Weighted quantile loss: twice the pinball loss, averaged over the levels, as a share of actual sales.

    Null when nothing was sold. With the median alone it equals WAPE.
    """
    return share(2 * mean_pinball(actual, quantiles), volume(actual))


def sql(actual: pl.Expr, quantiles: Mapping[float, pl.Expr], scale: pl.Expr) -> pl.Expr:
    """Scaled quantile loss: twice the pinball loss, averaged over the levels, relative to the seasonal naive's error.

    With the median alone it equals MASE of the median. It counts the whole range and every series alike, whatever its
    size. scale: as for `mase`; rows without one are left out.
    """
    return (2 * losses.mean_pinball(actual, quantiles) / scale).mean()


def mean_pinball(actual: pl.Expr, quantiles: Mapping[float, pl.Expr]) -> pl.Expr:
    """Mean pinball loss over all levels, in the unit of the target."""
    return losses.mean_pinball(actual, quantiles).mean()


def coverage(actual: pl.Expr, low: pl.Expr, high: pl.Expr) -> pl.Expr:
    """Share of actual values within the band, its edges included; an 80 % band should come near 0.8."""
    return actual.is_between(low, high).mean()


def volume(actual: pl.Expr) -> pl.Expr:
    """Mean size of the actual values: what the relative measures divide by."""
    return actual.abs().mean()


def share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """`part` ÷ `whole`, null where the whole is 0."""
    return pl.when(whole > 0).then(part / whole)
