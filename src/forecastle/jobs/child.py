"""The process of one job, seen from inside: takes its order, carries it out, reports, and leaves with its worker."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from forecastle.core.errors import Cancelled, ForecastleError, OutputError, UnavailableError
from forecastle.core.lifeline import when_it_ends
from forecastle.core.logs import configure_logging
from forecastle.core.progress import Listener, StepReport
from forecastle.core.records import Job
from forecastle.jobs.messages import Done, Failed, Failure, Message, Order, Reported, read_order, write_message
from forecastle.settings import Settings

log = logging.getLogger(__name__)

NICENESS = 10
"""Servers on the same machine come first."""

PAUSE = 0.25
"""Seconds between two reports of one step."""

WORTH_ANOTHER_TRY = (UnavailableError, OutputError)

CarryOut = Callable[[Job, Settings, Listener], Awaitable[Mapping[str, Any]]]


def serve_child(carry_out: CarryOut) -> None:
    """Carry out the one order on standard input.

    Standard output belongs to the worker: whatever else is printed goes to standard error. A termination signal makes
    the listener raise `Cancelled`; when the worker is gone, this process is gone at once.
    """
    channel = _take_over_stdout()
    order = read_order(sys.stdin.buffer.readline())
    when_it_ends(_leave)  # nobody waits for the result any more
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    _step_back()
    logs = order.settings.log
    configure_logging(logs.level, json=logs.format == "json", file=logs.file)
    reporter = Reporter(send=lambda message: _send(channel, message), stopping=stopping)
    last_word = carried_out(carry_out, order, reporter)
    reporter.flush()
    _send(channel, last_word)


def carried_out(carry_out: CarryOut, order: Order, listener: Listener) -> Done | Failed:
    """The last word about an order: what was done, or why not, and whether another try may help."""

    async def work() -> Mapping[str, Any]:
        return await carry_out(order.job, order.settings, listener)

    try:
        return Done(done=asyncio.run(work()))
    except ForecastleError as error:
        return Failed(failed=Failure(error=error.as_dict(), retry=isinstance(error, WORTH_ANOTHER_TRY)))
    except Exception as error:
        log.exception("job failed", extra={"job_id": order.job.id})
        fault = ForecastleError(
            f"{type(error).__name__}: {error}",
            hint="This is a fault of the program; the log of the worker has the details. Please report it.",
        )
        return Failed(failed=Failure(error=fault.as_dict(), retry=True))


class Reporter:
    """Passes on reports: the first and the last of each step always, others when `PAUSE` has gone by."""

    def __init__(self, *, send: Callable[[Message], None], stopping: threading.Event) -> None:
        self._send = send
        self._stopping = stopping
        self._lock = threading.Lock()  # models report from threads
        self._step: int | None = None
        self._sent = 0.0
        self._held: StepReport | None = None

    def __call__(self, report: StepReport) -> None:
        """Raises `Cancelled` when the job is to stop."""
        if self._stopping.is_set():
            raise Cancelled("The job was stopped.", job_id=report.job_id)
        with self._lock:
            if report.step != self._step:
                self._pass_on(self._held)
            elif time.monotonic() - self._sent < PAUSE:
                self._held = report
                return
            self._pass_on(report)
            self._step = report.step

    def flush(self) -> None:
        """Pass on what was held back."""
        with self._lock:
            self._pass_on(self._held)

    def _pass_on(self, report: StepReport | None) -> None:
        self._held = None
        if report is not None:
            self._send(Reported(progress=report))
            self._sent = time.monotonic()


def _step_back() -> None:
    """Let others go first. Linux may share its cores between sessions, and this process leads one of its own."""
    os.nice(NICENESS)
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(NICENESS), encoding="ascii")


def _take_over_stdout() -> BinaryIO:
    """The channel to the worker; prints of anybody, C libraries included, go to standard error from now on."""
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return channel


def _send(channel: BinaryIO, message: Message) -> None:
    channel.write(write_message(message))
    channel.flush()


def _leave() -> None:
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)  # with everything that this process has started
    os._exit(1)
