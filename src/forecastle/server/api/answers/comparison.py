"""Two versions of a dataset beside each other."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from forecastle.services.datasets.comparison import Compared

STATISTICS = {"values": 61412, "missing": 0, "zeros": 210, "mean": 41.2, "deviation": 12.0, "lowest": 0.0}
COMPARISON: dict[str, Any] = {
    "dataset": "retail",
    "before": 1,
    "after": 2,
    "rows": {"before": 61412, "after": 61412},
    "series": {"before": 120, "after": 120},
    "rows_added": 0,
    "rows_removed": 0,
    "changed": {"volume": 318},
    "columns_added": [],
    "columns_removed": [],
    "columns_retyped": [],
    "distributions": [
        {
            "column": "volume",
            "before": STATISTICS | {"missing": 318},
            "after": STATISTICS,
            "edges": [0.0, 50.0, 100.0],
            "counts_before": [50210, 10884],
            "counts_after": [50490, 10922],
        }
    ],
    "series_changed": 1,
    "per_series": [
        {
            "series_id": "SKU-1",
            "rows_added": 0,
            "rows_removed": 0,
            "changed": 4,
            "total_before": 1200.0,
            "total_after": 1364.0,
        }
    ],
}


class PairAnswer(BaseModel):
    """A count before and after."""

    model_config = ConfigDict(from_attributes=True)

    before: int
    after: int


class DistributionAnswer(BaseModel):
    """The values of one column of numbers, before and after."""

    model_config = ConfigDict(from_attributes=True)

    column: str
    before: Mapping[str, float | None] = Field(description="Statistics; empty where the column is not there.")
    after: Mapping[str, float | None]
    edges: Sequence[float] = Field(description="Of the bins, one more than there are counts.")
    counts_before: Sequence[int]
    counts_after: Sequence[int]


class ComparisonAnswer(BaseModel):
    """What is different between two versions of a dataset."""

    model_config = ConfigDict(json_schema_extra={"examples": [COMPARISON]})

    dataset: str
    before: int
    after: int
    rows: PairAnswer
    series: PairAnswer
    rows_added: int
    rows_removed: int
    changed: Mapping[str, int] = Field(description="Changed cells of rows in both versions, by column.")
    columns_added: Sequence[str]
    columns_removed: Sequence[str]
    columns_retyped: Sequence[str]
    distributions: Sequence[DistributionAnswer]
    series_changed: int = Field(description="How many series have a difference.")
    per_series: Sequence[Mapping[str, Any]] = Field(description="A page of them, the most changed first.")

    @classmethod
    def of(cls, compared: Compared, dataset: str, *, limit: int, offset: int) -> "ComparisonAnswer":
        """The comparison as an answer. limit, offset: which series."""
        told = compared.told
        return cls(
            dataset=dataset,
            before=compared.before.number,
            after=compared.after.number,
            rows=PairAnswer.model_validate(told.rows),
            series=PairAnswer.model_validate(told.series),
            rows_added=told.rows_added,
            rows_removed=told.rows_removed,
            changed=told.changed,
            columns_added=told.columns_added,
            columns_removed=told.columns_removed,
            columns_retyped=told.columns_retyped,
            distributions=[DistributionAnswer.model_validate(one) for one in told.distributions],
            series_changed=told.per_series.height,
            per_series=told.per_series.slice(offset, limit).to_dicts(),
        )
