"""Changes that planners make."""

from sqlalchemy import CheckConstraint, Column, Float, Index, Table, Text

from forecastle.storage.tables.columns import Utc, moment, refers, required
from forecastle.storage.tables.metadata import METADATA

OVERRIDE = Table(
    "override",
    METADATA,
    Column("id", Text, primary_key=True),
    refers("dataset_id", "dataset.id"),
    refers("product_id", "product.id"),
    required("target", Text),
    *moment("ds"),
    required("value", Float(53)),
    required("reason", Text),
    required("by", Text),
    required("at", Utc),
    Index(None, "dataset_id"),
    Index(None, "product_id", "target"),
    CheckConstraint("(ds IS NULL) <> (ds_number IS NULL)", name="moment"),
    comment="A planner's change to one period of a series and target, in place of the mean of its forecasts.",
)
