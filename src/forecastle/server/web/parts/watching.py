"""Hearing of jobs while somebody looks at a page."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

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
