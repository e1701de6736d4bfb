"""Changes that planners make, API keys, and the log of what people did, which can only grow."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
UTC = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "audit_event is a log: lines are added, never changed"


def upgrade() -> None:
    """Make the tables, and guard the log."""
    _overrides()
    _access()
    if op.get_context().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _overrides() -> None:
    op.create_table(
        "override",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("dataset_id", sa.Text, sa.ForeignKey("dataset.id", ondelete="CASCADE"), nullable=False),
        sa.Column("product_id", NUMBER, sa.ForeignKey("product.id", ondelete="CASCADE"), nullable=False),
        _required("target", sa.Text),
        sa.Column("ds", sa.DateTime),
        sa.Column("ds_number", sa.BigInteger),
        _required("value", sa.Float(53)),
        _required("reason", sa.Text),
        _required("by", sa.Text),
        _required("at", UTC),
        sa.Index(None, "dataset_id"),
        sa.Index(None, "product_id", "target"),
        sa.CheckConstraint("(ds IS NULL) <> (ds_number IS NULL)", name="moment"),
        comment="A planner's change to one period of a series and target, in place of the mean of its forecasts.",
    )


def _access() -> None:
    op.create_table(
        "api_key",
        sa.Column("digest", sa.Text, primary_key=True),
        _required("name", sa.Text),
        _required("created_at", UTC),
        sa.Column("revoked_at", UTC),
        comment="Who may call the API. Of a key only its SHA-256 is kept.",
    )
    live = sa.text("revoked_at IS NULL")
    op.create_index("uq_api_key_live_name", "api_key", ["name"], unique=True, sqlite_where=live, postgresql_where=live)
    op.create_table(
        "audit_event",
        sa.Column("id", NUMBER, primary_key=True),
        _required("at", UTC),
        _required("by", sa.Text),
        _required("action", sa.Text),
        _required("subject", sa.Text),
        _required("details", JSON),
        sa.Index(None, "action", "id"),
        comment="Who did what, and when. Lines are only ever added.",
        sqlite_autoincrement=True,
    )


def _guard_on_sqlite() -> None:
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_event_no_{change.lower()} BEFORE {change} ON audit_event "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _guard_on_postgresql() -> None:
    op.execute(
        f"""
        CREATE FUNCTION audit_event_is_a_log() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER audit_event_is_a_log BEFORE UPDATE OR DELETE ON audit_event "
        "FOR EACH ROW EXECUTE FUNCTION audit_event_is_a_log()"
    )


def _required(name: str, kind: Any) -> sa.Column[Any]:  # noqa: ANN401 - a column type, or the class of one
    return sa.Column(name, kind, nullable=False)
