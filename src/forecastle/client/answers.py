"""What the server answers. All times are UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forecastle.core.progress import StepReport
from forecastle.core.records import JobKind, JobStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the server is. status: `ok` or `degraded`. checks: `ok`, or what is wrong, by part."""

    status: str
    model_loaded: bool
    version: str
    checks: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceModel:
    """Shape, size and training of the sequence model that is served.

    window_size: values it looks at. input_size: features a period. output_size: periods it forecasts at once.
    losses: of each round, on what it learned from (`training`) and what it was tried out on (`trial`).
    """

    model_type: str
    model_version: str
    window_size: int
    input_size: int
    hidden_size: int
    num_layers: int
    dropout: float
    output_size: int
    total_parameters: int
    losses: Sequence[Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetVersion:
    """An immutable snapshot of a dataset. columns: what each was taken for, how surely, and why.

    content_hash: SHA-256 of its rows. parent: the version it was made from, by the steps of `recipe`.
    """

    dataset: str
    version: int
    id: str
    created_at: datetime
    source: str
    rows: int
    columns: tuple[Mapping[str, Any], ...]
    findings: tuple[Mapping[str, Any], ...]
    content_hash: str
    parent: int | None
    recipe: tuple[Mapping[str, Any], ...]
    by: str
    note: str
    pinned_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """A dataset version and what stands on it.

    executions: ids, the newest first. current: it is used when none is named. files: its rows are still kept.
    """

    version: DatasetVersion
    executions: tuple[str, ...]
    current: bool
    deleted_at: datetime | None
    files: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is different between two versions of a dataset.

    rows, series: counts `before` and `after`. changed: cells of rows in both, by column. distributions: of every column
    of numbers. per_series: a page of the `series_changed` series with a difference.
    """

    dataset: str
    before: int
    after: int
    rows: Mapping[str, int]
    series: Mapping[str, int]
    rows_added: int
    rows_removed: int
    changed: Mapping[str, int]
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    columns_retyped: tuple[str, ...]
    distributions: tuple[Mapping[str, Any], ...]
    series_changed: int
    per_series: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A dataset by name. versions: the newest first; empty in a list of datasets."""

    name: str
    id: str
    created_at: datetime
    versions: tuple[DatasetVersion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedDataset:
    """A dataset that is gone from every list. retention_days: when its rows and files follow."""

    name: str
    retention_days: int


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesForecast:
    """The forecast of one series, a value a period. quantiles: `p10` … `p90`, the same; None unless asked for."""

    predictions: tuple[float, ...]
    model_version: str
    quantiles: Mapping[str, tuple[float, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextValue:
    """The value after a window."""

    prediction: float
    model_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextValues:
    """The value after each window."""

    predictions: tuple[float, ...]
    model_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredForecast:
    """Where the forecasts of stored series are. summary: series by model, and in `unknown` those nobody knows."""

    execution_id: str
    results_count: int
    duration_ms: float
    summary: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One run of the pipeline, or one prediction from kept models. kind: `train`, `forecast`, `backtest`, `predict`.

    manifest: what is needed to repeat it. steps: the ten, with what each did. Both are empty in a list of executions.
    """

    execution_id: str
    kind: str
    created_at: datetime
    horizon: int
    freq: str
    targets: tuple[str, ...]
    series: int
    duration_seconds: float
    summary: Mapping[str, Any]
    manifest: Mapping[str, Any] | None = None
    steps: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """One fitted model. metrics: its row on the leaderboard. pruned_at: when its files were let go."""

    id: str
    label: str
    version: int
    family: str
    target: str
    execution_id: str
    created_at: datetime
    metrics: Mapping[str, float | None]
    parameters: Mapping[str, Any]
    libraries: Mapping[str, str]
    data_hash: str
    pruned_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model of one dataset: who leads, and its versions, the newest first."""

    name: str
    dataset: str
    champion: ModelVersion | None
    versions: tuple[ModelVersion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """How much of its attention to variables of a kind (past, future, static) a model gives to one of them."""

    model: str
    kind: str
    feature: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """How much the forecast of a step looks at the period `lag` periods before it; 0 is its own, with its plan."""

    model: str
    step: int
    lag: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a model looks at. The importances of a kind add up to 1, and so does the attention of a step."""

    version: str
    importances: tuple[Importance, ...]
    attention: tuple[Attention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One line of the log of who leads.

    action: `promote`, `keep` or `rollback`. version_id: the champion from then on. champion_value, challenger_value:
    `metric` of both; None where undefined. by: who or what decided.
    """

    id: int
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
    """A planner's change to one period of a series: `value` instead of the mean, for every execution of the dataset."""

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
class AuditEvent:
    """Who did what, such as `model.promote`, to what, and when."""

    id: int
    at: datetime
    by: str
    action: str
    subject: str
    details: Mapping[str, Any]
