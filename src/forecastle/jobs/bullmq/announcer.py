"""How BullMQ clients hear of the progress of a job."""

import asyncio
import json
import logging
from collections.abc import Awaitable
from dataclasses import asdict
from typing import TYPE_CHECKING

from forecastle.core.progress import StepReport

if TYPE_CHECKING:
    from bullmq import Job as BullJob
    from redis.asyncio import Redis

log = logging.getLogger(__name__)

LAST_SECONDS = 2.0
"""Seconds the last report has to get through before the job is over."""


class Announcer:
    """Announces the progress of one job: by BullMQ's progress and log, and on a channel.

    It never holds the job up: while Redis is away, all but the latest report of a step is forgotten.
    """

    def __init__(self, job: "BullJob", client: "Redis", channel: str) -> None:
        self._job = job
        self._client = client
        self._channel = channel
        self._waiting: dict[int, StepReport] = {}
        self._told: StepReport | None = None
        self._news = asyncio.Event()
        self._telling = asyncio.create_task(self._tell())

    def report(self, report: StepReport) -> None:
        """Announce this soon."""
        self._waiting[report.step] = report
        self._news.set()

    async def close(self) -> None:
        """Announce what is left."""
        self._telling.cancel()
        await asyncio.gather(self._telling, return_exceptions=True)
        await self._try(self._say_the_rest())

    async def _tell(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await self._try(self._say_all())

    async def _try(self, telling: Awaitable[None]) -> None:
        try:
            await telling
        except Exception as error:  # noqa: BLE001 - BullMQ raises TypeError, too, for a job that Redis has forgotten
            log.warning("progress not told", extra={"job_id": self._job.id, "error": str(error)})

    async def _say_the_rest(self) -> None:
        async with asyncio.timeout(LAST_SECONDS):
            await self._say_all()
            await self._note_step()

    async def _say_all(self) -> None:
        while self._waiting:
            step = min(self._waiting)
            report = self._waiting[step]
            await self._say(report)
            if self._waiting.get(step) is report:
                del self._waiting[step]

    async def _say(self, report: StepReport) -> None:
        if self._told and self._told.step != report.step:
            await self._note_step()
        payload = asdict(report)
        await self._job.updateProgress(payload)
        await self._client.publish(self._channel, json.dumps(payload))
        self._told = report

    async def _note_step(self) -> None:
        """One line in the log of the job for each step, once it is over."""
        if self._told:
            await self._job.log(f"{self._told.step} {self._told.name}: {self._told.message}")
            self._told = None
