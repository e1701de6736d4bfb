"""The processes a server starts: started again when they die, stopped when it stops, gone when it is gone."""

import asyncio
import contextlib
import logging
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence

log = logging.getLogger(__name__)

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds until a worker that died is started again; doubled each time it dies young."""

YOUNG = 60.0
GRACE = 10.0
"""Seconds workers have to stop their jobs, give them back and leave."""


class Supervisor:
    """Keeps a number of processes alive.

    command: starts one, which must take the end of its standard input as the sign to stop. greeting: what each is told
    first on its standard input, such as its settings: secrets have no place on a command line. handed: open files that
    each gets under their numbers. grace: seconds they have to stop. what: what the log calls them.
    """

    def __init__(
        self,
        command: Sequence[str],
        count: int,
        *,
        greeting: bytes = b"",
        handed: Sequence[int] = (),
        grace: float | None = None,
        what: str = "worker",
    ) -> None:
        self._command = command
        self._count = count
        self._greeting = greeting
        self._handed = handed
        self._grace = GRACE if grace is None else grace
        self._what = what
        self._alive: set[Process] = set()
        self._keeping: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start them."""
        self._keeping = [asyncio.create_task(self._keep_one()) for _ in range(self._count)]

    async def stop(self) -> None:
        """Tell them to stop and wait until they are gone."""
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)
        await asyncio.gather(*(self._see_off(process) for process in self._alive))
        self._alive.clear()

    async def _keep_one(self) -> None:
        pause = SHORTEST_PAUSE
        while True:
            started = time.monotonic()
            try:
                code = await self._live_one_life()
            except OSError as error:
                log.warning("%s could not be started", self._what, extra={"error": str(error)})
            else:
                lived = time.monotonic() - started
                log.warning("%s died", self._what, extra={"exit_code": code, "lived_seconds": lived})
            pause = SHORTEST_PAUSE if time.monotonic() - started > YOUNG else pause
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _live_one_life(self) -> int:
        """In a session of its own, so that Ctrl-C in a terminal reaches the server only."""
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, start_new_session=True, pass_fds=self._handed
        )
        assert process.stdin is not None  # noqa: S101 - it is a pipe
        self._alive.add(process)
        process.stdin.write(self._greeting)
        code = await process.wait()
        self._alive.discard(process)
        return code

    async def _see_off(self, process: Process) -> None:
        assert process.stdin is not None  # noqa: S101 - it is a pipe
        process.stdin.close()
        try:
            async with asyncio.timeout(self._grace):
                await process.wait()
        except TimeoutError:
            log.warning("%s did not stop and is killed", self._what, extra={"pid": process.pid})
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
