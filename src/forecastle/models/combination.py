"""Forecasts of several models put together, each model weighted by how it did on past windows.

A model's error is taken relative to its rivals' on the same series, so that series of every size count alike, and is
drawn towards its average over the whole group: a few windows say little about one series and much about a panel.
Weights fall with a power of that relative error (Bates & Granger 1969; shrinkage after Stock & Watson 2004).
"""

from dataclasses import dataclass

import polars as pl

from forecastle.core.columns import DS, MODEL, SERIES_ID, STEP, Y
from forecastle.core.quantiles import Quantiles

GROUP = "group"
WEIGHT = "weight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """How evidence becomes weights.

    prior: how many observed points the group's average error counts as, beside a series' own.
    power: how steeply weights fall with the relative error.
    cut: a model whose relative error is this many times the best one's gets no weight.

    The defaults lie in the middle of a wide plateau over twelve real panels (`benchmarks/accuracy`).
    """

    prior: float = 100.0
    power: float = 8.0
    cut: float = 1.5


def relative_errors(
    evidence: pl.DataFrame, groups: pl.DataFrame, quantiles: Quantiles, weighting: Weighting
) -> pl.DataFrame:
    """Each model's pinball loss on each series relative to the mean of all models there, shrunk towards its group.

    evidence: series_id, model, y and the quantile columns, one row a forecast point. groups: series_id, group; one row
    a series. Returns series_id, model, error (1 is the average model), for every series and every model of its group:
    a series without evidence gets its group's errors.
    """
    scored = (
        evidence.filter(pl.col(Y).is_not_null())
        .group_by(SERIES_ID, MODEL)
        .agg(_pinball(quantiles).mean().alias("error"), pl.len().alias("points"))
        .with_columns((pl.col("error") / pl.col("error").mean().over(SERIES_ID)).fill_nan(1.0).alias("error"))
        .join(groups, on=SERIES_ID)
    )
    by_group = scored.group_by(GROUP, MODEL).agg(pl.col("error").mean().alias("typical"))
    own = scored.select(SERIES_ID, MODEL, "error", "points")
    points = pl.col("points").fill_null(0)
    shrunk = (points * pl.col("error") + weighting.prior * pl.col("typical")) / (points + weighting.prior)
    return (
        groups.join(by_group, on=GROUP)
        .join(own, on=[SERIES_ID, MODEL], how="left")
        .with_columns(pl.col("error").fill_null(pl.col("typical")))
        .select(SERIES_ID, MODEL, shrunk.alias("error"))
    )


def _pinball(quantiles: Quantiles) -> pl.Expr:
    """Pinball loss of one forecast point, averaged over the levels (Koenker & Bassett 1978)."""
    losses = []
    for level, name in zip(quantiles.levels, quantiles.columns, strict=True):
        miss = pl.col(Y) - pl.col(name)
        losses.append(pl.max_horizontal(level * miss, (level - 1) * miss))
    return pl.mean_horizontal(losses)


def weights(errors: pl.DataFrame, weighting: Weighting) -> pl.DataFrame:
    """Weights that add up to 1 for each series: series_id, model, weight."""
    relative = pl.col("error") / pl.col("error").min().over(SERIES_ID)
    raw = pl.when(relative <= weighting.cut).then(relative.pow(-weighting.power)).otherwise(0.0)
    return errors.with_columns(raw.alias(WEIGHT)).select(
        SERIES_ID, MODEL, pl.col(WEIGHT) / pl.col(WEIGHT).sum().over(SERIES_ID)
    )


def equal_weights(forecasts: pl.DataFrame) -> pl.DataFrame:
    """The same weight for every model of a series: what is left when there is no evidence."""
    members = forecasts.select(SERIES_ID, MODEL).unique(maintain_order=True)
    return members.with_columns((1.0 / pl.len().over(SERIES_ID)).alias(WEIGHT))


def combine(forecasts: pl.DataFrame, member_weights: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """Weighted means of the members' forecasts, quantile by quantile (Vincent averaging).

    forecasts: series_id, ds, step, model and `columns`. A member without a weight for a series takes no part in it.
    Returns the same columns without `model`, in the order of the first member.
    """
    weighted = forecasts.join(member_weights, on=[SERIES_ID, MODEL], maintain_order="left")
    share = pl.col(WEIGHT) / pl.col(WEIGHT).sum()
    return weighted.group_by(SERIES_ID, DS, STEP, maintain_order=True).agg((pl.col(c) * share).sum() for c in columns)


def median_of(forecasts: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """The median of the members' forecasts, quantile by quantile."""
    return forecasts.group_by(SERIES_ID, DS, STEP, maintain_order=True).agg(pl.col(c).median() for c in columns)
