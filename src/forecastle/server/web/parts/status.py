"""Jobs and executions in a word and a line."""

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from forecastle.core.frequency import Frequency
from forecastle.core.records import Execution, Job, JobKind, JobStatus
from forecastle.reporting.wording import ahead
from forecastle.server.web.parts.basic import Tone, block, chip, text
from forecastle.server.web.parts.times import lasting

TONES: Mapping[JobStatus, Tone] = {
    JobStatus.QUEUED: "",
    JobStatus.RUNNING: "busy",
    JobStatus.COMPLETED: "good",
    JobStatus.FAILED: "bad",
    JobStatus.CANCELLED: "warn",
}

KINDS = {
    "train": "Training",
    "forecast": "Forecast",
    "backtest": "Comparison",
    "predict": "Prediction",
    "tabular": "Regression",
    "clean": "Cleaning",
}
"""What people call kinds of work."""

STEPS = (
    "Load the data",
    "Classify the series",
    "Networks: TFT, LSTM",
    "Smoothing: ETS, Theta, ridge",
    "Rare sales: Croston, TSB",
    "Boosted trees, ensembles",
    "Revenue",
    "Compare models on the past",
    "Save the results",
    "Tell material planning",
)
TABULAR_STEPS = ("Load the rows", "Train and measure", "Save the model")
CLEANING_STEPS = ("Load the data", "Take the steps", "Save the new version")
"""What jobs do, in a planner's words; the steps are numbered from 1."""


def status_chip(job: Job) -> None:
    """Where a job stands."""
    stopping = job.cancel_requested and not job.status.over
    chip("stopping" if stopping else job.status.value, "warn" if stopping else TONES[job.status])


def kind_of(kind: str) -> str:
    """A kind of work in a word."""
    return KINDS.get(kind, kind)


def asked_of(job: Job) -> str:
    """What a job was asked for, in a line."""
    params: Mapping[str, Any] = job.params
    parts = [params.get("dataset") or "the only dataset"]
    if params.get("horizon"):
        parts.append(f"{params['horizon']} periods ahead")
    if job.kind is JobKind.CLEAN:
        return " · ".join([*parts, "only tried" if params.get("dry_run") else "a new version"])
    if job.kind is JobKind.TABULAR:
        return " · ".join([*parts, f"answers with {params.get('target')}"])
    models = params.get("models") or ("auto",)
    parts.append("models chosen automatically" if tuple(models) == ("auto",) else ", ".join(models))
    return " · ".join(parts)


def figures_of(execution: Execution, target: str | None = None) -> Mapping[str, Any]:
    """What is known of a target of an execution, or of its first one; empty where nothing is."""
    known: list[Mapping[str, Any]] = execution.summary.get("figures", [])
    return next((one for one in known if target in (None, one["target"])), {})


def outlook(execution: Execution) -> str:
    """How far an execution looks, in words: `13 weeks`."""
    return ahead(execution.horizon, Frequency.parse(execution.freq))


def progress(job: Job) -> None:
    """How far a job is: a bar, and in words."""
    report = job.report
    with block("stack tight"):
        bar = ui.linear_progress((report.percent if report else 0) / 100, show_value=False)
        bar.props["aria-label"] = "How far the job is"
        text(remaining(job), classes="small muted")


def remaining(job: Job) -> str:
    """`42 % · Smoothing: ETS, Theta, ridge · about 12 s left`."""
    if job.status is JobStatus.QUEUED:
        return "Waits for a worker. What was asked for earlier comes first."
    if job.report is None:
        return "Starts."
    seconds = job.report.eta_seconds
    left = "" if seconds is None else f" · about {lasting(seconds)} left" if seconds >= 1 else " · almost there"
    return f"{job.report.percent:.0f} % · {step_of(job)}{left}"


def steps_of(job: Job) -> tuple[str, ...]:
    """The steps of a job, in a planner's words; what is only tried is not saved."""
    cleaning = CLEANING_STEPS[:-1] if job.params.get("dry_run") else CLEANING_STEPS
    return {JobKind.TABULAR: TABULAR_STEPS, JobKind.CLEAN: cleaning}.get(job.kind, STEPS)


def step_of(job: Job) -> str:
    """The step that a job is at."""
    names, place = steps_of(job), job.report.step if job.report else 0
    return names[place - 1] if 0 < place <= len(names) else ""
