"""What fitted models looked at, where they can tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import polars as pl

from forecastle.core.columns import MODEL, STEP, TARGET
from forecastle.core.execution import ATTENTION, IMPORTANCES, Schema
from forecastle.core.ports import Attends


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What the models of one target looked at, as in `core.execution.ExecutionResult`.

    importances: target, model, kind, feature, weight. attention: target, model, step, lag, weight.
    """

    importances: pl.DataFrame
    attention: pl.DataFrame

    @classmethod
    def of(
        cls,
        telling: Mapping[str, Attends],
        target: str,
        *,
        series: pl.Series | None = None,
        future: pl.DataFrame | None = None,
    ) -> Self:
        """What these models tell; both tables are empty where there is none.

        series: whose attention to tell, the mean over them; None takes some, evenly spread. future: the known
        covariates of the horizon.
        """
        weights = {name: model.importances(future=future) for name, model in telling.items()}
        lags = {name: _mean(model.attention(series, future=future)) for name, model in telling.items()}
        return cls(importances=_table(weights, target, IMPORTANCES), attention=_table(lags, target, ATTENTION))


def _mean(attention: pl.DataFrame) -> pl.DataFrame:
    return attention.group_by(STEP, "lag", maintain_order=True).agg(pl.col("weight").mean())


def _table(told: Mapping[str, pl.DataFrame], target: str, schema: Schema) -> pl.DataFrame:
    named = (
        rows.with_columns(pl.lit(target).alias(TARGET), pl.lit(name).alias(MODEL)).select(
            pl.col(column).cast(kind) for column, kind in schema.items()
        )
        for name, rows in told.items()
    )
    return pl.concat([pl.DataFrame(schema=schema), *named])
