"""A worker for jobs that BullMQ clients add: Forecastle's own server, or a program in Node.

BullMQ transports, tells, and decides when a failed job is tried again. The database decides who runs a job, so that a
job that BullMQ hands out twice (its lock was lost while Redis was away) runs once, and is answered from the database.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import uuid4

from forecastle.core.errors import ForecastleError, InputError, StorageError
from forecastle.core.ports import Begin
from forecastle.core.records import Job, JobStatus
from forecastle.jobs.attempt import Attempt, Ending
from forecastle.jobs.bullmq.announcer import Announcer
from forecastle.jobs.bullmq.connection import connect, failures
from forecastle.jobs.bullmq.order import job_of, milliseconds
from forecastle.settings import Settings

if TYPE_CHECKING:
    from bullmq import Job as BullJob
    from bullmq import Worker

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=1)
"""Until the next try after Redis or the database did not answer."""

MOMENT = timedelta(seconds=0.1)

GRACE = 8.0
"""Seconds a worker that stops has to give its jobs back and to tell Redis; their processes need up to five of them."""

RETRIES = 60
"""How often a command is tried again: a job that ends while Redis is away is to end there as well, and not to fail."""


class TryAgainError(Exception):
    """A failure that BullMQ is to try again, after the pause that its job asks for."""


class BullWorker:
    """Takes jobs from a BullMQ queue and runs each in a process of its own, as many at once as the settings say.

    command: starts the process of a job. name: of this worker, in the log and in the lease of its jobs.
    """

    def __init__(self, begin: Begin, command: Sequence[str], settings: Settings, name: str) -> None:
        self._begin = begin
        self._command = command
        self._settings = settings
        self._name = name
        self._client = connect(settings.queue.redis, retries=RETRIES)

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set; then stop the jobs that run and give them back."""
        while not stopping.is_set():
            worker = self._worker(stopping)
            closing = asyncio.create_task(_close(worker, stopping))
            try:
                await worker.run()
            except failures() as error:
                log.warning("worker waits for Redis", extra={"worker": self._name, "error": str(error)})
            except asyncio.CancelledError:  # BullMQ passes on that jobs were ended when it was closed by force
                if not stopping.is_set():
                    raise
            if stopping.is_set():
                await closing
            else:  # it has given up, and cannot be begun again
                closing.cancel()
                await worker.close(force=True)
                await asyncio.sleep(PATIENCE.total_seconds())
        await self._client.aclose()

    def _worker(self, stopping: asyncio.Event) -> "Worker":
        from bullmq import Worker

        async def process(job: "BullJob", token: str) -> dict[str, Any]:
            return await self._process(job, token, stopping)

        queue = self._settings.queue
        lease = round(1000 * queue.lease_seconds)
        options = {
            "connection": self._client,
            "autorun": False,
            "name": self._name,
            "concurrency": queue.concurrency,
            "lockDuration": lease,
            "stalledInterval": max(lease // 2, 1),
            "maxStalledCount": 1_000_000,  # the database counts the attempts
            "runRetryDelay": round(1000 * PATIENCE.total_seconds()),
        }
        worker = Worker(queue.name, process, options)
        worker.on("error", lambda error, *_: log.warning("BullMQ", extra={"worker": self._name, "error": str(error)}))
        return worker

    async def _process(self, job: "BullJob", token: str, stopping: asyncio.Event) -> dict[str, Any]:
        from bullmq import UnrecoverableError

        try:
            record = await self._enter(job)
            claimed = None if stopping.is_set() else await self._claim(record.id)
            ending = None if claimed is None else await self._attempt(job, claimed, stopping)
            record = await self._find(record.id)
        except StorageError as error:
            log.warning("job waits for the database", extra={"job_id": job.id, "error": error.message})
            await _put_off(job, token, datetime.now(UTC) + PATIENCE)
        except InputError as error:
            raise UnrecoverableError(str(error)) from error
        if ending is Ending.RETRY:
            raise TryAgainError(_told(record.error))
        if not record.status.over:  # another worker has it, or this one stops
            times = (record.lease_until, record.not_before, datetime.now(UTC))
            await _put_off(job, token, max(time for time in times if time) + MOMENT)
        if record.status is JobStatus.COMPLETED:
            return _answer(record)
        raise UnrecoverableError(_told(record.error) if record.status is JobStatus.FAILED else "cancelled")

    async def _enter(self, job: "BullJob") -> Job:
        """The job in the database, where it is kept now if it was not before.

        BullMQ counts up ids of its own, and begins again at 1 when Redis was emptied: a job whose id is that of an
        older one gets the moment of its birth added.
        """
        order = job_of(job, self._settings.queue)
        async with self._begin() as work:
            await work.jobs.add(order)
            kept = await work.jobs.find(order.id)
            if milliseconds(kept.created_at) != job.timestamp:
                order = replace(order, id=f"{order.id}-{job.timestamp}")
                await work.jobs.add(order)
                kept = await work.jobs.find(order.id)
            await work.commit()
        return kept

    async def _find(self, job_id: str) -> Job:
        async with self._begin() as work:
            return await work.jobs.find(job_id)

    async def _claim(self, job_id: str) -> Job | None:
        holder = f"{self._name}/{uuid4().hex[:8]}"
        lease = timedelta(seconds=self._settings.queue.lease_seconds)
        async with self._begin() as work:
            claimed = await work.jobs.claim(holder, now=datetime.now(UTC), lease=lease, job_id=job_id)
            await work.commit()
        return claimed

    async def _attempt(self, job: "BullJob", claimed: Job, stopping: asyncio.Event) -> Ending:
        again = job.attemptsMade + 1 < job.opts["attempts"] and claimed.attempts < claimed.max_attempts
        announcer = Announcer(job, self._client, f"{self._settings.queue.name}:progress")
        attempt = Attempt(
            job=claimed,
            begin=self._begin,
            command=self._command,
            settings=self._settings,
            stopping=stopping,
            pause=timedelta(0) if again else None,  # BullMQ makes the pause
            listener=announcer.report,
        )
        try:
            return await attempt.run()
        finally:
            await announcer.close()


async def _close(worker: "Worker", stopping: asyncio.Event) -> None:
    """Close it once its jobs are given back; the database knows how they ended, even if Redis cannot be told."""
    await stopping.wait()
    closing = asyncio.create_task(worker.close())
    await asyncio.wait({closing}, timeout=GRACE)
    if not closing.done():
        await worker.close(force=True)
    await closing


async def _put_off(job: "BullJob", token: str, until: datetime) -> NoReturn:
    """Have BullMQ hand the job out again later; that is no attempt."""
    from bullmq import DelayedError

    await job.moveToDelayed(milliseconds(until), token)
    raise DelayedError


def _answer(record: Job) -> dict[str, Any]:
    """What BullMQ clients get. duration: of the last attempt, in seconds."""
    assert record.started_at is not None  # noqa: S101 - it has run
    assert record.finished_at is not None  # noqa: S101 - and is over
    return {"duration": (record.finished_at - record.started_at).total_seconds(), "summary": record.result}


def _told(error: Mapping[str, Any] | None) -> str:
    """An error of the database in one line, as BullMQ keeps it."""
    return f"{error['code']}: {error['message']}" if error else ForecastleError.code
