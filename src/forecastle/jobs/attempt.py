"""One attempt at one job: holds the lease, keeps the progress, hears of a cancel, and writes how it ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from forecastle.core.errors import JobDiedError, StorageError
from forecastle.core.ports import Begin, Jobs
from forecastle.core.progress import Listener, StepReport, unheard
from forecastle.core.records import Job, JobStatus
from forecastle.jobs.messages import Done, Failure, Order
from forecastle.jobs.process import Outcome, Stopped, run_child
from forecastle.settings import Settings

log = logging.getLogger(__name__)

LONGEST_BEAT = 1.0
"""Seconds between two looks at the job: a cancel is heard of that soon, however long the lease."""

PATIENCE = 0.5
"""Seconds until the next try after the database did not answer."""


class Ending(StrEnum):
    """What became of an attempt."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RETRY = "given back to be tried again"
    RETURNED = "given back because its worker stops"
    LOST = "another worker's by now"


@dataclass(eq=False, kw_only=True)
class Attempt:
    """A job that this worker has claimed, and what its process says about it.

    job: as claimed; its `worker` holds the lease. stopping: the worker is to stop. pause: until another try, None when
    this was the last. listener: who else hears of the progress.
    """

    job: Job
    begin: Begin
    command: Sequence[str]
    settings: Settings
    stopping: asyncio.Event
    pause: timedelta | None
    listener: Listener = field(default=unheard)

    def __post_init__(self) -> None:
        self._unsaved: dict[int, StepReport] = {}  # the latest report of each step
        self._news = asyncio.Event()
        self._stop = asyncio.Event()
        self._over = self._cancelled = self._lost = False

    async def run(self) -> Ending:
        """Carry the job out in a process of its own; nothing is written once another worker has it."""
        self._heed(self.job)
        async with asyncio.TaskGroup() as group:  # a process whose lease is not renewed must not go on
            group.create_task(self._hold())
            watching = group.create_task(self._stop_with_worker())
            outcome = await self._outcome()
            self._over = True
            self._news.set()
            watching.cancel()
        ending = Ending.LOST if self._lost else await self._settle(outcome)
        log.info("job attempt ended", extra={"job_id": self.job.id, "attempt": self.job.attempts, "ending": ending})
        return ending

    async def _outcome(self) -> Outcome:
        """What its process says. The last try is not the last for one that only has to tell of results it has kept."""
        order = Order(job=self.job, settings=self.settings)
        outcome = await run_child(self.command, order, on_report=self._hear, stop=self._stop)
        if self.pause is None and _died(outcome) and await self._kept():
            outcome = await run_child(self.command, order, on_report=self._hear, stop=self._stop)
        return outcome

    async def _kept(self) -> bool:
        """Whether the results of the job are kept, as soon as the database answers."""
        while not self._stop.is_set():
            try:
                async with self.begin() as work:
                    return await work.executions.find(self.job.id) is not None
            except StorageError:
                await asyncio.sleep(PATIENCE)
        return False

    def _hear(self, report: StepReport) -> None:
        self._unsaved[report.step] = report
        self._news.set()
        self.listener(report)

    def _heed(self, job: Job | None) -> None:
        """Stop when the job is another's, or is to be cancelled."""
        self._lost = job is None
        self._cancelled = job is not None and job.cancel_requested
        if self._lost or self._cancelled:
            self._stop.set()

    async def _stop_with_worker(self) -> None:
        await self.stopping.wait()
        self._stop.set()

    async def _hold(self) -> None:
        """Renew the lease and save reports as they come. While the database is away the process goes on."""
        beat = min(LONGEST_BEAT, self.settings.queue.lease_seconds / 3)
        while not self._over and not self._lost:
            try:
                async with asyncio.timeout(beat):
                    await self._news.wait()
            except TimeoutError:
                pass
            self._news.clear()
            try:
                self._heed(await self._write())
            except StorageError as error:
                log.warning("progress waits for the database", extra={"job_id": self.job.id, "error": error.message})
                await asyncio.sleep(PATIENCE)

    async def _write(self, end: Callable[[Jobs], Awaitable[object]] | None = None) -> Job | None:
        """Renew the lease, save what was reported, and end the attempt, all at once; None when it is another's."""
        job, unsaved = self.job, dict(self._unsaved)
        until = _now() + timedelta(seconds=self.settings.queue.lease_seconds)
        async with self.begin() as work:
            held = await work.jobs.renew(job.id, job.worker or "", until=until)
            if held is None:
                return None
            for report in unsaved.values():
                await work.jobs.report(job.id, report)
            if end is not None:
                await end(work.jobs)
            await work.commit()
        self._unsaved = {step: report for step, report in self._unsaved.items() if unsaved.get(step) is not report}
        return held

    async def _settle(self, outcome: Outcome) -> Ending:
        """Write how it ended, as soon as the database answers."""
        ending, end = self._verdict(outcome)
        while True:
            try:
                return ending if await self._write(end) else Ending.LOST
            except StorageError as error:
                log.warning("result waits for the database", extra={"job_id": self.job.id, "error": error.message})
                if self.stopping.is_set():  # what was saved is found by whoever takes over
                    return Ending.LOST
            await asyncio.sleep(PATIENCE)

    def _verdict(self, outcome: Outcome) -> tuple[Ending, Callable[[Jobs], Awaitable[object]]]:
        job, worker, now = self.job, self.job.worker or "", _now()
        match outcome:
            case Done(done=result):
                return Ending.COMPLETED, lambda jobs: jobs.finish(job.id, JobStatus.COMPLETED, now=now, result=result)
            case Failure(error=error, retry=True) if self.pause is not None:
                later = now + self.pause
                return Ending.RETRY, lambda jobs: jobs.release(job.id, worker, not_before=later, error=error)
            case Failure(error=error):
                return Ending.FAILED, lambda jobs: jobs.finish(job.id, JobStatus.FAILED, now=now, error=error)
            case Stopped() if self._cancelled:
                return Ending.CANCELLED, lambda jobs: jobs.finish(job.id, JobStatus.CANCELLED, now=now)
            case Stopped():
                return Ending.RETURNED, lambda jobs: jobs.release(job.id, worker, not_before=now, error=None)


def _died(outcome: Outcome) -> bool:
    return isinstance(outcome, Failure) and outcome.error.get("code") == JobDiedError.code


def _now() -> datetime:
    return datetime.now(UTC)
