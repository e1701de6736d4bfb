"""Ranges that hold what they promise: quantiles stretched or drawn in until past windows agree with them.

Each quantile's distance from the median is multiplied by a factor learned on backtest residuals: split conformal
prediction on normalised scores (Lei et al. 2018; Romano, Patterson & Candès 2019), one factor a group, step and level.
"""

from dataclasses import dataclass

import polars as pl

from forecastle.core.columns import SERIES_ID, STEP, Y
from forecastle.core.quantiles import Quantiles, column_of
from forecastle.models.combination import GROUP

FACTOR = "factor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Factors a group, step and quantile column: `group`, `step`, `column`, `factor` (1 leaves a quantile alone)."""

    factors: pl.DataFrame
    quantiles: Quantiles

    def apply(self, forecasts: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
        """Move each quantile; the median and the mean stay. A group or step without evidence is left alone."""
        middle = pl.col(column_of(0.5))
        wide = self.factors.with_columns(pl.col("column") + "_factor").pivot(
            "column", index=[GROUP, STEP], values=FACTOR
        )
        joined = forecasts.join(groups, on=SERIES_ID, how="left", maintain_order="left").join(
            wide, on=[GROUP, STEP], how="left", maintain_order="left"
        )
        moved = [
            (middle + (pl.col(name) - middle) * pl.col(f"{name}_factor").fill_null(1.0)).alias(name)
            for name in self.quantiles.columns
            if f"{name}_factor" in wide.columns
        ]
        return joined.with_columns(moved).select(forecasts.columns)


def calibrate(
    evidence: pl.DataFrame, groups: pl.DataFrame, quantiles: Quantiles, *, prior: float = 100.0, limit: float = 4.0
) -> Calibration:
    """Learn the factors from past windows.

    evidence: series_id, step, y and the quantile columns with a median. groups: series_id, group.
    prior: how many points the group's factor over all steps counts as, beside a step's own; the whole panel's
    stands behind the group's in the same way, and 1 behind that. limit: no factor is above it or below its inverse.
    """
    observed = evidence.filter(pl.col(Y).is_not_null()).join(groups, on=SERIES_ID)
    middle = pl.col(column_of(0.5))
    parts = []
    for level, name in zip(quantiles.levels, quantiles.columns, strict=True):
        if level == 0.5:
            continue
        score = ((pl.col(Y) - middle) / (pl.col(name) - middle)).alias("score")
        scored = observed.filter(pl.col(name) != middle).select(GROUP, STEP, score)
        if scored.is_empty():  # every range is a single point: these series repeat themselves exactly
            continue
        share = max(level, 1 - level)
        panel = (
            scored.select(*_conformal(share)).with_columns(_shrunk(pl.lit(1.0), prior).alias("panel")).select("panel")
        )
        by_group = (
            scored.group_by(GROUP)
            .agg(*_conformal(share))
            .join(panel, how="cross")
            .select(GROUP, _shrunk(pl.col("panel"), prior).alias("typical"))
        )
        by_step = scored.group_by(GROUP, STEP).agg(*_conformal(share)).join(by_group, on=GROUP)
        factor = _shrunk(pl.col("typical"), prior).clip(1 / limit, limit)
        parts.append(by_step.select(GROUP, STEP, pl.lit(name).alias("column"), factor.alias(FACTOR)))
    empty = {GROUP: pl.String, STEP: pl.Int64, "column": pl.String, FACTOR: pl.Float64}
    factors = pl.concat(parts).sort("column", GROUP, STEP) if parts else pl.DataFrame(schema=empty)
    return Calibration(factors=factors, quantiles=quantiles)


def _conformal(share: float) -> tuple[pl.Expr, pl.Expr]:
    """The ⌈(n+1)·share⌉-th smallest score, and how many there are."""
    count = pl.len()
    rank = ((count + 1) * share).ceil().clip(1, count) - 1
    return pl.col("score").sort().gather(rank.cast(pl.UInt32)).first().alias("own"), count.alias("points")


def _shrunk(towards: pl.Expr, prior: float) -> pl.Expr:
    return (pl.col("points") * pl.col("own") + prior * towards) / (pl.col("points") + prior)
