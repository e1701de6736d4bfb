"""Every table of the database. A change here needs a migration; a test compares the two."""

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from forecastle.storage.columns import Json, Number, Utc, moment

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)
QUANTILES = ("p10", "p25", "p50", "p75", "p90")
RANKED = ("mae", "rmse", "mape", "smape", "wape", "mase", "rmsse", "bias", "wql", "sql", "coverage_80")
METRICS = (*RANKED, "pinball", "coverage_50")
STATISTICS = ("mean", "total", "zero_share", "adi", "cv2", "cv")
CLASSES = ("pattern", "abc", "xyz", "routed", "model", "reason")


def _required(name: str, kind: Any) -> Column[Any]:  # noqa: ANN401 - a column type, or the class of one
    return Column(name, kind, nullable=False)


def _refers(name: str, target: str, *, nullable: bool = False) -> Column[Any]:
    """A row goes with the row it refers to."""
    return Column(name, ForeignKey(target, ondelete="CASCADE"), nullable=nullable)


def _rows_of_execution() -> tuple[Column[Any], Column[Any], PrimaryKeyConstraint]:
    """The rows of an execution lie together, in their order, so that a page of them is read at once.

    On SQLite they are this key's index and nothing beside it (`sqlite_with_rowid=False`), which saves a second tree.

    What they refer to is not checked by the database: of a million rows that took PostgreSQL four times as long as
    writing them. They are written together with their execution, and removed by `SqlDatasets.purge`.
    """
    return (
        _required("execution_number", Number),
        _required("position", Integer),
        PrimaryKeyConstraint("execution_number", "position"),
    )


def _forecast() -> tuple[Column[Any] | CheckConstraint, ...]:
    """What is said of one period: the mean and the quantiles."""
    return (
        _required("mean", Float(53)),
        *(Column(name, Float(53)) for name in QUANTILES),
        Column("other_quantiles", Json),
        CheckConstraint("(ds IS NULL) <> (ds_number IS NULL)", name="moment"),
    )


DATASET = Table(
    "dataset",
    METADATA,
    Column("id", Text, primary_key=True),
    _required("name", Text),
    _required("created_at", Utc),
    Column("deleted_at", Utc),
    comment="A dataset by name. Deleted ones are removed, with all that refers to them, some time later.",
)
LIVE_NAME = Index(
    "uq_dataset_live_name",
    DATASET.c.name,
    unique=True,
    sqlite_where=text("deleted_at IS NULL"),
    postgresql_where=text("deleted_at IS NULL"),
)

DATASET_VERSION = Table(
    "dataset_version",
    METADATA,
    Column("id", Text, primary_key=True),
    _refers("dataset_id", "dataset.id"),
    _required("number", Integer),
    _required("created_at", Utc),
    _required("source", Text),
    _required("rows", Number),
    _required("manifest", Json),
    _required("columns", Json),
    _required("findings", Json),
    Column("content_hash", Text),
    Column("parent", Integer),
    Column("recipe", Json),
    Column("by", Text),
    Column("note", Text),
    Column("pinned_at", Utc),
    Column("deleted_at", Utc),
    UniqueConstraint("dataset_id", "number"),
    comment="An immutable snapshot of a dataset; its files are in the artifact store, named in `manifest`.",
)

RECIPE = Table(
    "recipe",
    METADATA,
    Column("name", Text, primary_key=True),
    _required("steps", Json),
    _required("saved_at", Utc),
    _required("by", Text),
    _required("note", Text),
    comment="Steps of cleaning under a name. A version keeps the steps that made it, whatever becomes of the name.",
)

PRODUCT = Table(
    "product",
    METADATA,
    Column("id", Number, primary_key=True),
    _refers("dataset_id", "dataset.id"),
    _required("series_id", Text),
    _required("keys", Json),
    UniqueConstraint("dataset_id", "series_id"),
    comment="A series of a dataset, with the values of the user's key columns.",
)

EXECUTION = Table(
    "execution",
    METADATA,
    Column("number", Number, primary_key=True),
    _required("id", Text),
    _required("kind", Text),
    _refers("dataset_version_id", "dataset_version.id"),
    _required("created_at", Utc),
    _required("horizon", Integer),
    _required("freq", Text),
    _required("targets", Json),
    _required("series", Integer),
    _required("duration_seconds", Float(53)),
    _required("summary", Json),
    _required("manifest", Json),
    _required("steps", Json),
    _required("findings", Json),
    _required("layout", Json),
    UniqueConstraint("id"),
    Index(None, "dataset_version_id"),
    Index(None, "created_at"),
    comment="One run of the pipeline. `layout`: which kind of moments, quantiles and metrics its rows carry.",
)

EXECUTION_FILES = Table(
    "execution_files",
    METADATA,
    Column("execution_id", ForeignKey("execution.id", ondelete="CASCADE"), primary_key=True),
    _required("manifest", Json),
    comment="What the charts of an execution are drawn from: files in the artifact store, named in `manifest`.",
)

FORECAST_RESULT = Table(
    "forecast_result",
    METADATA,
    *_rows_of_execution(),
    _required("product_id", Number),
    *moment("ds"),
    _required("step", Integer),
    _required("target", Text),
    _required("model", Text),
    *_forecast(),
    Index(None, "execution_number", "product_id"),
    comment="One forecast of one period, sorted by series, moment, target and model.",
    sqlite_with_rowid=False,
)

FORECAST_TOTAL = Table(
    "forecast_total",
    METADATA,
    *_rows_of_execution(),
    _required("level", Text),
    _required("node", Text),
    *moment("ds"),
    _required("step", Integer),
    _required("target", Text),
    *_forecast(),
    comment="One forecast of one period of a total, by target, level and node; none without a hierarchy.",
    sqlite_with_rowid=False,
)

