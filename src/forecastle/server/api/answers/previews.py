"""What the rows and columns of a dataset look like."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from forecastle.data.dataset import Role
from forecastle.exploration.kinds import Kind
from forecastle.server.api.answers.frames import Rows

STATISTICS: dict[str, Any] = {
    "column": "volume",
    "type": "Int64",
    "role": "target",
    "confidence": 0.9,
    "reason": "the name says so",
    "kind": {"kind": "numeric", "confidence": 0.95, "reason": "numbers"},
    "rows": 61412,
    "missing": 0,
    "distinct": 210,
    "least": 0,
    "greatest": 950,
    "numbers": {
        "mean": 41.2,
        "deviation": 17.5,
        "zeros": 120,
        "negatives": 0,
        "quantiles": [{"level": 0.5, "value": 40.0}],
    },
    "frequent": [{"value": 0, "count": 120}],
}


class PreviewAnswer(BaseModel):
    """Some rows. places: where each stands in the version, counted from 0. total: rows of the version."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {"total": 61412, "places": [0], "rows": [{"week": "2026-11-02", "sku": "SKU-1", "volume": 41}]}
            ]
        },
    )

    total: int
    places: Sequence[int]
    rows: Rows


class KindAnswer(BaseModel):
    """What kind of values a column holds, how surely, and why."""

    model_config = ConfigDict(from_attributes=True)

    kind: Kind
    confidence: float
    reason: str


class QuantileAnswer(BaseModel):
    """The value below which a share of the others lies."""

    model_config = ConfigDict(from_attributes=True)

    level: float
    value: float


class FrequentAnswer(BaseModel):
    """A value and how often it is there."""

    model_config = ConfigDict(from_attributes=True)

    value: Any
    count: int


class NumbersAnswer(BaseModel):
    """The numbers of a column."""

    model_config = ConfigDict(from_attributes=True)

    mean: float
    deviation: float | None
    zeros: int
    negatives: int
    quantiles: Sequence[QuantileAnswer]


class ColumnStatisticsAnswer(BaseModel):
    """One column in numbers. What does not apply to its kind is null or empty."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [STATISTICS]})

    column: str
    type: str = Field(description="How its values are kept.")
    role: Role
    confidence: float = Field(description="Of the role, 0 to 1.")
    reason: str = Field(description="Of the role.")
    kind: KindAnswer
    rows: int
    missing: int
    distinct: int
    least: Any = None
    greatest: Any = None
    numbers: NumbersAnswer | None = Field(description="Null of a column without any.")
    frequent: Sequence[FrequentAnswer]


class StatisticsAnswer(BaseModel):
    """Every column in numbers, in the order of the data."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"columns": [STATISTICS]}]})

    columns: Sequence[ColumnStatisticsAnswer]


class SeriesList(BaseModel):
    """Series by name. total: how many fit the search."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"total": 1, "series": [{"series_id": "A", "rows": 52}]}]}
    )

    total: int
    series: Rows
