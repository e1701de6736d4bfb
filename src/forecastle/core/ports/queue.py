"""How work gets to a worker."""

from typing import Protocol

from forecastle.core.records import Job


class Queue(Protocol):
    """Hands jobs to workers. The job itself is kept in the database, whichever queue carries it."""

    async def submit(self, job: Job) -> None:
        """Make a job that is in the database known to the workers; a second call with the same job does nothing.

        Raises:
            QueueError: the queue cannot be reached; the job stays in the database as queued.
        """
        ...

    async def cancel(self, job: Job) -> None:
        """Take a job that waits out of the queue; one that runs is stopped by its worker, which asks the database."""
        ...

    async def check(self) -> None:
        """Whether the queue can be reached.

        Raises:
            QueueError: it cannot.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
