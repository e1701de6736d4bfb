"""Datasets: their versions and series, and recipes that clean them."""

from sqlalchemy import Column, Integer, Table, Text, UniqueConstraint

from forecastle.storage.tables.columns import Json, Number, Utc, refers, required, unique_while_live
from forecastle.storage.tables.metadata import METADATA

DATASET = Table(
    "dataset",
    METADATA,
    Column("id", Text, primary_key=True),
    required("name", Text),
    required("created_at", Utc),
    Column("deleted_at", Utc),
    unique_while_live("uq_dataset_live_name", "name", "deleted_at"),
    comment="A dataset by name. Deleted ones are removed, with all that refers to them, some time later.",
)

DATASET_VERSION = Table(
    "dataset_version",
    METADATA,
    Column("id", Text, primary_key=True),
    refers("dataset_id", "dataset.id"),
    required("number", Integer),
    required("created_at", Utc),
    required("source", Text),
    required("rows", Number),
    required("manifest", Json),
    required("columns", Json),
    required("findings", Json),
    Column("content_hash", Text),
    Column("parent", Integer),
    Column("recipe", Json),
    Column("by", Text),
    Column("note", Text),
    Column("pinned_at", Utc),
    Column("deleted_at", Utc),
    UniqueConstraint("dataset_id", "number"),
    comment="An immutable snapshot of a dataset; its files are in the artifact store, named in `manifest`.",
)

RECIPE = Table(
    "recipe",
    METADATA,
    Column("name", Text, primary_key=True),
    required("steps", Json),
    required("saved_at", Utc),
    required("by", Text),
    required("note", Text),
    comment="Steps of cleaning under a name. A version keeps the steps that made it, whatever becomes of the name.",
)

PRODUCT = Table(
    "product",
    METADATA,
    Column("id", Number, primary_key=True),
    refers("dataset_id", "dataset.id"),
    required("series_id", Text),
    required("keys", Json),
    UniqueConstraint("dataset_id", "series_id"),
    comment="A series of a dataset, with the values of the user's key columns.",
)
