"""Changes that planners make to forecasts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

OVERRIDE: dict[str, Any] = {
    "id": "5a1d0c5e-7a3f-4c37-8f5d-0f3a6d3c9b11",
    "dataset_id": "2f6c2f4e-6f0e-4b1c-9a55-2a52b1c0d7aa",
    "series_id": "SKU-1",
    "target": "volume",
    "ds": "2026-11-23T00:00:00",
    "value": 60.0,
    "reason": "A promotion that nobody planned.",
    "by": "planning",
    "at": "2026-11-22T09:14:00Z",
}


class OverrideAnswer(BaseModel):
    """A planner's change to one period. It stands for every execution of the dataset."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [OVERRIDE]})

    id: str
    dataset_id: str
    series_id: str
    target: str
    ds: datetime | int
    value: float = Field(description="Instead of the mean.")
    reason: str
    by: str
    at: datetime


class OverrideList(BaseModel):
    """The changes of a dataset, by series, target and period."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"overrides": [OVERRIDE]}]})

    overrides: Sequence[OverrideAnswer]
