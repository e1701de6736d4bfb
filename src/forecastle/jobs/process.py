"""The process of one job, seen from its worker: started, listened to, stopped, and its death explained."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any

from forecastle.core.errors import Cancelled, JobDiedError
from forecastle.core.progress import Listener
from forecastle.jobs.messages import Done, Failure, Order, Reported, read_message, write_order

log = logging.getLogger(__name__)

GRACE = 5.0
"""Seconds a process has to leave after it was told to, or after its last word."""

LONGEST_LINE = 2**24
LAST_WORDS = 4000
"""Bytes of standard error that are kept to explain a death."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The process was told to stop, and is gone."""


Outcome = Done | Failure | Stopped


async def run_child(command: Sequence[str], order: Order, *, on_report: Listener, stop: asyncio.Event) -> Outcome:
    """Have a process carry out a job, until it is done, has died, or `stop` is set.

    Neither a process nor a temporary file of it outlives the call.
    """
    with TemporaryDirectory(prefix="forecastle-job-", ignore_cleanup_errors=True) as temporary:
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                start_new_session=True,
                limit=LONGEST_LINE,
                env=os.environ | {"TMPDIR": temporary},
            )
        except OSError as error:
            return _dead(order, f"could not be started: {error}")
        return await _accompany(process, order, on_report, stop)


async def _accompany(process: Process, order: Order, on_report: Listener, stop: asyncio.Event) -> Outcome:
    """Stay with a process to its end."""
    last_words = bytearray()
    listening = asyncio.create_task(_listen(process, on_report))
    passing_on = asyncio.create_task(_pass_on_errors(process, last_words))
    watching = asyncio.create_task(_see_off(process, listening, stop))
    try:
        await _hand_over(process, order)
        await asyncio.gather(watching, listening, passing_on)
    finally:
        _signal(process, signal.SIGKILL)
        for task in (watching, listening, passing_on):
            task.cancel()
    verdict = listening.result()
    if isinstance(verdict, Done):
        return verdict
    if stop.is_set() or (verdict and verdict.error.get("code") == Cancelled.code):
        return Stopped()
    return verdict or _dead(order, _how_it_ended(process.returncode or 0), last_words.decode(errors="replace"))


async def _hand_over(process: Process, order: Order) -> None:
    """Standard input stays open afterwards: its end tells the process that the worker is gone."""
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    with contextlib.suppress(ConnectionError):  # it has died already, which the others find out
        process.stdin.write(write_order(order))
        await process.stdin.drain()


async def _listen(process: Process, on_report: Listener) -> Done | Failure | None:
    """Its last word; None when it never said one."""
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    async for line in process.stdout:
        try:
            message = read_message(line)
        except ValueError:
            log.warning("not a message of a job", extra={"line": line[:200].decode(errors="replace")})
            continue
        if isinstance(message, Reported):
            on_report(message.progress)
        else:
            return message if isinstance(message, Done) else message.failed
    return None


async def _pass_on_errors(process: Process, last_words: bytearray) -> None:
    assert process.stderr is not None  # noqa: S101 - it is a pipe
    while chunk := await process.stderr.read(2**16):
        sys.stderr.buffer.write(chunk)
        sys.stderr.flush()
        last_words += chunk
        del last_words[:-LAST_WORDS]


async def _see_off(process: Process, listening: asyncio.Task[Any], stop: asyncio.Event) -> None:
    """Wait until the process is gone: politely asked on `stop`, killed when it stays after that or its last word."""
    stopping = asyncio.create_task(stop.wait())
    leaving = asyncio.create_task(process.wait())
    try:
        await asyncio.wait({stopping, leaving, listening}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            _signal(process, signal.SIGTERM)
        await asyncio.wait({leaving}, timeout=GRACE)
        _signal(process, signal.SIGKILL)  # also what it has started, which may hold its pipes open
        await leaving
    finally:
        stopping.cancel()
        leaving.cancel()


def _signal(process: Process, number: signal.Signals) -> None:
    """Send a signal to the process and everything it has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # gone; macOS does not signal zombies
        os.killpg(process.pid, number)


def _how_it_ended(code: int) -> str:
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code} without a word"


def _dead(order: Order, how: str, last_words: str = "") -> Failure:
    error = JobDiedError(
        f"The process of job {order.job.id} {how}.",
        hint="Out of memory is the usual reason for SIGKILL; the log of the worker has what it wrote last.",
        last_words=last_words,
    )
    return Failure(error=error.as_dict(), retry=True)
