"""What executions produced."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

ID = "0b6f7a52-4c0e-4f0e-9d0b-9f1d6f3c2a11"

EXECUTION: dict[str, Any] = {
    "execution_id": ID,
    "kind": "train",
    "created_at": "2026-11-22T06:00:00Z",
    "horizon": 13,
    "freq": "W",
    "targets": ["volume"],
    "series": 1234,
    "duration_seconds": 17.4,
    "summary": {"series": 1234, "forecasts": 16042, "horizon": 13},
}


RANGE = {"mean": 41.2, "p10": 30.5, "p25": 35.4, "p50": 41.0, "p75": 46.8, "p90": 52.3}


class ExecutionAnswer(BaseModel):
    """One run of the pipeline, or one prediction from kept models; its rows are at `/forecasts/{execution_id}`."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [EXECUTION]})

    execution_id: str = Field(validation_alias="id")
    kind: str = Field(description="`train`, `forecast`, `backtest` or `predict`.")
    created_at: datetime
    horizon: int
    freq: str = Field(description="The period, such as `W`.")
    targets: Sequence[str]
    series: int
    duration_seconds: float
    summary: Mapping[str, Any]


class ExecutionDetails(ExecutionAnswer):
    """An execution with what is needed to repeat it. steps: the ten, with what each did."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXECUTION | {"manifest": {"seed": 1}, "steps": []}]})

    manifest: Mapping[str, Any]
    steps: Sequence[Mapping[str, Any]]


class ExecutionList(BaseModel):
    """Executions, the newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"executions": [EXECUTION]}]})

    executions: Sequence[ExecutionAnswer]


class Findings(BaseModel):
    """What was found in the data. Each has `code`, `severity`, `message`, and which series, how many rows."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "execution_id": ID,
                    "findings": [{"code": "missing_values", "severity": "info", "message": "3 values are missing."}],
                }
            ]
        },
    )

    execution_id: str = Field(validation_alias="id")
    findings: Sequence[Mapping[str, Any]]


class Row(BaseModel):
    """A row of a table; numbers are null where they are undefined."""

    model_config = ConfigDict(extra="allow")


class ForecastRow(Row):
    """One period of one series and target: the expected value, and a column for each quantile."""

    series_id: str
    ds: datetime | date | int = Field(description="The period begins then; a number where the data count theirs.")
    step: int
    target: str
    model: str
    mean: float | None


class TablePage(BaseModel):
    """One page of a table of an execution. total: rows on all pages."""

    execution_id: str
    total: int
    limit: int
    offset: int


class ForecastPage(TablePage):
    """Forecasts, by series, period, target and model."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "execution_id": ID,
                    "total": 16042,
                    "limit": 1,
                    "offset": 0,
                    "rows": [
                        {
                            "series_id": "SKU-1",
                            "ds": "2026-11-23T00:00:00",
                            "step": 1,
                            "target": "volume",
                            "model": "ets",
                            **RANGE,
                        }
                    ],
                }
            ]
        }
    )

    rows: Sequence[ForecastRow]


class TotalRow(Row):
    """One period of one total: the expected value, and a column for each quantile."""

    level: str = Field(description="`total`, or the columns that make the level.")
    node: str = Field(description="The values of these columns.")
    ds: datetime | date | int = Field(description="The period begins then; a number where the data count theirs.")
    step: int
    target: str
    mean: float


class TotalPage(TablePage):
    """Totals, by target, level, node and period."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "execution_id": ID,
                    "total": 364,
                    "limit": 1,
                    "offset": 0,
                    "rows": [
                        {
                            "level": "state",
                            "node": "Victoria",
                            "ds": "2026-11-23T00:00:00",
                            "step": 1,
                            "target": "volume",
                            **RANGE,
                        }
                    ],
                }
            ]
        }
    )

    rows: Sequence[TotalRow]


class RowPage(TablePage):
    """A table whose columns are those of its name in the reference."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "execution_id": ID,
                    "total": 14,
                    "limit": 1000,
                    "offset": 0,
                    "rows": [{"target": "volume", "model": "ets", "wape": 0.182, "champion": True}],
                }
            ]
        }
    )

    rows: Sequence[Row]
