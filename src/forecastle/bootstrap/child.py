"""The process in which one job is carried out."""

from collections.abc import Mapping
from typing import Any

from forecastle.bootstrap.house import open_house
from forecastle.core.progress import Listener
from forecastle.core.records import Job, JobKind
from forecastle.jobs.child import serve_child
from forecastle.settings import Settings


async def carry_out(job: Job, settings: Settings, listener: Listener) -> Mapping[str, Any]:
    """Run a job in a house of its own."""
    async with open_house(settings, upgrade=False) as house:
        if job.kind is JobKind.TABULAR:
            return await house.tabular.training.carry_out(job, listener)
        if job.kind is JobKind.CLEAN:
            return await house.cleaning.carry_out(job, listener)
        return await house.runner.carry_out(job, listener)


if __name__ == "__main__":
    serve_child(carry_out)
