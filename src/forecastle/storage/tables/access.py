"""Who may call, and who did what."""

from sqlalchemy import Column, Index, Table, Text

from forecastle.storage.tables.columns import Json, Number, Utc, required, unique_while_live
from forecastle.storage.tables.metadata import METADATA

API_KEY = Table(
    "api_key",
    METADATA,
    Column("digest", Text, primary_key=True),
    required("name", Text),
    required("created_at", Utc),
    Column("revoked_at", Utc),
    unique_while_live("uq_api_key_live_name", "name", "revoked_at"),
    comment="Who may call the API. Of a key only its SHA-256 is kept.",
)

AUDIT_EVENT = Table(
    "audit_event",
    METADATA,
    Column("id", Number, primary_key=True),
    required("at", Utc),
    required("by", Text),
    required("action", Text),
    required("subject", Text),
    required("details", Json),
    Index(None, "action", "id"),
    comment="Who did what, and when. Lines are only ever added.",
    sqlite_autoincrement=True,
)
