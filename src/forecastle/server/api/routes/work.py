"""Starting long work."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Response
from pydantic import Field

from forecastle.core.records import Job, JobKind
from forecastle.server.api.answers.jobs import JobAccepted
from forecastle.server.api.house import HouseDep
from forecastle.server.api.openapi import problems
from forecastle.services.requests import Asked, ExecutionParams

router = APIRouter(tags=["jobs"], responses=problems(404, 413, 415, 422))

PARAMS: Any = {
    "everything": {"summary": "The only dataset, every target", "value": {}},
    "chosen": {"summary": "Chosen", "value": {"dataset": "retail", "horizon": 13, "targets": ["volume"]}},
}

Params = Annotated[ExecutionParams, Body(openapi_examples=PARAMS)]


class Execute(Asked):
    """Which kind of work, and what it is asked for."""

    type: Literal["train", "forecast", "backtest"] = Field(
        description="`train`, `forecast` (from kept models) or `backtest`."
    )
    params: ExecutionParams = ExecutionParams()


@router.post("/train", summary="Train models on a dataset", status_code=202)
async def start_training(params: Params, house: HouseDep, response: Response) -> JobAccepted:
    """Compare models on the past, keep the fitted ones as versions, and forecast: the ten steps, as a job."""
    return accepted(await house.jobs.start(JobKind.TRAIN, given(params)), response)


@router.post("/backtest", summary="Compare models on the past", status_code=202)
async def start_backtest(params: Params, house: HouseDep, response: Response) -> JobAccepted:
    """Measure every model on past windows, without forecasting the future; as a job."""
    return accepted(await house.jobs.start(JobKind.BACKTEST, given(params)), response)


@router.post("/forecast/execute", summary="Start any kind of work", status_code=202)
async def execute(
    asked: Annotated[
        Execute,
        Body(
            openapi_examples={
                "train": {"summary": "Train", "value": {"type": "train", "params": {"dataset": "retail"}}},
                "forecast": {"summary": "From kept models", "value": {"type": "forecast", "params": {"horizon": 13}}},
            }
        ),
    ],
    house: HouseDep,
    response: Response,
) -> JobAccepted:
    """Queue a training, a forecast or a backtest."""
    return accepted(await house.jobs.start(JobKind(asked.type), given(asked.params)), response)


def given(params: ExecutionParams) -> dict[str, Any]:
    """What the caller said, without what was left out."""
    return params.model_dump(exclude_unset=True)


def accepted(job: Job, response: Response) -> JobAccepted:
    """The answer to whoever started a job, and where to follow it."""
    response.headers["Location"] = f"/jobs/{job.id}"
    return JobAccepted(job_id=job.id, status=job.status)
