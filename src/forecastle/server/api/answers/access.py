"""Who did what."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

EVENT: dict[str, Any] = {
    "id": 12,
    "at": "2026-11-22T06:00:00Z",
    "by": "planning",
    "action": "model.promote",
    "subject": "ets_volume_v3_20261122",
    "details": {"dataset": "retail", "before": "ets_volume_v2_20261115"},
}


class AuditAnswer(BaseModel):
    """One line of the log. by: the name of an API key, `api` without keys, or who typed a command."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [EVENT]})

    id: int
    at: datetime
    by: str
    action: str = Field(description="Such as `dataset.delete`, `model.promote`, `override.set`, `key.revoke`.")
    subject: str = Field(description="What it was done to.")
    details: Mapping[str, Any]


class AuditLog(BaseModel):
    """The log, the newest line first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"events": [EVENT]}]})

    events: Sequence[AuditAnswer]
