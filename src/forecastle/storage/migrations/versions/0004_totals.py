"""The totals of a hierarchy, kept with the execution that forecast them."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLOAT = sa.Float(53)
QUANTILES = ("p10", "p25", "p50", "p75", "p90")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "forecast_total",
        _required("execution_number", NUMBER),
        _required("position", sa.Integer),
        _required("level", sa.Text),
        _required("node", sa.Text),
        sa.Column("ds", sa.DateTime),
        sa.Column("ds_number", sa.BigInteger),
        _required("step", sa.Integer),
        _required("target", sa.Text),
        _required("mean", FLOAT),
        *(sa.Column(name, FLOAT) for name in QUANTILES),
        sa.Column("other_quantiles", JSON),
        sa.PrimaryKeyConstraint("execution_number", "position"),
        sa.CheckConstraint("(ds IS NULL) <> (ds_number IS NULL)", name="moment"),
        comment="One forecast of one period of a total, by target, level and node; none without a hierarchy.",
        sqlite_with_rowid=False,
    )


def _required(name: str, kind: Any) -> sa.Column[Any]:  # noqa: ANN401 - a column type, or the class of one
    return sa.Column(name, kind, nullable=False)
