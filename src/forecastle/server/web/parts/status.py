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
    """`42 % · step 4 of 10: ETS · about 12 s left`."""
    if job.status is JobStatus.QUEUED:
        return "Waits for a worker."
    if job.report is None:
        return "Starts."
    left = f" · about {lasting(job.report.eta_seconds)} left" if job.report.eta_seconds is not None else ""
    return f"{job.report.percent:.0f} % · {job.report.name}{left}"
