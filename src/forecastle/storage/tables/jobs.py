"""Jobs, and what happens to them."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text

from forecastle.storage.tables.columns import Json, Number, Utc, refers, required
from forecastle.storage.tables.metadata import METADATA

JOB = Table(
    "job",
    METADATA,
    Column("id", Text, primary_key=True),
    required("kind", Text),
    required("params", Json),
    required("status", Text),
    required("created_at", Utc),
    Column("not_before", Utc),
    Column("started_at", Utc),
    Column("finished_at", Utc),
    required("attempts", Integer),
    required("max_attempts", Integer),
    Column("worker", Text),
    Column("lease_until", Utc),
    required("cancel_requested", Boolean),
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
    refers("job_id", "job.id"),
    required("kind", Text),
    required("at", Utc),
    required("payload", Json),
    Index(None, "job_id", "id"),
    comment="What happened to jobs, in the order in which it became visible.",
    sqlite_autoincrement=True,
)
