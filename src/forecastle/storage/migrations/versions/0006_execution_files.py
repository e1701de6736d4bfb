"""The files that charts of an execution are drawn from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "execution_files",
        sa.Column("execution_id", sa.Text, sa.ForeignKey("execution.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("manifest", JSON, nullable=False),
        comment="What the charts of an execution are drawn from: files in the artifact store, named in `manifest`.",
    )
