"""`forecastle jobs`: long work."""

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from forecastle.cli import console
from forecastle.cli.answers import say, show
from forecastle.cli.house import in_house
from forecastle.cli.options import NO_GENERAL, General, JobId, Limit
from forecastle.cli.rows import job_row

if TYPE_CHECKING:
    from forecastle.core.records import Job
    from forecastle.services.house import House

app = App(name="jobs", help="Start, list, follow and cancel long work.")

Statuses = Annotated[
    tuple[Literal["queued", "running", "completed", "failed", "cancelled"], ...],
    Parameter(show_default=False, negative="", help="Only jobs that stand there; repeat for several."),
]
Kind = Annotated[
    Literal["train", "forecast", "backtest"],
    Parameter(help="train: fit models and keep them. forecast: from kept models. backtest: compare on the past."),
]
Dataset = Annotated[str | None, Parameter(help="Name or id; may be left out while there is one only.")]
Horizon = Annotated[int | None, Parameter(alias="-n", help="Periods to forecast; the usual if left out.")]
Targets = Annotated[
    tuple[str, ...],
    Parameter(
        name="--target",
        show_default=False,
        negative="",
        help="A column to forecast; repeat for several; all if left out.",
    ),
]
Models = Annotated[
    tuple[str, ...],
    Parameter(name="--model", alias="-m", show_default=False, negative="", help="A model to run; repeat for several."),
]


@app.default
@app.command(name="list")
def everything(*, status: Statuses = (), limit: Limit = 20, general: General = NO_GENERAL) -> None:
    """List the jobs, the newest first."""
    with console.errors(as_json=general.json):
        from forecastle.core.records import JobStatus

        wanted = [JobStatus(name) for name in status]
        found = in_house(general, lambda house: house.jobs.list(status=wanted, limit=limit))
        show([job_row(job) for job in found], general, nothing="There is no job.")


@app.command(name="show")
def one(job: JobId, *, general: General = NO_GENERAL) -> None:
    """Show one job."""
    with console.errors(as_json=general.json):
        show([job_row(in_house(general, lambda house: house.jobs.find(job)))], general, nothing="")


@app.command
def start(
    kind: Kind,
    *,
    dataset: Dataset = None,
    horizon: Horizon = None,
    targets: Targets = (),
    models: Models = ("auto",),
    general: General = NO_GENERAL,
) -> None:
    """Queue a training, a forecast or a backtest for the workers."""
    with console.errors(as_json=general.json):
        from forecastle.core.records import JobKind

        asked = {"dataset": dataset, "horizon": horizon, "targets": targets, "models": models}
        job = in_house(general, lambda house: house.jobs.start(JobKind(kind), asked))
        say(job_row(job), f"{job.id} is queued. Follow it: forecastle jobs follow {job.id}", general)


@app.command
def follow(job: JobId, *, general: General = NO_GENERAL) -> None:
    """Show the progress of a job until it is over."""
    with console.errors(as_json=general.json, stopped="No longer followed; the job goes on."):
        over = in_house(general, lambda house: followed(house, job, general))
        say(job_row(over), f"{over.id} is {over.status.value}.", general)


@app.command
def cancel(job: JobId, *, general: General = NO_GENERAL) -> None:
    """Stop a job; what it has not saved is not kept."""
    with console.errors(as_json=general.json):
        stopped = in_house(general, lambda house: house.jobs.cancel(job))
        word = stopped.status.value if stopped.status.over else "being stopped"
        say(job_row(stopped), f"{stopped.id} is {word}.", general)


async def followed(house: "House", job_id: str, general: General) -> "Job":
    """Show a job's progress as a bar until it is over."""
    from forecastle.core.progress import StepReport
    from forecastle.core.records import JobKind

    short = (await house.jobs.find(job_id)).kind in (JobKind.TABULAR, JobKind.CLEAN)
    steps = 3 if short else console.STEPS
    with console.step_bar(quiet=general.silent, steps=steps) as listener:
        async for event in house.jobs.follow(job_id):
            if event.kind == "job:progress":
                listener(StepReport(**event.payload))
    return await house.jobs.find(job_id)
