"""`forecastle train`: from a source to models that the server can forecast with."""

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from forecastle.cli import console
from forecastle.cli.answers import say
from forecastle.cli.commands.jobs import followed
from forecastle.cli.house import in_house
from forecastle.cli.options import (
    NO_ASKING,
    NO_COLUMNS,
    NO_GENERAL,
    NO_READING,
    Asking,
    Columns,
    General,
    Reading,
    read_options,
)
from forecastle.cli.rows import job_row

if TYPE_CHECKING:
    from forecastle.core.records import Job
    from forecastle.data.options import ReadOptions
    from forecastle.services.house import House

Source = Annotated[str | None, Parameter(help="What to read first; the dataset's newest version if left out.")]
Name = Annotated[str, Parameter(help="The dataset to train on, or to read the source into.")]


def train(
    source: Source = None,
    *,
    name: Name,
    asking: Asking = NO_ASKING,
    reading: Reading = NO_READING,
    columns: Columns = NO_COLUMNS,
    general: General = NO_GENERAL,
) -> None:
    """Train models on a dataset and keep them for the server; `demo:retail` is real data that comes along."""
    with console.errors(as_json=general.json, stopped="Cancelled. No model was kept."):
        request = asking.request(columns)
        asked = {
            "dataset": name,
            "horizon": request.horizon,
            "targets": request.targets,
            "models": request.models,
            "freq": request.freq,
            "seasons": request.seasons,
            "hierarchy": request.hierarchy,
            "time_limit": request.time_limit,
        }
        options = read_options(reading, columns)
        job = in_house(general, lambda house: _trained(house, source, options, asked, general))
        _answer(job, name, general)


async def _trained(
    house: "House", source: str | None, options: "ReadOptions", asked: dict[str, Any], general: General
) -> "Job":
    from forecastle.core.records import JobKind

    if source is not None:
        await house.datasets.bring(source, name=asked["dataset"], options=options)
    return await carried_out(house, await house.jobs.start(JobKind.TRAIN, asked), general)


async def carried_out(house: "House", job: "Job", general: General) -> "Job":
    """Carry a job out here and now, or watch the worker that was quicker."""
    import asyncio

    from forecastle.bootstrap.worker import work_on

    working = asyncio.create_task(work_on(house.jobs.begin, job.id, house.settings))
    try:
        return await followed(house, job.id, general)
    except asyncio.CancelledError:
        await house.jobs.cancel(job.id)
        raise
    finally:
        await working


def result_of(job: "Job") -> dict[str, Any]:
    """What a training that is over left.

    Raises:
        Cancelled: it was cancelled.
        ForecastleError: the error that it failed with.
    """
    from forecastle.core.errors import Cancelled, ForecastleError
    from forecastle.core.records import JobStatus

    if job.status is JobStatus.CANCELLED:
        raise Cancelled("The training was cancelled. No model was kept.")
    if job.error:
        raise ForecastleError.from_dict(job.error)
    return dict(job.result or {})


def _answer(job: "Job", name: str, general: General) -> None:
    summary = result_of(job)
    leaders = ", ".join(f"{row['target']} by {row['model']}" for row in summary.get("leaders", ()))
    say(
        job_row(job) | {"summary": summary},
        f"{summary.get('series')} series of {name} are trained: {leaders}.\nforecastle serve answers with them.",
        general,
    )
