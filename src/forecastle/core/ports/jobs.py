"""What services and workers ask of the database about jobs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from forecastle.core.progress import StepReport
from forecastle.core.records import Job, JobEvent, JobKind, JobStatus


class Jobs(Protocol):
    """Jobs, who runs them, and what happened to them."""

    async def add(self, job: Job) -> bool:
        """Keep a new job; False when one of that id is there already, which then stays as it is."""
        ...

    async def find(self, job_id: str) -> Job:
        """The job of that id.

        Raises:
            NotFoundError: there is none.
        """
        ...

    async def list(self, *, status: Collection[JobStatus] = (), limit: int = 100, offset: int = 0) -> Sequence[Job]:
        """The newest first."""
        ...

    async def counts(self) -> Mapping[tuple[JobKind, JobStatus], int]:
        """How many jobs of which kind stand where."""
        ...

    async def claim(self, worker: str, *, now: datetime, lease: timedelta, job_id: str | None = None) -> Job | None:
        """Take the job that has waited longest, or the one named, as the only worker who does.

        Also takes jobs whose lease ran out: their worker is gone. One whose attempts are used up fails instead,
        unless its results are kept and only have to be told of; one that was to be cancelled is. The one named is
        taken even before the end of its pause.
        """
        ...

    async def renew(self, job_id: str, worker: str, *, until: datetime) -> Job | None:
        """Hold a job for longer, and see whether it is to be cancelled; None when it is another's by now."""
        ...

    async def report(self, job_id: str, report: StepReport) -> None:
        """Keep the latest progress, and add it to the events."""
        ...

    async def finish(
        self,
        job_id: str,
        status: JobStatus,
        *,
        now: datetime,
        result: Mapping[str, Any] | None = None,
        error: Mapping[str, Any] | None = None,
    ) -> bool:
        """End a job and add the event of it; False when it was over already.

        A cancel that comes after the results of the job were kept comes too late: the job is completed.
        """
        ...

    async def release(self, job_id: str, worker: str, *, not_before: datetime, error: Mapping[str, Any] | None) -> None:
        """Give a job back to the queue, to be tried again after a pause.

        error: why it failed; None when its worker stops, which is no fault of the job and does not count as an attempt.
        """
        ...

    async def request_cancel(self, job_id: str, *, now: datetime) -> Job:
        """Cancel a job that waits at once; ask the worker of a running one to stop. One that is over stays so."""
        ...

    async def events(self, *, after: int, job_id: str | None = None, limit: int = 1000) -> Sequence[JobEvent]:
        """Events with an id above `after`, in order."""
        ...

    async def purge(self, before: datetime) -> int:
        """Forget the progress of jobs that were over before that moment, not how they ended; answers how many."""
        ...

    async def last_event(self) -> int:
        """The id of the newest event; 0 when there is none."""
        ...
