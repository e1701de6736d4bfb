"""A part of a page that is built anew when something else is chosen."""

import asyncio
from collections.abc import Awaitable, Callable

from nicegui import background_tasks

from forecastle.server.web.parts.basic import block
from forecastle.server.web.parts.dialogs import problem
from forecastle.server.web.parts.watching import at_work

Build = Callable[[], Awaitable[None]]


class Pane:
    """Shows one thing at a time: whoever chooses quickly does not see the earlier choice come late."""

    def __init__(self, classes: str = "stack") -> None:
        self.place = block(classes)
        self._building: asyncio.Task[None] | None = None

    async def show(self, build: Build) -> None:
        """Build it; what was being built before is given up. Why it cannot be is shown in its place."""
        if self._building is not None:
            self._building.cancel()
        self.place.clear()
        self._building = background_tasks.create(self._built(build), context=self.place)
        await asyncio.wait([self._building])

    async def _built(self, build: Build) -> None:
        with at_work():
            try:
                await build()
            except Exception as error:  # noqa: BLE001 - a person is told, and the log has it
                problem(error)
