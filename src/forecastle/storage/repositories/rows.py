"""The tables of an execution as rows of the database, and back.

Moments lie in one of two columns, for dates or for numbers; what has no column of its own, such as an unusual quantile,
lies in a column of JSON. The layout of an execution remembers what its tables looked like.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import polars as pl

from forecastle.core.columns import DS, MODEL, SERIES_ID, TARGET
from forecastle.core.ports import Tables
from forecastle.storage.tables import METRICS, QUANTILES

QUANTILE = re.compile(r"p\d+(\.\d+)?")
METRIC_KEYS = (TARGET, MODEL, "by", "group")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """moments: `date`, `datetime` or `number`. quantiles, metrics: names, in their order."""

    moments: str = "date"
    quantiles: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()

    @classmethod
    def of(cls, tables: Tables) -> Self:
        """What these tables look like."""
        kind = tables.forecasts.schema.get(DS) or tables.classification.schema.get("first") or pl.Date()
        metrics = tables.metrics.get_column("metric", default=pl.Series(dtype=pl.String))
        return cls(
            moments="number" if kind.is_integer() else "date" if kind == pl.Date else "datetime",
            quantiles=tuple(name for name in tables.forecasts.columns if QUANTILE.fullmatch(name)),
            metrics=tuple(metrics.unique(maintain_order=True)),
        )

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """From JSON."""
        return cls(moments=stored["moments"], quantiles=tuple(stored["quantiles"]), metrics=tuple(stored["metrics"]))

    def moment(self, name: str) -> str:
        """The column of the database in which these moments lie."""
        return f"{name}_number" if self.moments == "number" else name

    @property
    def forecast_columns(self) -> Sequence[str]:
        """The columns of the database in which the mean and the quantiles lie."""
        usual = [name for name in QUANTILES if name in self.quantiles]
        return ("mean", *usual) if len(usual) == len(self.quantiles) else ("mean", *usual, "other_quantiles")

    def restored(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Dates as dates again."""
        return frame.with_columns(pl.selectors.datetime().cast(pl.Date)) if self.moments == "date" else frame


def of_forecasts(forecasts: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Sorted as they are read; a mean that is not a number is refused by the database."""
    return of_totals(forecasts.sort(SERIES_ID, DS, TARGET, MODEL), layout)


def of_totals(totals: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """In the order they come in; a mean that is not a number is refused by the database."""
    return _numbered(_gathered(totals, layout.quantiles, QUANTILES, "other_quantiles"), layout, (DS,))


def forecasts_of(rows: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The way back from `of_forecasts` and `of_totals`."""
    found = spread(rows, layout.quantiles, QUANTILES, "other_quantiles")
    others = [name for name in found.columns if name not in layout.quantiles]
    return layout.restored(found.select(*others, *layout.quantiles))


def of_classification(classification: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """In the order of the panel."""
    return _numbered(classification, layout, ("first", "last"))


def of_leaderboard(leaderboard: pl.DataFrame) -> pl.DataFrame:
    """Best first, without what the metrics have as well."""
    return _numbered(leaderboard.drop("coverage_50", strict=False), Layout(), ())


def of_metrics(metrics: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """One row a group, a column a metric."""
    wide = metrics.pivot("metric", on_columns=layout.metrics, index=METRIC_KEYS, values="value", maintain_order=True)
    return _numbered(_gathered(wide, layout.metrics, METRICS, "other_metrics"), layout, ())


def long_metrics(rows: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The way back from `of_metrics`."""
    wide = spread(rows, layout.metrics, METRICS, "other_metrics")
    return wide.unpivot(list(layout.metrics), index=list(METRIC_KEYS), variable_name="metric", value_name="value")


def spread(rows: pl.DataFrame, names: Sequence[str], columns: Sequence[str], others: str) -> pl.DataFrame:
    """Back from JSON what has no column of its own."""
    unusual = [name for name in names if name not in columns]
    if not unusual:
        return rows
    decoded = pl.col(others).str.json_decode(pl.Struct(dict.fromkeys(unusual, pl.Float64)))
    return rows.with_columns(decoded.struct.unnest()).drop(others)


def _gathered(frame: pl.DataFrame, names: Sequence[str], columns: Sequence[str], others: str) -> pl.DataFrame:
    unusual = [name for name in names if name not in columns]
    if not unusual:
        return frame
    return frame.with_columns(pl.struct(unusual).struct.json_encode().alias(others)).drop(unusual)


def _numbered(frame: pl.DataFrame, layout: Layout, moments: Sequence[str]) -> pl.DataFrame:
    """With `position`, and moments and missing numbers as the database knows them."""
    dated = pl.Int64 if layout.moments == "number" else pl.Datetime("us")
    return (
        frame.with_columns(pl.col(moments).cast(dated), pl.selectors.float().cast(pl.Float64).fill_nan(None))
        .rename({name: layout.moment(name) for name in moments})
        .with_row_index("position")
    )
