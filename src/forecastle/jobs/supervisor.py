"""The workers a server starts: started again when they die, stopped when it stops, gone when it is gone."""

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
    """Keeps a number of worker processes alive.

    command: starts one, which must take the end of its standard input as the sign to stop. greeting: what each is told
    first on its standard input, such as its settings: secrets have no place on a command line.
    """

    def __init__(self, command: Sequence[str], workers: int, *, greeting: bytes = b"") -> None:
        self._command = command
        self._workers = workers
        self._greeting = greeting
        self._alive: set[Process] = set()
        self._keeping: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start the workers."""
        self._keeping = [asyncio.create_task(self._keep_one()) for _ in range(self._workers)]

    async def stop(self) -> None:
        """Tell the workers to stop and wait until they are gone."""
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)
        await asyncio.gather(*(_see_off(process) for process in self._alive))
        self._alive.clear()

    async def _keep_one(self) -> None:
        pause = SHORTEST_PAUSE
        while True:
            started = time.monotonic()
            try:
                code = await self._live_one_life()
            except OSError as error:
                log.warning("worker could not be started", extra={"error": str(error)})
            else:
                log.warning("worker died", extra={"exit_code": code, "lived_seconds": time.monotonic() - started})
            pause = SHORTEST_PAUSE if time.monotonic() - started > YOUNG else pause
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _live_one_life(self) -> int:
        """In a session of its own, so that Ctrl-C in a terminal reaches the server only."""
        process = await asyncio.create_subprocess_exec(*self._command, stdin=PIPE, start_new_session=True)
        assert process.stdin is not None  # noqa: S101 - it is a pipe
        self._alive.add(process)
        process.stdin.write(self._greeting)
        process.stdin.write(self._greeting)
        code = await process.wait()
        self._alive.discard(process)
        return code


async def _see_off(process: Process) -> None:
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    process.stdin.close()
    try:
        async with asyncio.timeout(GRACE):
            await process.wait()
    except TimeoutError:
        log.warning("worker did not stop and is killed", extra={"pid": process.pid})
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
