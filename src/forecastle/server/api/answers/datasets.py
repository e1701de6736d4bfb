"""Datasets and their versions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from forecastle.core.records import DatasetVersion

VERSION: dict[str, Any] = {
    "dataset": "retail",
    "version": 1,
    "id": "5e0fd2a3-9f5b-4a0d-a6f4-9f59e1f7a1be",
    "created_at": "2026-11-22T06:00:00Z",
    "source": "sales.csv",
    "rows": 61412,
    "columns": [{"column": "week", "role": "time", "type": "Date", "confidence": 1.0, "reason": "dates in every row"}],
    "findings": [{"code": "duplicates", "severity": "warning", "message": "12 rows are there twice."}],
}
DATASET: dict[str, Any] = {
    "name": "retail",
    "id": "2f6c6f52-7f0f-4d6e-8a55-4d3f0f4b8a10",
    "created_at": "2026-11-22T06:00:00Z",
}


class VersionAnswer(BaseModel):
    """An immutable snapshot of a dataset. columns: what each was taken for, how surely, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [VERSION]})

    dataset: str
    version: int
    id: str
    created_at: datetime
    source: str
    rows: int
    columns: Sequence[Mapping[str, Any]]
    findings: Sequence[Mapping[str, Any]] = Field(description="What reading found, and what was done about it.")

    @classmethod
    def of(cls, version: DatasetVersion, dataset: str) -> "VersionAnswer":
        """The version as an answer. dataset: the name of its dataset."""
        return cls(
            dataset=dataset,
            version=version.number,
            id=version.id,
            created_at=version.created_at,
            source=version.source,
            rows=version.rows,
            columns=version.columns,
            findings=version.findings,
        )


class DatasetAnswer(BaseModel):
    """A dataset by name."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [DATASET]})

    name: str
    id: str
    created_at: datetime


class DatasetDetails(DatasetAnswer):
    """A dataset with its versions, the newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [DATASET | {"versions": [VERSION]}]})

    versions: Sequence[VersionAnswer]


class DatasetList(BaseModel):
    """Datasets, the newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"datasets": [DATASET]}]})

    datasets: Sequence[DatasetAnswer]


class DatasetDeleted(BaseModel):
    """A dataset that is gone from every list. retention_days: when its rows and files follow."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "retail", "retention_days": 30}]})

    name: str
    retention_days: int
