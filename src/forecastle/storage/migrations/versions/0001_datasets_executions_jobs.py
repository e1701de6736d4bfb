"""Datasets, executions with their results, and jobs."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
UTC = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLOAT = sa.Float(53)
QUANTILES = ("p10", "p25", "p50", "p75", "p90")
RANKED = ("mae", "rmse", "mape", "smape", "wape", "mase", "rmsse", "bias", "wql", "sql", "coverage_80")
METRICS = (*RANKED, "pinball", "coverage_50")


def upgrade() -> None:
    """Make the tables."""
    _datasets()
    _executions()
    _results()
    _measures()
    _jobs()


def _datasets() -> None:
    op.create_table(
        "dataset",
        sa.Column("id", sa.Text, primary_key=True),
        _required("name", sa.Text),
        _required("created_at", UTC),
        sa.Column("deleted_at", UTC),
        comment="A dataset by name. Deleted ones are removed, with all that refers to them, some time later.",
    )
    op.create_index(
        "uq_dataset_live_name",
        "dataset",
        ["name"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "dataset_version",
        sa.Column("id", sa.Text, primary_key=True),
        _refers("dataset_id", "dataset.id"),
        _required("number", sa.Integer),
        _required("created_at", UTC),
        _required("source", sa.Text),
        _required("rows", NUMBER),
        _required("manifest", JSON),
        _required("columns", JSON),
        _required("findings", JSON),
        sa.UniqueConstraint("dataset_id", "number"),
        comment="An immutable snapshot of a dataset; its files are in the artifact store, named in `manifest`.",
    )
    op.create_table(
        "product",
        sa.Column("id", NUMBER, primary_key=True),
        _refers("dataset_id", "dataset.id"),
        _required("series_id", sa.Text),
        _required("keys", JSON),
        sa.UniqueConstraint("dataset_id", "series_id"),
        comment="A series of a dataset, with the values of the user's key columns.",
    )


def _executions() -> None:
    op.create_table(
        "execution",
        sa.Column("number", NUMBER, primary_key=True),
        _required("id", sa.Text),
        _required("kind", sa.Text),
        _refers("dataset_version_id", "dataset_version.id"),
        _required("created_at", UTC),
        _required("horizon", sa.Integer),
        _required("freq", sa.Text),
        _required("targets", JSON),
        _required("series", sa.Integer),
        _required("duration_seconds", FLOAT),
        _required("summary", JSON),
        _required("manifest", JSON),
        _required("steps", JSON),
        _required("findings", JSON),
        _required("layout", JSON),
        sa.UniqueConstraint("id"),
        sa.Index(None, "dataset_version_id"),
        sa.Index(None, "created_at"),
        comment="One run of the pipeline. `layout`: which kind of moments, quantiles and metrics its rows carry.",
    )


def _results() -> None:
    op.create_table(
        "forecast_result",
        *_rows_of_execution(),
        _required("product_id", NUMBER),
        *_moment("ds"),
        _required("step", sa.Integer),
        _required("target", sa.Text),
        _required("model", sa.Text),
        _required("mean", FLOAT),
        *(sa.Column(name, FLOAT) for name in QUANTILES),
        sa.Column("other_quantiles", JSON),
        sa.Index(None, "execution_number", "product_id"),
        sa.CheckConstraint("(ds IS NULL) <> (ds_number IS NULL)", name="moment"),
        comment="One forecast of one period, sorted by series, moment, target and model.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "series_classification",
        *_rows_of_execution(),
        _required("product_id", NUMBER),
        _required("target", sa.Text),
        _required("n_obs", sa.Integer),
        *_moment("first"),
        *_moment("last"),
        *(sa.Column(name, FLOAT) for name in ("mean", "total", "zero_share", "adi", "cv2", "cv")),
        *(sa.Column(name, sa.Text) for name in ("pattern", "abc", "xyz", "routed", "model", "reason")),
        comment="The demand classes, the champion and its reason: one row a series and target.",
        sqlite_with_rowid=False,
    )


def _measures() -> None:
    op.create_table(
        "leaderboard",
        *_rows_of_execution(),
        _required("target", sa.Text),
        _required("model", sa.Text),
        _required("series", sa.Integer),
        *(sa.Column(name, FLOAT) for name in (*RANKED, "skill", "p_value", "seconds")),
        _required("champion", sa.Boolean),
        comment="How the models of an execution did on past windows, the best first.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "forecast_metric",
        *_rows_of_execution(),
        _required("target", sa.Text),
        _required("model", sa.Text),
        _required("by", sa.Text),
        _required("group", sa.Text),
        *(sa.Column(name, FLOAT) for name in METRICS),
        sa.Column("other_metrics", JSON),
        sa.Index(None, "execution_number", "by"),
        comment="The measures of a model in all and by series, class, step and window: one row a group.",
        sqlite_with_rowid=False,
    )


def _jobs() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Text, primary_key=True),
        _required("kind", sa.Text),
        _required("params", JSON),
        _required("status", sa.Text),
        _required("created_at", UTC),
        sa.Column("not_before", UTC),
        sa.Column("started_at", UTC),
        sa.Column("finished_at", UTC),
        _required("attempts", sa.Integer),
        _required("max_attempts", sa.Integer),
        sa.Column("worker", sa.Text),
        sa.Column("lease_until", UTC),
        _required("cancel_requested", sa.Boolean),
        sa.Column("report", JSON),
        sa.Column("result", JSON),
        sa.Column("error", JSON),
        sa.Index(None, "status", "created_at"),
        sa.Index(None, "created_at"),
        sa.CheckConstraint("status IN ('queued', 'running', 'completed', 'failed', 'cancelled')", name="status"),
        comment="A piece of long work, who runs it, and what came of it.",
    )
    op.create_table(
        "job_event",
        sa.Column("id", NUMBER, primary_key=True),
        _refers("job_id", "job.id"),
        _required("kind", sa.Text),
        _required("at", UTC),
        _required("payload", JSON),
        sa.Index(None, "job_id", "id"),
        comment="What happened to jobs, in the order in which it became visible.",
        sqlite_autoincrement=True,
    )


def _required(name: str, kind: Any) -> sa.Column[Any]:  # noqa: ANN401 - a column type, or the class of one
    return sa.Column(name, kind, nullable=False)


def _refers(name: str, target: str, kind: Any = sa.Text) -> sa.Column[Any]:  # noqa: ANN401 - a type, or its class
    return sa.Column(name, kind, sa.ForeignKey(target, ondelete="CASCADE"), nullable=False)


def _moment(name: str) -> tuple[sa.Column[Any], sa.Column[Any]]:
    return sa.Column(name, sa.DateTime), sa.Column(f"{name}_number", sa.BigInteger)


def _rows_of_execution() -> tuple[sa.Column[Any], sa.Column[Any], sa.PrimaryKeyConstraint]:
    return (
        _required("execution_number", NUMBER),
        _required("position", sa.Integer),
        sa.PrimaryKeyConstraint("execution_number", "position"),
    )
