"""What a single forecast loses, as Polars expressions over rows; measures are means of these.

`actual` is what happened, `forecast` the mean or a quantile. Null where `actual` is: what was not observed cannot be
scored.
"""

import operator
from collections.abc import Mapping
from functools import reduce

import polars as pl


def absolute(actual: pl.Expr, forecast: pl.Expr) -> pl.Expr:
    """By how much it missed, in the unit of the target."""
    return (forecast - actual).abs()


def percentage(actual: pl.Expr, forecast: pl.Expr) -> pl.Expr:
    """By what share of the actual value it missed; null where that is 0."""
    return pl.when(actual != 0).then(((forecast - actual) / actual).abs())


def symmetric(actual: pl.Expr, forecast: pl.Expr) -> pl.Expr:
    """By what share of the mean of |actual| and |forecast| it missed; 0 where both are 0."""
    size = actual.abs() + forecast.abs()
    return pl.when(size == 0).then(0.0).otherwise(2 * (forecast - actual).abs() / size)


def pinball(actual: pl.Expr, quantile: pl.Expr, level: float) -> pl.Expr:
    """What one quantile loses: misses above it cost `level`, misses below 1 − `level` a unit.

    Source: Koenker & Bassett (1978).
    """
    return (actual - quantile) * (level - (actual < quantile).cast(pl.Float64))


def mean_pinball(actual: pl.Expr, quantiles: Mapping[float, pl.Expr]) -> pl.Expr:
    """The same, averaged over all levels."""
    losses = (pinball(actual, quantile, level) for level, quantile in quantiles.items())
    return reduce(operator.add, losses) / len(quantiles)
