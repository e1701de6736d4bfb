"""Datasets and their versions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from forecastle.core.records import DatasetVersion
from forecastle.services.datasets.lineage import Generation

VERSION: dict[str, Any] = {
    "dataset": "retail",
    "version": 1,
    "id": "5e0fd2a3-9f5b-4a0d-a6f4-9f59e1f7a1be",
    "created_at": "2026-11-22T06:00:00Z",
    "source": "sales.csv",
    "rows": 61412,
    "columns": [{"column": "week", "role": "time", "type": "Date", "confidence": 1.0, "reason": "dates in every row"}],
    "findings": [{"code": "duplicates", "severity": "warning", "message": "12 rows are there twice."}],
    "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "parent": None,
    "recipe": [],
    "by": "api",
    "note": "",
    "pinned_at": None,
}
GENERATION: dict[str, Any] = {
    "version": VERSION,
    "executions": ["0b6f7a52-4c0e-4f0e-9d0b-9f1d6f3c2a11"],
    "current": True,
    "deleted_at": None,
    "files": True,
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
    content_hash: str = Field(description="SHA-256 of its rows as they are kept.")
    parent: int | None = Field(description="The version it was made from; null when it was read from a source.")
    recipe: Sequence[Mapping[str, Any]] = Field(description="The steps that made it from its parent.")
    by: str = Field(description="Who made it.")
    note: str
    pinned_at: datetime | None = Field(description="Since when it may not be deleted.")

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
            content_hash=version.content_hash,
            parent=version.parent,
            recipe=version.recipe,
            by=version.by,
            note=version.note,
            pinned_at=version.pinned_at,
        )


class GenerationAnswer(BaseModel):
    """A version and what stands on it."""

    model_config = ConfigDict(json_schema_extra={"examples": [GENERATION]})

    version: VersionAnswer
    executions: Sequence[str] = Field(description="Executions that used it, the newest first.")
    current: bool = Field(description="Whether it is used when no version is named.")
    deleted_at: datetime | None
    files: bool = Field(description="Whether its rows are still kept.")

    @classmethod
    def of(cls, found: Generation, dataset: str) -> "GenerationAnswer":
        """The version with what stands on it. dataset: the name of its dataset."""
        return cls(
            version=VersionAnswer.of(found.version, dataset),
            executions=found.executions,
            current=found.current,
            deleted_at=found.version.deleted_at,
            files=found.kept,
        )


class LineageAnswer(BaseModel):
    """Every version there ever was, the newest first; deleted ones, too, for others came from them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lineage": [GENERATION]}]})

    lineage: Sequence[GenerationAnswer]


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
