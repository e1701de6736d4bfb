"""The queue that needs nothing but the database: jobs wait in their table until a worker claims them."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from forecastle.core.errors import QueueError, StorageError
from forecastle.core.ports import Begin
from forecastle.core.records import Job
from forecastle.jobs.attempt import Attempt
from forecastle.settings import Settings

log = logging.getLogger(__name__)

POLL = 0.2
"""Seconds between two looks for a job."""

PATIENCE = 1.0
"""Seconds until the next look after the database did not answer."""


class EmbeddedQueue:
    """A job is in the queue as soon as it is in the database."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    async def submit(self, job: Job) -> None:
        """Nothing to do: workers look for it."""

    async def cancel(self, job: Job) -> None:
        """Nothing to do: one that waits was cancelled in the database, and the worker of a running one looks there."""

    async def check(self) -> None:
        """Whether the database answers.

        Raises:
            QueueError: it does not.
        """
        try:
            async with self._begin() as work:
                await work.check()
        except StorageError as error:
            raise QueueError(f"The queue is in the database: {error.message}", hint=error.hint) from error

    async def close(self) -> None:
        """Nothing is held."""


class EmbeddedWorker:
    """Claims jobs from the database and runs each in a process of its own, as many at once as the settings say.

    command: starts the process of a job. name: of this worker, in the log and in the lease of its jobs.
    """

    def __init__(self, begin: Begin, command: Sequence[str], settings: Settings, name: str) -> None:
        self._begin = begin
        self._command = command
        self._settings = settings
        self._name = name

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set; then stop the jobs that run and give them back."""
        stopped = asyncio.create_task(stopping.wait())
        running: set[asyncio.Task[None]] = set()
        while not stopping.is_set():
            free = len(running) < self._settings.queue.concurrency
            job = await self._claim() if free else None
            if job is not None:
                running.add(asyncio.create_task(self._carry_out(job, stopping)))
                continue
            pause = POLL if free else None
            await asyncio.wait({stopped, *running}, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            running = {task for task in running if not task.done()}
        await asyncio.gather(*running)

    async def _claim(self) -> Job | None:
        holder = f"{self._name}/{uuid4().hex[:8]}"  # a name for each lease: this worker, too, may lose one to itself
        lease = timedelta(seconds=self._settings.queue.lease_seconds)
        try:
            async with self._begin() as work:
                job = await work.jobs.claim(holder, now=datetime.now(UTC), lease=lease)
                await work.commit()
        except StorageError as error:
            log.warning("worker waits for the database", extra={"worker": self._name, "error": error.message})
            await asyncio.sleep(PATIENCE)
            return None
        return job

    async def _carry_out(self, job: Job, stopping: asyncio.Event) -> None:
        doubled = self._settings.queue.backoff_seconds * 2 ** (job.attempts - 1)
        attempt = Attempt(
            job=job,
            begin=self._begin,
            command=self._command,
            settings=self._settings,
            stopping=stopping,
            pause=timedelta(seconds=doubled) if job.attempts < job.max_attempts else None,
        )
        try:
            await attempt.run()
        except Exception:  # a fault of ours: the job is taken over when its lease runs out
            log.exception("worker failed", extra={"job_id": job.id})
