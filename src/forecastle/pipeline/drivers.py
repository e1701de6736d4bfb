"""What moves the forecasts: the parts that a model which can tell them says its forecasts are made of."""

from collections.abc import Iterator

import polars as pl

from forecastle.core.columns import DS, MODEL, SERIES_ID, TARGET
from forecastle.core.ports import Explains, Fitted
from forecastle.pipeline.trained import TrainedModel

DRIVER, VALUE = "driver", "value"


def drivers_of(
    name: str, fitted: Fitted, horizon: int, series: pl.Series, *, future: pl.DataFrame | None = None
) -> pl.DataFrame | None:
    """What adds how much to a model's forecasts of these series, all of them known to it; None if it cannot tell.

    Returns `series_id`, `ds`, `model`, `driver`, `value` in units of the target, one row a driver, the strongest first
    within a period. The forecasts are the model's own: nobody has calibrated them or weighed them against others.
    """
    if not isinstance(fitted, Explains) or series.is_empty():
        return None
    parts = fitted.contributions(horizon, series=series, future=future)
    return (
        parts.group_by(SERIES_ID, DS, DRIVER, maintain_order=True)
        .agg(pl.col(VALUE).sum())
        .sort(SERIES_ID, DS, pl.col(VALUE).abs(), descending=[False, False, True], maintain_order=True)
        .select(SERIES_ID, DS, pl.lit(name).alias(MODEL), DRIVER, VALUE)
    )


def trained_drivers(model: TrainedModel, horizon: int, series: pl.Series) -> Iterator[pl.DataFrame]:
    """The same of every member that can tell, with `target`. series: those that a member is not for are left out."""
    for member in model.members:
        own = series.filter(series.is_in(member.coverage.own.implode()))
        table = drivers_of(member.name, member.fitted, horizon, own, future=model.plan)
        if table is not None:
            yield table.insert_column(2, pl.lit(model.target).alias(TARGET))


def can_tell(model: TrainedModel) -> bool:
    """Whether one of its members knows what moves its forecasts."""
    return any(isinstance(member.fitted, Explains) for member in model.members)
