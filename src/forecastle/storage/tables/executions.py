"""Executions, and the files of each."""

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from forecastle.storage.tables.columns import Json, Number, Utc, refers, required
from forecastle.storage.tables.metadata import METADATA

EXECUTION = Table(
    "execution",
    METADATA,
    Column("number", Number, primary_key=True),
    required("id", Text),
    required("kind", Text),
    refers("dataset_version_id", "dataset_version.id"),
    required("created_at", Utc),
    required("horizon", Integer),
    required("freq", Text),
    required("targets", Json),
    required("series", Integer),
    required("duration_seconds", Float(53)),
    required("summary", Json),
    required("manifest", Json),
    required("steps", Json),
    required("findings", Json),
    required("layout", Json),
    UniqueConstraint("id"),
    Index(None, "dataset_version_id"),
    Index(None, "created_at"),
    comment="One run of the pipeline. `layout`: which kind of moments, quantiles and metrics its rows carry.",
)

EXECUTION_FILES = Table(
    "execution_files",
    METADATA,
    Column("execution_id", ForeignKey("execution.id", ondelete="CASCADE"), primary_key=True),
    required("manifest", Json),
    comment="What the charts of an execution are drawn from: files in the artifact store, named in `manifest`.",
)
