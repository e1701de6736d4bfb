"""Jobs of the database handed over to BullMQ."""

from forecastle.core.records import Job
from forecastle.jobs.bullmq.connection import connect, explained
from forecastle.jobs.bullmq.order import NAMES, milliseconds
from forecastle.settings import QueueSettings

KEPT = {"age": 7 * 24 * 3600, "count": 1000}
"""How long (seconds) and how many jobs that are over stay in Redis; the database keeps them all."""


class BullQueue:
    """Adds the jobs of the database to a BullMQ queue under the ids they have there."""

    def __init__(self, settings: QueueSettings) -> None:
        self._settings = settings
        self._client = connect(settings.redis)
        from bullmq import Queue

        self._queue = Queue(settings.name, {"connection": self._client})

    async def submit(self, job: Job) -> None:
        """Add it; BullMQ ignores one that it knows.

        Raises:
            QueueError: Redis cannot be reached.
        """
        options = {
            "jobId": job.id,
            "timestamp": milliseconds(job.created_at),
            "attempts": job.max_attempts,
            "backoff": {"type": "exponential", "delay": round(1000 * self._settings.backoff_seconds)},
            "removeOnComplete": KEPT,
            "removeOnFail": KEPT,
        }
        with explained(self._settings.redis):
            if await self._queue.getJobState(job.id) in ("completed", "failed"):  # the database says that it waits
                await self._queue.remove(job.id)
            await self._queue.add(NAMES[job.kind], dict(job.params), options)

    async def cancel(self, job: Job) -> None:
        """Remove it; BullMQ keeps one that runs, whose worker hears of the cancel from the database.

        Raises:
            QueueError: Redis cannot be reached.
        """
        with explained(self._settings.redis):
            await self._queue.remove(job.id)

    async def check(self) -> None:
        """Whether Redis answers.

        Raises:
            QueueError: it does not.
        """
        with explained(self._settings.redis):
            await self._client.ping()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()
