"""Jobs, who runs them, and what happened to them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Update, delete, func, or_, select, update

from forecastle.core.errors import NotFoundError
from forecastle.core.progress import StepReport
from forecastle.core.records import Job, JobEvent, JobKind, JobStatus
from forecastle.storage.tables import EXECUTION, JOB, JOB_EVENT
from forecastle.storage.transaction import Transaction

ADDING = 4_000
"""The lock under which jobs are added."""
TELLING = 4_001
"""The lock under which events are added: their ids rise in the order in which others come to see them.

Taken after the job's row is locked, and by nobody who then waits for another row, so that no two wait for each other.
"""
LOST = {
    "code": "worker_lost",
    "message": "The worker of this job went away without a word, and that was the last attempt.",
    "hint": "Its log tells why: out of memory, killed, or restarted.",
}
WAITS = JOB.c.status == JobStatus.QUEUED
RUNS = JOB.c.status == JobStatus.RUNNING
SPENT = JOB.c.attempts >= JOB.c.max_attempts
KEPT = select(EXECUTION.c.id).where(EXECUTION.c.id == JOB.c.id).exists()
"""Its results are kept, so that nothing but telling of them is left to be done."""


class SqlJobs:
    """`core.ports.Jobs` in the database."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, job: Job) -> bool:
        """Keep a new job; False when one of that id is there already, which then stays as it is."""
        await self._transaction.lock(ADDING)
        if await self._transaction.read(select(JOB.c.id).where(JOB.c.id == job.id)):
            return False
        await self._transaction.write(JOB.insert().values(asdict(job)))
        return True

    async def find(self, job_id: str) -> Job:
        """The job of that id."""
        found = await self._transaction.read(select(JOB).where(JOB.c.id == job_id))
        if not found:
            raise NotFoundError(f"There is no job {job_id!r}.", hint="forecastle jobs lists them.")
        return _job(found[0])

    async def list(self, *, status: Collection[JobStatus] = (), limit: int = 100, offset: int = 0) -> Sequence[Job]:
        """The newest first."""
        query = select(JOB).where(JOB.c.status.in_(status)) if status else select(JOB)
        query = query.order_by(JOB.c.created_at.desc(), JOB.c.id).limit(limit).offset(offset)
        return [_job(row) for row in await self._transaction.read(query)]

    async def counts(self) -> Mapping[tuple[JobKind, JobStatus], int]:
        """How many jobs of which kind stand where."""
        query = select(JOB.c.kind, JOB.c.status, func.count().label("jobs")).group_by(JOB.c.kind, JOB.c.status)
        return {
            (JobKind(row["kind"]), JobStatus(row["status"])): row["jobs"] for row in await self._transaction.read(query)
        }

    async def claim(self, worker: str, *, now: datetime, lease: timedelta, job_id: str | None = None) -> Job | None:
        """Take a job; one that is named does not wait for its pause to end.

        Looking costs no lock. Workers pass over jobs that another is just taking.
        """
        lost = RUNS & (JOB.c.lease_until < now)
        ready = WAITS if job_id else WAITS & or_(JOB.c.not_before.is_(None), JOB.c.not_before <= now)
        named = (JOB.c.id == job_id,) if job_id else ()
        if not await self._transaction.read(select(JOB.c.id).where(ready | lost, *named).limit(1)):
            return None
        await self._bury(lost, now)
        free = (ready | (lost & (~SPENT | KEPT))) & ~JOB.c.cancel_requested
        taken = await self._grab(free, *named, limit=1)
        if not taken:
            return None
        begun = {"status": JobStatus.RUNNING, "worker": worker, "lease_until": now + lease, "started_at": now}
        change = update(JOB).where(JOB.c.id == taken[0]).values(**begun, attempts=JOB.c.attempts + 1, not_before=None)
        return await self._changed(change)

    async def renew(self, job_id: str, worker: str, *, until: datetime) -> Job | None:
        """Hold a job for longer; None when it is another's by now, or over."""
        held = (JOB.c.id == job_id) & (JOB.c.worker == worker) & RUNS
        return await self._changed(update(JOB).where(held).values(lease_until=until))

    async def report(self, job_id: str, report: StepReport) -> None:
        """Keep the latest progress of a running job, and add it to the events; nothing for one that does not run."""
        told = asdict(report)
        if await self._changed(update(JOB).where(JOB.c.id == job_id, RUNS).values(report=told)):
            await self._tell(job_id, "progress", datetime.now(UTC), told)

    async def finish(
        self,
        job_id: str,
        status: JobStatus,
        *,
        now: datetime,
        result: Mapping[str, Any] | None = None,
        error: Mapping[str, Any] | None = None,
    ) -> bool:
        """End a job and add the event of it; False when it was over already."""
        if status is JobStatus.CANCELLED and (kept := await self._kept(job_id)) is not None:
            status, result = JobStatus.COMPLETED, kept
        values = {"status": status, "finished_at": now, "lease_until": None, "result": result, "error": error}
        job = await self._changed(update(JOB).where(JOB.c.id == job_id, WAITS | RUNS).values(values))
        if job is None:
            return False
        payload: dict[str, Any] = {"job_id": job_id}
        if status is JobStatus.COMPLETED:
            payload |= {"duration": job.started_at and (now - job.started_at).total_seconds(), "results": result}
        await self._tell(job_id, status.value, now, payload | dict(error or {}))
        return True

    async def release(self, job_id: str, worker: str, *, not_before: datetime, error: Mapping[str, Any] | None) -> None:
        """Give a job back to the queue; without an error the attempt did not count."""
        values = {"status": JobStatus.QUEUED, "worker": None, "lease_until": None, "not_before": not_before}
        attempts = JOB.c.attempts if error else JOB.c.attempts - 1
        held = (JOB.c.id == job_id) & (JOB.c.worker == worker) & RUNS
        await self._changed(update(JOB).where(held).values(**values, error=error, attempts=attempts))

    async def request_cancel(self, job_id: str, *, now: datetime) -> Job:
        """Cancel a job that waits at once; ask the worker of a running one to stop. One that is over stays so."""
        asked = update(JOB).where(JOB.c.id == job_id, WAITS | RUNS).values(cancel_requested=True)
        job = await self._changed(asked)
        if job is not None and job.status is JobStatus.QUEUED:
            await self.finish(job_id, JobStatus.CANCELLED, now=now)
        return await self.find(job_id)

    async def events(self, *, after: int, job_id: str | None = None, limit: int = 1000) -> Sequence[JobEvent]:
        """Events with an id above `after`, in order."""
        query = select(JOB_EVENT).where(JOB_EVENT.c.id > after).order_by(JOB_EVENT.c.id).limit(limit)
        if job_id is not None:
            query = query.where(JOB_EVENT.c.job_id == job_id)
        return [JobEvent(**row) for row in await self._transaction.read(query)]

    async def purge(self, before: datetime) -> int:
        """Forget the progress of jobs that were over before that moment."""
        over = select(JOB.c.id).where(JOB.c.finished_at < before)
        progress = (JOB_EVENT.c.kind == "job:progress") & JOB_EVENT.c.job_id.in_(over)
        return len(await self._transaction.write(delete(JOB_EVENT).where(progress).returning(JOB_EVENT.c.id)))

    async def last_event(self) -> int:
        """The id of the newest event; 0 when there is none."""
        query = select(func.coalesce(func.max(JOB_EVENT.c.id), 0).label("id"))
        return int((await self._transaction.read(query))[0]["id"])

    async def _bury(self, lost: ColumnElement[bool], now: datetime) -> None:
        """End what nobody is to try again: cancelled while its worker was away, or without attempts left."""
        for job_id in await self._grab((WAITS | lost) & JOB.c.cancel_requested):
            await self.finish(job_id, JobStatus.CANCELLED, now=now)
        for job_id in await self._grab(lost & SPENT & ~KEPT):
            await self.finish(job_id, JobStatus.FAILED, now=now, error=LOST)

    async def _grab(self, *conditions: ColumnElement[bool], limit: int | None = None) -> Sequence[str]:
        """The ids of jobs, locked to the end of the transaction; without those that others have locked."""
        query = select(JOB.c.id).where(*conditions).order_by(JOB.c.created_at, JOB.c.id).limit(limit)
        return [row["id"] for row in await self._transaction.write(query.with_for_update(skip_locked=True))]

    async def _kept(self, job_id: str) -> Mapping[str, Any] | None:
        """What to tell of a job whose results are kept."""
        found = await self._transaction.read(select(EXECUTION.c.summary).where(EXECUTION.c.id == job_id))
        return found[0]["summary"] if found else None

    async def _changed(self, statement: Update) -> Job | None:
        rows = await self._transaction.write(statement.returning(JOB))
        return _job(rows[0]) if rows else None

    async def _tell(self, job_id: str, kind: str, at: datetime, payload: Mapping[str, Any]) -> None:
        await self._transaction.lock(TELLING)
        event = {"job_id": job_id, "kind": f"job:{kind}", "at": at, "payload": payload}
        await self._transaction.write(JOB_EVENT.insert().values(event))


def _job(row: RowMapping) -> Job:
    read = {"kind": JobKind(row["kind"]), "status": JobStatus(row["status"])}
    return Job(**{**row, **read, "report": StepReport(**row["report"]) if row["report"] else None})
