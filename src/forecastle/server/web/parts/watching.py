"""What pages do while somebody looks at them: build parts of themselves, and hear of jobs."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import cast

from forecastle.core.records import JobEvent

PACE = 0.4
"""Seconds between two looks at progress; how something ended is told at once."""


async def paced(events: AsyncGenerator[JobEvent, None]) -> AsyncGenerator[JobEvent, None]:
    """The same events, without progress that follows too soon after the last."""
    told = 0.0
    async with aclosing(events):
        async for event in events:
            if event.kind != "job:progress" or time.monotonic() - told >= PACE:
                told = time.monotonic()
                yield event


OPEN: set["asyncio.Task[None]"] = set()
"""What builds pages or keeps them up to date."""


@contextmanager
def at_work() -> Iterator[None]:
    """While a page or a part of it is being built or kept up to date by this task."""
    task = cast("asyncio.Task[None]", asyncio.current_task())
    OPEN.add(task)
    try:
        yield
    finally:
        OPEN.discard(task)


async def leave() -> None:
    """End what pages are doing, so that the house can be closed."""
    while OPEN:
        for task in OPEN:
            task.cancel()
        await asyncio.gather(*OPEN, return_exceptions=True)
