"""Starting long work, following it and stopping it."""

import logging
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from forecastle.core.errors import QueueError
from forecastle.core.ports import Begin, Queue
from forecastle.core.records import Job, JobEvent, JobKind, JobStatus
from forecastle.data.snapshot import check_timed
from forecastle.services.clock import Clock, utc_now
from forecastle.services.datasets.datasets import Datasets
from forecastle.services.jobs.events import Events
from forecastle.services.requests import CleaningParams, ExecutionParams, TabularParams
from forecastle.settings import QueueSettings

log = logging.getLogger(__name__)

PARAMS: Mapping[JobKind, type[ExecutionParams | TabularParams | CleaningParams]] = {
    JobKind.TABULAR: TabularParams,
    JobKind.CLEAN: CleaningParams,
}
"""What kinds of jobs are asked for; executions where nothing is said."""


@dataclass(frozen=True, kw_only=True)
class Jobs:
    """Every job of this house, whichever queue carries it."""

    begin: Begin
    datasets: Datasets
    queue: Queue
    settings: QueueSettings
    events: Events
    now: Clock = field(default=utc_now)

    async def start(self, kind: JobKind, params: Mapping[str, Any]) -> Job:
        """Keep a job and hand it to the workers.

        A queue that cannot be reached does not lose it: it stays in the database, and `resubmit` hands it over later.

        Raises:
            InputError: the parameters are not valid, several datasets could be meant, or the dataset knows no time.
            ModelError: there is no such model.
            NotFoundError: there is no such dataset, or version of it.
        """
        asked = PARAMS.get(kind, ExecutionParams).of(params)
        asked.check()
        version = await self.datasets.version(asked.dataset, asked.version)
        if kind is not JobKind.TABULAR:
            check_timed(version.manifest)
        job = Job(
            id=str(uuid4()),
            kind=kind,
            params=asked.as_params(),
            status=JobStatus.QUEUED,
            created_at=self.now(),
            max_attempts=self.settings.attempts,
        )
        async with self.begin() as work:
            await work.jobs.add(job)
            await work.commit()
        log.info("job queued", extra={"job_id": job.id, "kind": kind.value})
        await self._submit(job)
        return job

    async def find(self, job_id: str) -> Job:
        """The job of that id.

        Raises:
            NotFoundError: there is none.
        """
        async with self.begin() as work:
            return await work.jobs.find(job_id)

    async def list(self, *, status: Collection[JobStatus] = (), limit: int = 100, offset: int = 0) -> Sequence[Job]:
        """The newest first."""
        async with self.begin() as work:
            return await work.jobs.list(status=status, limit=limit, offset=offset)

    async def counts(self) -> Mapping[tuple[JobKind, JobStatus], int]:
        """How many jobs of which kind stand where."""
        async with self.begin() as work:
            return await work.jobs.counts()

    async def cancel(self, job_id: str) -> Job:
        """Stop a job: at once while it waits, else as soon as its worker hears of it.

        Raises:
            NotFoundError: there is none of that id.
        """
        async with self.begin() as work:
            job = await work.jobs.request_cancel(job_id, now=self.now())
            await work.commit()
        try:
            await self.queue.cancel(job)
        except QueueError as error:  # the worker asks the database anyway
            log.warning("queue not told of a cancelled job", extra={"job_id": job_id, "error": error.message})
        return job

    async def follow(self, job_id: str, *, after: int = 0) -> AsyncGenerator[JobEvent, None]:
        """What has happened to a job since the event `after`, and what happens, until it is over.

        Raises:
            NotFoundError: there is none of that id.
        """
        over = (await self.find(job_id)).status.over
        known = self.events.past if over else self.events.follow
        async with aclosing(known(after=after, job_id=job_id)) as events:
            async for event in events:
                yield event
                if event.kind != "job:progress":
                    return

    async def resubmit(self) -> int:
        """Hand every waiting job to the queue once more, which ignores those it knows; answers how many."""
        async with self.begin() as work:
            waiting = await work.jobs.list(status=(JobStatus.QUEUED,), limit=10_000)
        for job in reversed(waiting):
            await self._submit(job)
        return len(waiting)

    async def _submit(self, job: Job) -> None:
        try:
            await self.queue.submit(job)
        except QueueError as error:
            log.warning("job kept until the queue answers", extra={"job_id": job.id, "error": error.message})
