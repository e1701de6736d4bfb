"""What the columns of a dataset are for."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from forecastle.data.dataset import Role
from forecastle.exploration.kinds import Kind
from forecastle.exploration.statistics import ColumnStatistics
from forecastle.server.api.answers.datasets import VERSION, VersionAnswer
from forecastle.services.datasets.columns import Chosen

COLUMN: dict[str, Any] = {
    "column": "week",
    "type": "Date",
    "kind": "time",
    "kind_confidence": 1.0,
    "kind_reason": "it says when",
    "role": "time",
    "confidence": 1.0,
    "reason": "dates in every row",
    "missing": 0,
    "distinct": 104,
    "least": "2024-01-01",
    "greatest": "2025-12-22",
}


class ColumnAnswer(BaseModel):
    """One column: the kind of its values, and what it is for."""

    model_config = ConfigDict(json_schema_extra={"examples": [COLUMN]})

    column: str
    type: str = Field(description="How its values are kept.")
    kind: Kind
    kind_confidence: float
    kind_reason: str
    role: Role
    confidence: float = Field(description="Of the role, 0 to 1; 1 where somebody said so.")
    reason: str = Field(description="Of the role.")
    missing: int
    distinct: int
    least: Any = None
    greatest: Any = None

    @classmethod
    def of(cls, column: ColumnStatistics) -> "ColumnAnswer":
        """The column as an answer."""
        return cls(
            column=column.column,
            type=column.type,
            kind=column.kind.kind,
            kind_confidence=column.kind.confidence,
            kind_reason=column.kind.reason,
            role=column.role,
            confidence=column.confidence,
            reason=column.reason,
            missing=column.missing,
            distinct=column.distinct,
            least=column.least,
            greatest=column.greatest,
        )


class ColumnList(BaseModel):
    """Every column, in the order of the data."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"columns": [COLUMN]}]})

    columns: Sequence[ColumnAnswer]


class RolesChosen(BaseModel):
    """The version with the new roles."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": VERSION, "findings": []}]})

    version: VersionAnswer
    findings: Sequence[Mapping[str, Any]] = Field(
        description="What a check of the data in these roles found; `error` where they cannot be forecast yet."
    )

    @classmethod
    def of(cls, chosen: Chosen, dataset: str) -> "RolesChosen":
        """The choice as an answer. dataset: the name of its dataset."""
        return cls(
            version=VersionAnswer.of(chosen.version, dataset), findings=[asdict(finding) for finding in chosen.findings]
        )
