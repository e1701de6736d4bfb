"""Long work."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from forecastle.core.records import JobKind, JobStatus

ID = "0b6f7a52-4c0e-4f0e-9d0b-9f1d6f3c2a11"

JOB: dict[str, Any] = {
    "id": ID,
    "kind": "train",
    "status": "completed",
    "params": {"dataset": "retail", "horizon": 13},
    "created_at": "2026-11-22T06:00:00Z",
    "started_at": "2026-11-22T06:00:01Z",
    "finished_at": "2026-11-22T06:00:18Z",
    "attempts": 1,
    "cancel_requested": False,
    "report": {"step": 10, "name": "MRP", "percent": 100.0, "message": "done", "eta_seconds": 0.0},
    "result": {"execution_id": ID, "series": 1234, "forecasts": 16042, "horizon": 13},
    "error": None,
}


class JobAccepted(BaseModel):
    """A job that waits for a worker; follow it at `/jobs/{jobId}`."""

    model_config = ConfigDict(
        populate_by_name=True, json_schema_extra={"examples": [{"jobId": ID, "status": "queued"}]}
    )

    job_id: str = Field(alias="jobId")
    status: JobStatus


class JobProgress(BaseModel):
    """How far a job is. step: of ten. percent: 0 to 100 over all steps."""

    model_config = ConfigDict(from_attributes=True)

    step: int
    name: str
    percent: float
    message: str
    eta_seconds: float | None


class JobAnswer(BaseModel):
    """One job. All times are UTC.

    attempts: how often a worker began it. report: the latest progress. result: of a completed job, its summary; the
    rows are at `/forecasts/{id}`. error: of a failed one, with `code`, `message` and `hint`.
    """

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={"examples": [JOB]},
    )

    id: str
    kind: JobKind
    status: JobStatus
    params: Mapping[str, Any]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    attempts: int
    cancel_requested: bool
    report: JobProgress | None
    result: Mapping[str, Any] | None
    error: Mapping[str, Any] | None


class JobList(BaseModel):
    """Jobs, the newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"jobs": [JOB]}]})

    jobs: Sequence[JobAnswer]
