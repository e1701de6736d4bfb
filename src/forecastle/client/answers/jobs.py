"""Long work, how far it is, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forecastle.core.progress import StepReport
from forecastle.core.records import JobKind, JobStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedJob:
    """Work that waits for a worker; its results will be under the same id."""

    id: str
    status: JobStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far a job is. step: of ten. percent: 0 to 100 over all steps."""

    step: int
    name: str
    percent: float
    message: str
    eta_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of long work. result: of a completed job. error: of a failed one, with `code`, `message`, `hint`."""

    id: str
    kind: JobKind
    status: JobStatus
    params: Mapping[str, Any]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    attempts: int
    cancel_requested: bool
    report: Step | None
    result: Mapping[str, Any] | None
    error: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent:
    """Something that happened to a job. id: rising over all jobs.

    kind: `job:progress`, `job:completed`, `job:failed` or `job:cancelled`. payload: in full, as the server told it.
    """

    id: int
    kind: str
    payload: Mapping[str, Any]

    @property
    def report(self) -> StepReport | None:
        """How far the job is; None for other kinds of event."""
        return StepReport(**self.payload) if self.kind == "job:progress" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """What came of a job: counts, the models that lead by target, and the champions of how many series."""

    execution_id: str
    series: int
    forecasts: int
    horizon: int
    champions: tuple[Mapping[str, Any], ...]
    leaders: tuple[Mapping[str, Any], ...]
    findings: int
