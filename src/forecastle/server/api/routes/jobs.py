"""Long work: listed, looked at, cancelled."""

from typing import Annotated

from fastapi import APIRouter, Query

from forecastle.core.records import JobStatus
from forecastle.server.api.answers.jobs import JobAnswer, JobList
from forecastle.server.api.house import HouseDep
from forecastle.server.api.openapi import problems
from forecastle.server.api.parameters import JobId, Limit, Offset

router = APIRouter(prefix="/jobs", tags=["jobs"])


@router.get("", summary="List jobs", responses=problems(422))
async def list_jobs(
    house: HouseDep,
    status: Annotated[list[JobStatus], Query(description="Only jobs that stand there; may be repeated.")] = [],
    limit: Limit = 100,
    offset: Offset = 0,
) -> JobList:
    """The newest first."""
    found = await house.jobs.list(status=status, limit=limit, offset=offset)
    return JobList(jobs=[JobAnswer.model_validate(job) for job in found])


@router.get("/{job_id:path}", summary="Look at a job", responses=problems(404, 422))
async def get_job(job_id: JobId, house: HouseDep) -> JobAnswer:
    """Where it stands, how far it is, and what came of it."""
    return JobAnswer.model_validate(await house.jobs.find(job_id))


@router.delete("/{job_id:path}", summary="Cancel a job", responses=problems(404, 422))
async def cancel_job(job_id: JobId, house: HouseDep) -> JobAnswer:
    """At once while it waits, else as soon as its worker hears of it; one that is over stays as it is."""
    return JobAnswer.model_validate(await house.jobs.cancel(job_id))
