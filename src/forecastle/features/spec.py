"""Which features a model asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import polars as pl

from forecastle.core.panel import Panel
from forecastle.settings import ClassSettings

Categories = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSpec:
    """What the feature table holds. Saved with a model, it gives the same columns and codes years later.

    lags, windows, averages: in periods. recent: how many of the last values before the cutoff stand in every row,
    where lags count from the target and are null beyond the cutoff. windows carry mean, std, min, max and median;
    averages the mean alone. changes: over how many periods mean absolute changes are taken. smoothing: weight of the
    newest value in the exponential average.
    country: whose public holidays count, such as `DE` or `AU-NSW`; country_column: the static covariate that says
    so for each series. price, promotion: covariates to be treated as such, known or past.
    categories: the values of every text covariate, in the order of their codes.
    """

    lags: tuple[int, ...] = (1, 2, 4, 8, 13, 26, 52)
    recent: int = 0
    windows: tuple[int, ...] = (4, 13)
    averages: tuple[int, ...] = (8, 26, 52)
    changes: tuple[int, ...] = ()
    smoothing: float = 0.3
    country: str | None = None
    country_column: str | None = None
    price: tuple[str, ...] = ()
    promotion: tuple[str, ...] = ()
    categories: Categories = field(default_factory=dict)
    classes: ClassSettings = field(default_factory=ClassSettings)

    def learn(self, panel: Panel) -> Self:
        """The same features, with the categories of this panel's text covariates. A later value has no code."""
        learned = {column.name: tuple(column.cast(pl.String).drop_nulls().unique().sort()) for column in _texts(panel)}
        return replace(self, categories=learned)


def _texts(panel: Panel) -> list[pl.Series]:
    moving = panel.frame.select(*panel.covariates.known, *panel.covariates.past)
    still = pl.DataFrame() if panel.static is None else panel.static.select(panel.covariates.static)
    return [column for column in (*moving, *still) if is_text(column.dtype)]


def is_text(dtype: pl.DataType) -> bool:
    """Whether values of this type are names rather than quantities."""
    return dtype in (pl.String, pl.Categorical, pl.Enum)
