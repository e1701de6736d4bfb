"""The rows that an execution leaves."""

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from forecastle.storage.tables.columns import Json, Number, moment, required
from forecastle.storage.tables.metadata import METADATA

QUANTILES = ("p10", "p25", "p50", "p75", "p90")
RANKED = ("mae", "rmse", "mape", "smape", "wape", "mase", "rmsse", "bias", "wql", "sql", "coverage_80")
METRICS = (*RANKED, "pinball", "coverage_50")
STATISTICS = ("mean", "total", "zero_share", "adi", "cv2", "cv")
CLASSES = ("pattern", "abc", "xyz", "routed", "model", "reason")


def _rows_of_execution() -> tuple[Column[Any], Column[Any], PrimaryKeyConstraint]:
    """The rows of an execution lie together, in their order, so that a page of them is read at once.

    On SQLite they are this key's index and nothing beside it (`sqlite_with_rowid=False`), which saves a second tree.

    What they refer to is not checked by the database: of a million rows that took PostgreSQL four times as long as
    writing them. They are written together with their execution, and removed by `SqlDatasets.purge`.
    """
    return (
        required("execution_number", Number),
        required("position", Integer),
        PrimaryKeyConstraint("execution_number", "position"),
    )


def _forecast() -> tuple[Column[Any] | CheckConstraint, ...]:
    """What is said of one period: the mean and the quantiles."""
    return (
        required("mean", Float(53)),
        *(Column(name, Float(53)) for name in QUANTILES),
        Column("other_quantiles", Json),
        CheckConstraint("(ds IS NULL) <> (ds_number IS NULL)", name="moment"),
    )


FORECAST_RESULT = Table(
    "forecast_result",
    METADATA,
    *_rows_of_execution(),
    required("product_id", Number),
    *moment("ds"),
    required("step", Integer),
    required("target", Text),
    required("model", Text),
    *_forecast(),
    Index(None, "execution_number", "product_id"),
    comment="One forecast of one period, sorted by series, moment, target and model.",
    sqlite_with_rowid=False,
)

FORECAST_TOTAL = Table(
    "forecast_total",
    METADATA,
    *_rows_of_execution(),
    required("level", Text),
    required("node", Text),
    *moment("ds"),
    required("step", Integer),
    required("target", Text),
    *_forecast(),
    comment="One forecast of one period of a total, by target, level and node; none without a hierarchy.",
    sqlite_with_rowid=False,
)

SERIES_CLASSIFICATION = Table(
    "series_classification",
    METADATA,
    *_rows_of_execution(),
    required("product_id", Number),
    required("target", Text),
    required("n_obs", Integer),
    *moment("first"),
    *moment("last"),
    *(Column(name, Float(53)) for name in STATISTICS),
    *(Column(name, Text) for name in CLASSES),
    comment="The demand classes, the champion and its reason: one row a series and target.",
    sqlite_with_rowid=False,
)

LEADERBOARD = Table(
    "leaderboard",
    METADATA,
    *_rows_of_execution(),
    required("target", Text),
    required("model", Text),
    required("series", Integer),
    *(Column(name, Float(53)) for name in (*RANKED, "skill", "p_value", "seconds")),
    required("champion", Boolean),
    comment="How the models of an execution did on past windows, the best first.",
    sqlite_with_rowid=False,
)

FORECAST_METRIC = Table(
    "forecast_metric",
    METADATA,
    *_rows_of_execution(),
    required("target", Text),
    required("model", Text),
    required("by", Text),
    required("group", Text),
    *(Column(name, Float(53)) for name in METRICS),
    Column("other_metrics", Json),
    Index(None, "execution_number", "by"),
    comment="The measures of a model in all and by series, class, step and window: one row a group.",
    sqlite_with_rowid=False,
)

ROWS_OF_EXECUTION = (FORECAST_RESULT, FORECAST_TOTAL, SERIES_CLASSIFICATION, LEADERBOARD, FORECAST_METRIC)
