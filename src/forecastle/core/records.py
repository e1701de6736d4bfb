"""What the database remembers: datasets, jobs, executions, models and who leads; changes, keys, and who did what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from forecastle.core.naming import model_name
from forecastle.core.progress import StepReport


class JobKind(StrEnum):
    """What a worker can be asked for."""

    TRAIN = "train"
    FORECAST = "forecast"
    BACKTEST = "backtest"
    TABULAR = "tabular"
    CLEAN = "clean"


class JobStatus(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self in (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of long work. All times are UTC.

    params: what was asked for, as JSON. attempts: how often a worker began it. not_before: the pause before another
    try. worker, lease_until: who runs it, and until when nobody else may. report: the latest progress.
    result: of a completed job. error: of a failed one, as `ForecastleError.as_dict` gives it.
    """

    id: str
    kind: JobKind
    params: Mapping[str, Any]
    status: JobStatus
    created_at: datetime
    not_before: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    attempts: int = 0
    max_attempts: int = 3
    worker: str | None = None
    lease_until: datetime | None = None
    cancel_requested: bool = False
    report: StepReport | None = None
    result: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent:
    """Something that happened to a job. id: rising over all jobs. kind: `job:progress`, `job:completed`, ….

    payload: `{job_id, step, name, percent, message, eta_seconds}`, `{duration, results}`, or the error.
    """

    id: int
    job_id: str
    kind: str
    at: datetime
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDataset:
    """A dataset by name; its rows are in its versions."""

    id: str
    name: str
    created_at: datetime
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetVersion:
    """An immutable snapshot. number: 1 for the first. manifest: its files in the artifact store.

    source: what was read, without credentials. columns: role, confidence and reason of each column, as JSON.
    findings: what reading found, as JSON. content_hash: SHA-256 of its rows as they are kept.
    parent: the number of the version it was made from; None for one that was read from a source. recipe: the steps
    that made it from its parent, as JSON; empty where the rows are the parent's. by: who made it. note: in words.
    pinned_at: since when it may not be deleted. deleted_at: its files go after a while; what is known about it stays.
    """

    id: str
    dataset_id: str
    number: int
    created_at: datetime
    source: str
    rows: int
    manifest: Mapping[str, str]
    columns: tuple[Mapping[str, Any], ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()
    content_hash: str = ""
    parent: int | None = None
    recipe: tuple[Mapping[str, Any], ...] = ()
    by: str = ""
    note: str = ""
    pinned_at: datetime | None = None
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecipe:
    """An ordered list of steps under a name, to be applied again. steps: as JSON. note: in words."""

    name: str
    steps: tuple[Mapping[str, Any], ...]
    saved_at: datetime
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One run of the pipeline, or one prediction from kept models. Its id is that of its job, when it had one.

    kind: `train`, `forecast`, `backtest`, `predict` or `tabular`. freq: the period, as `Frequency.parse` reads it. A
    training of a tabular model knows no periods and no series: its horizon and series are 0, its freq is empty.
    manifest: what is needed to repeat it. steps, findings: as JSON. summary: counts for the one who asked.
    """

    id: str
    kind: str
    dataset_version_id: str
    created_at: datetime
    horizon: int
    freq: str
    targets: tuple[str, ...]
    series: int
    duration_seconds: float
    summary: Mapping[str, Any] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Mapping[str, Any], ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """One fitted model of one family and target on one dataset.

    family: `ets`, `theta`, …, `auto`, the champions of all series together, or `tabular:NAME`. number: 1 for the first
    of its family, target and dataset. label: `ets_volume_v3_20261122`. metrics: its row on the leaderboard. data_hash:
    SHA-256 of what it learned from. manifest: its files; empty once `pruned_at`, for the metadata is kept for ever.
    """

    id: str
    dataset_id: str
    family: str
    target: str
    number: int
    label: str
    execution_id: str
    created_at: datetime
    metrics: Mapping[str, float | None]
    parameters: Mapping[str, Any]
    libraries: Mapping[str, str]
    data_hash: str
    manifest: Mapping[str, str]
    pruned_at: datetime | None = None

    @property
    def name(self) -> str:
        """What its versions have in common: `ets_volume`."""
        return model_name(family=self.family, target=self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One line of the log of who leads, which only ever grows: the newest line with `moved` is the champion.

    action: `promote`, `keep` (the challenger was not better) or `rollback`. version_id: the champion from then on.
    challenger_id: whose turn it was. champion_value, challenger_value: `metric` of both; None where undefined.
    by: who or what decided. reason: in words.
    """

    id: int
    dataset_id: str
    name: str
    at: datetime
    action: str
    version_id: str
    challenger_id: str | None
    metric: str
    champion_value: float | None
    challenger_value: float | None
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A planner's change to one period of the forecasts of a series; it stands for every execution of the dataset.

    ds: when the period begins, or its number. value: instead of the mean.
    """

    id: str
    dataset_id: str
    series_id: str
    target: str
    ds: datetime | int
    value: float
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """Who may call. digest: SHA-256 of the key, which itself is kept nowhere."""

    digest: str
    name: str
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One line of the log of what people did, which only ever grows.

    by: the name of an API key, `api` without keys, or who typed a command. action: such as `model.promote`.
    subject: what it was done to. details: what more there is to know, as JSON.
    """

    id: int = 0
    at: datetime
    by: str
    action: str
    subject: str
    details: Mapping[str, Any] = field(default_factory=dict)
