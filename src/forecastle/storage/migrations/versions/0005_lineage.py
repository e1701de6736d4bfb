"""Where dataset versions come from, and recipes by name."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
UTC = sa.DateTime(timezone=True)
ROWS = "rows.parquet"


def upgrade() -> None:
    """Add the columns and the table, and name the content of the versions that are there."""
    for name, kind in (
        ("content_hash", sa.Text),
        ("parent", sa.Integer),
        ("recipe", JSON),
        ("by", sa.Text),
        ("note", sa.Text),
        ("pinned_at", UTC),
        ("deleted_at", UTC),
    ):
        op.add_column("dataset_version", sa.Column(name, kind))
    _name_contents()
    op.create_table(
        "recipe",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("steps", JSON, nullable=False),
        sa.Column("saved_at", UTC, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        comment="Steps of cleaning under a name. A version keeps the steps that made it, whatever becomes of the name.",
    )


def _name_contents() -> None:
    version = sa.table(
        "dataset_version", sa.column("id", sa.Text), sa.column("manifest", JSON), sa.column("content_hash", sa.Text)
    )
    connection = op.get_bind()
    for known in connection.execute(sa.select(version.c.id, version.c.manifest)).all():
        named = sa.update(version).where(version.c.id == known.id)
        connection.execute(named.values(content_hash=known.manifest.get(ROWS, "")))
