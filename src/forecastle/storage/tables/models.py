"""Model versions, and who leads."""

from sqlalchemy import CheckConstraint, Column, Float, Index, Integer, Table, Text, UniqueConstraint

from forecastle.storage.tables.columns import Json, Number, Utc, refers, required
from forecastle.storage.tables.metadata import METADATA

FORECAST_MODEL = Table(
    "forecast_model",
    METADATA,
    Column("id", Text, primary_key=True),
    refers("dataset_id", "dataset.id"),
    required("name", Text),
    required("family", Text),
    required("target", Text),
    required("number", Integer),
    required("label", Text),
    refers("execution_id", "execution.id"),
    required("created_at", Utc),
    required("metrics", Json),
    required("parameters", Json),
    required("libraries", Json),
    required("data_hash", Text),
    required("manifest", Json),
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
    refers("dataset_id", "dataset.id"),
    required("name", Text),
    required("at", Utc),
    required("action", Text),
    refers("version_id", "forecast_model.id"),
    refers("challenger_id", "forecast_model.id", nullable=True),
    required("metric", Text),
    Column("champion_value", Float(53)),
    Column("challenger_value", Float(53)),
    required("by", Text),
    required("reason", Text),
    Index(None, "dataset_id", "name", "id"),
    Index(None, "version_id"),
    Index(None, "challenger_id"),
    CheckConstraint("action IN ('promote', 'keep', 'rollback')", name="action"),
    comment="The log of who leads: the newest line of a name is its champion. Lines are only ever added.",
    sqlite_autoincrement=True,
)
