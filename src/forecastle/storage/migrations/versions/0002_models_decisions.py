"""Model versions, and the log of who leads, which can only grow."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
UTC = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLOAT = sa.Float(53)
REFUSAL = "model_alias is a log: lines are added, never changed"
LIVES = "EXISTS (SELECT 1 FROM dataset WHERE id = OLD.dataset_id AND deleted_at IS NULL)"


def upgrade() -> None:
    """Make the tables, and guard the log."""
    _models()
    _decisions()
    if op.get_context().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _models() -> None:
    op.create_table(
        "forecast_model",
        sa.Column("id", sa.Text, primary_key=True),
        _refers("dataset_id", "dataset.id"),
        _required("name", sa.Text),
        _required("family", sa.Text),
        _required("target", sa.Text),
        _required("number", sa.Integer),
        _required("label", sa.Text),
        _refers("execution_id", "execution.id"),
        _required("created_at", UTC),
        _required("metrics", JSON),
        _required("parameters", JSON),
        _required("libraries", JSON),
        _required("data_hash", sa.Text),
        _required("manifest", JSON),
        sa.Column("pruned_at", UTC),
        sa.UniqueConstraint("dataset_id", "family", "target", "number"),
        sa.Index(None, "dataset_id", "name"),
        sa.Index(None, "execution_id"),
        comment="A fitted model. Its files go when it is pruned; what is known about it stays.",
    )


def _decisions() -> None:
    op.create_table(
        "model_alias",
        sa.Column("id", NUMBER, primary_key=True),
        _refers("dataset_id", "dataset.id"),
        _required("name", sa.Text),
        _required("at", UTC),
        _required("action", sa.Text),
        _refers("version_id", "forecast_model.id"),
        _refers("challenger_id", "forecast_model.id", nullable=True),
        _required("metric", sa.Text),
        sa.Column("champion_value", FLOAT),
        sa.Column("challenger_value", FLOAT),
        _required("by", sa.Text),
        _required("reason", sa.Text),
        sa.Index(None, "dataset_id", "name", "id"),
        sa.Index(None, "version_id"),
        sa.Index(None, "challenger_id"),
        sa.CheckConstraint("action IN ('promote', 'keep', 'rollback')", name="action"),
        comment="The log of who leads: the newest line of a name is its champion. Lines are only ever added.",
        sqlite_autoincrement=True,
    )


def _guard_on_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    op.execute(f"CREATE TRIGGER model_alias_unchanged BEFORE UPDATE ON model_alias {refuse}")
    op.execute(f"CREATE TRIGGER model_alias_kept BEFORE DELETE ON model_alias WHEN {LIVES} {refuse}")


def _guard_on_postgresql() -> None:
    op.execute(
        f"""
        CREATE FUNCTION model_alias_is_a_log() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' OR {LIVES} THEN
                RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN OLD;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER model_alias_is_a_log BEFORE UPDATE OR DELETE ON model_alias "
        "FOR EACH ROW EXECUTE FUNCTION model_alias_is_a_log()"
    )


def _required(name: str, kind: Any) -> sa.Column[Any]:  # noqa: ANN401 - a column type, or the class of one
    return sa.Column(name, kind, nullable=False)


def _refers(name: str, target: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, sa.ForeignKey(target, ondelete="CASCADE"), nullable=nullable)
