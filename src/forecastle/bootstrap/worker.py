"""A worker process: started by a server, which tells it its settings, or by `forecastle worker`."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from forecastle.bootstrap.house import open_database
from forecastle.core.logs import configure_logging
from forecastle.core.ports import Begin
from forecastle.jobs.attempt import Attempt
from forecastle.jobs.embedded import EmbeddedWorker
from forecastle.jobs.lifetime import Worker, keep_working, worker_name
from forecastle.settings import Settings

CHILD = (sys.executable, "-m", "forecastle.bootstrap.child")
WORKER = (sys.executable, "-m", "forecastle.bootstrap.worker")


async def work(settings: Settings, *, supervised: bool = False) -> None:
    """Carry out jobs until told to stop. supervised: a server holds standard input.

    Raises:
        StorageError, QueueError: the database or the queue cannot be opened.
    """
    async with open_database(settings) as database:
        await keep_working(_worker(settings, database.begin), supervised=supervised)


async def work_on(begin: Begin, job_id: str, settings: Settings) -> None:
    """Carry out one job that waits, in this process's charge; does nothing when a worker was quicker."""
    async with begin() as unit:
        lease = timedelta(seconds=settings.queue.lease_seconds)
        job = await unit.jobs.claim(worker_name(), now=datetime.now(UTC), lease=lease, job_id=job_id)
        await unit.commit()
    if job is not None:
        nobody_stops = asyncio.Event()
        await Attempt(job=job, begin=begin, command=CHILD, settings=settings, stopping=nobody_stops, pause=None).run()


def _worker(settings: Settings, begin: Begin) -> Worker:
    if settings.queue.backend == "embedded":
        return EmbeddedWorker(begin, CHILD, settings, worker_name())
    from forecastle.jobs.bullmq.worker import BullWorker

    return BullWorker(begin, CHILD, settings, worker_name())


if __name__ == "__main__":
    told = Settings.model_validate_json(sys.stdin.buffer.readline())
    configure_logging(told.log.level, json=told.log.format == "json", file=told.log.file)
    asyncio.run(work(told, supervised=True))
