"""What happens to jobs, told to everybody in this process who listens."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from forecastle.core.errors import StorageError
from forecastle.core.ports import Begin
from forecastle.core.records import JobEvent

log = logging.getLogger(__name__)

PAUSE = 0.04
"""Seconds between two looks at the database: an event is to reach a listener within 100 ms."""

PATIENCE = 1.0
"""Seconds until the next look after the database did not answer."""


MOST = 1000
"""Events kept for a listener who is slow; what does not fit is read again when it is ready for more."""

Mailbox = asyncio.Queue[JobEvent | None]
"""What waits for one listener; None wakes it to see that everything is over."""


@dataclass(eq=False)
class Events:
    """One look at the database serves all listeners, and nobody looks while nobody listens."""

    begin: Begin
    listeners: set[Mailbox] = field(default_factory=set)
    looking: asyncio.Task[None] | None = None
    seen: int = 0
    closed: bool = False
    beginning: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def newest(self) -> int:
        """The id of the event that happened last; 0 when there was none."""
        async with self.begin() as work:
            return await work.jobs.last_event()

    async def follow(self, *, after: int, job_id: str | None = None) -> AsyncGenerator[JobEvent, None]:
        """Events of one job, or of all, that have happened since the event `after`, and that happen from now on."""
        mailbox = Mailbox(MOST)
        await self._listen(mailbox)
        told, behind = after, True
        try:
            while not self.closed:
                if behind or mailbox.full():  # a full one may have missed events, and goes on missing until emptied
                    while not mailbox.empty():
                        mailbox.get_nowait()
                    async with aclosing(self.past(after=told, job_id=job_id)) as past:
                        async for known in past:
                            told = known.id
                            yield known
                    behind = False
                    continue
                event = await mailbox.get()
                if event is not None and event.id > told and job_id in (None, event.job_id):
                    told = event.id
                    yield event
        finally:
            self.listeners.discard(mailbox)

    async def past(self, *, after: int, job_id: str | None = None) -> AsyncGenerator[JobEvent, None]:
        """Events of one job, or of all, that have happened since the event `after`."""
        while True:
            async with self.begin() as work:
                events = await work.jobs.events(after=after, job_id=job_id)
            for event in events:
                after = event.id
                yield event
            if not events:
                return

    async def close(self) -> None:
        """Stop looking, and end every listener's stream."""
        self.closed = True
        for mailbox in self.listeners:
            if not mailbox.full():
                mailbox.put_nowait(None)
        if self.looking:
            self.looking.cancel()
            await asyncio.gather(self.looking, return_exceptions=True)

    async def _listen(self, mailbox: Mailbox) -> None:
        async with self.beginning:  # a second look would pass over what the first has not told yet
            if self.looking is None or self.looking.done():
                self.seen = await self.newest()
                self.looking = asyncio.create_task(self._look())
            self.listeners.add(mailbox)

    async def _look(self) -> None:
        while self.listeners:
            try:
                async with self.begin() as work:
                    events = await work.jobs.events(after=self.seen)
            except StorageError as error:
                log.warning("events wait for the database", extra={"error": error.message})
                await asyncio.sleep(PATIENCE)
                continue
            for event in events:
                self.seen = event.id
                for mailbox in self.listeners:
                    if not mailbox.full():
                        mailbox.put_nowait(event)
            await asyncio.sleep(PAUSE)
