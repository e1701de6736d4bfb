"""The life of a worker process: it works until it is told to stop, or its server is gone."""

import asyncio
import os
import signal
import socket
from typing import Protocol

from forecastle.core.lifeline import when_it_ends


class Worker(Protocol):
    """What a worker of any queue can do."""

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set; then stop the jobs that run and give them back."""
        ...


def worker_name() -> str:
    """What a worker calls itself in the log and in the leases of its jobs."""
    return f"{socket.gethostname()}-{os.getpid()}"


async def keep_working(worker: Worker, *, supervised: bool) -> None:
    """Work until SIGTERM or SIGINT. supervised: a server holds standard input; stop when that ends, too."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    if supervised:
        when_it_ends(lambda: loop.call_soon_threadsafe(stopping.set))
    await worker.run(stopping)