SERIES_CLASSIFICATION = Table(
    "series_classification",
    METADATA,
    *_rows_of_execution(),
    _required("product_id", Number),
    _required("target", Text),
    _required("n_obs", Integer),
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
    _required("target", Text),
    _required("model", Text),
    _required("series", Integer),
    *(Column(name, Float(53)) for name in (*RANKED, "skill", "p_value", "seconds")),
    _required("champion", Boolean),
    comment="How the models of an execution did on past windows, the best first.",
    sqlite_with_rowid=False,
)

FORECAST_METRIC = Table(
    "forecast_metric",
    METADATA,
    *_rows_of_execution(),
    _required("target", Text),
    _required("model", Text),
    _required("by", Text),
    _required("group", Text),
    *(Column(name, Float(53)) for name in METRICS),
    Column("other_metrics", Json),
    Index(None, "execution_number", "by"),
    comment="The measures of a model in all and by series, class, step and window: one row a group.",
    sqlite_with_rowid=False,
)

ROWS_OF_EXECUTION = (FORECAST_RESULT, FORECAST_TOTAL, SERIES_CLASSIFICATION, LEADERBOARD, FORECAST_METRIC)

FORECAST_MODEL = Table(
    "forecast_model",
    METADATA,
    Column("id", Text, primary_key=True),
    _refers("dataset_id", "dataset.id"),
    _required("name", Text),
    _required("family", Text),
    _required("target", Text),
    _required("number", Integer),
    _required("label", Text),
    _refers("execution_id", "execution.id"),
    _required("created_at", Utc),
    _required("metrics", Json),
    _required("parameters", Json),
    _required("libraries", Json),
    _required("data_hash", Text),
    _required("manifest", Json),
    Column("pruned_at", Utc),
    UniqueConstraint("dataset_id", "family", "target", "number"),
    Index(None, "dataset_id", "name"),
    Index(None, "execution_id"),
    comment="A fitted model. Its files go when it is pruned; what is known about it stays.",
)

MODEL_ALIAS = Table(
    "model_alias",
    METADATA,
    Column("id", Number, primary_key=True),
    _refers("dataset_id", "dataset.id"),
    _required("name", Text),
    _required("at", Utc),
    _required("action", Text),
    _refers("version_id", "forecast_model.id"),
    _refers("challenger_id", "forecast_model.id", nullable=True),
    _required("metric", Text),
    Column("champion_value", Float(53)),
    Column("challenger_value", Float(53)),
    _required("by", Text),
    _required("reason", Text),
    Index(None, "dataset_id", "name", "id"),
    Index(None, "version_id"),
    Index(None, "challenger_id"),
    CheckConstraint("action IN ('promote', 'keep', 'rollback')", name="action"),
    comment="The log of who leads: the newest line of a name is its champion. Lines are only ever added.",
    sqlite_autoincrement=True,
)

JOB = Table(
    "job",
    METADATA,
    Column("id", Text, primary_key=True),
    _required("kind", Text),
    _required("params", Json),
    _required("status", Text),
    _required("created_at", Utc),
    Column("not_before", Utc),
    Column("started_at", Utc),
    Column("finished_at", Utc),
    _required("attempts", Integer),
    _required("max_attempts", Integer),
    Column("worker", Text),
    Column("lease_until", Utc),
    _required("cancel_requested", Boolean),
    Column("report", Json),
    Column("result", Json),
    Column("error", Json),
    Index(None, "status", "created_at"),
    Index(None, "created_at"),
    CheckConstraint("status IN ('queued', 'running', 'completed', 'failed', 'cancelled')", name="status"),
    comment="A piece of long work, who runs it, and what came of it.",
)

JOB_EVENT = Table(
    "job_event",
    METADATA,
    Column("id", Number, primary_key=True),
    _refers("job_id", "job.id"),
    _required("kind", Text),
    _required("at", Utc),
    _required("payload", Json),
    Index(None, "job_id", "id"),
    comment="What happened to jobs, in the order in which it became visible.",
    sqlite_autoincrement=True,
)

OVERRIDE = Table(
    "override",
    METADATA,
    Column("id", Text, primary_key=True),
    _refers("dataset_id", "dataset.id"),
    _refers("product_id", "product.id"),
    _required("target", Text),
    *moment("ds"),
    _required("value", Float(53)),
    _required("reason", Text),
    _required("by", Text),
    _required("at", Utc),
    Index(None, "dataset_id"),
    Index(None, "product_id", "target"),
    CheckConstraint("(ds IS NULL) <> (ds_number IS NULL)", name="moment"),
    comment="A planner's change to one period of a series and target, in place of the mean of its forecasts.",
)

API_KEY = Table(
    "api_key",
    METADATA,
    Column("digest", Text, primary_key=True),
    _required("name", Text),
    _required("created_at", Utc),
    Column("revoked_at", Utc),
    comment="Who may call the API. Of a key only its SHA-256 is kept.",
)
LIVE_KEY = Index(
    "uq_api_key_live_name",
    API_KEY.c.name,
    unique=True,
    sqlite_where=text("revoked_at IS NULL"),
    postgresql_where=text("revoked_at IS NULL"),
)

AUDIT_EVENT = Table(
    "audit_event",
    METADATA,
    Column("id", Number, primary_key=True),
    _required("at", Utc),
    _required("by", Text),
    _required("action", Text),
    _required("subject", Text),
    _required("details", Json),
    Index(None, "action", "id"),
    comment="Who did what, and when. Lines are only ever added.",
    sqlite_autoincrement=True,
)
