"""The server with the workers it brings along: one process that answers, or several on one port."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import TemporaryDirectory

from forecastle.bootstrap.api import API
from forecastle.bootstrap.house import open_database, open_house
from forecastle.bootstrap.worker import WORKER
from forecastle.jobs.supervisor import Supervisor
from forecastle.server.api.app import create_app
from forecastle.server.api.metrics import SHARED
from forecastle.server.serve import PATIENCE, announce, listening
from forecastle.server.serve import serve as serve_app
from forecastle.services.house import House
from forecastle.settings import Settings


def serve(settings: Settings) -> None:
    """Answer requests until told to stop.

    Raises:
        StorageError: the database cannot be opened.
        ConflictError: another program listens on the port, or it may not be taken.
    """
    if settings.server.workers > 1:
        with listening(settings.server) as listener:
            asyncio.run(_several(settings, listener))
    else:
        _alone(settings)


def _alone(settings: Settings) -> None:
    @asynccontextmanager
    async def house_with_workers() -> AsyncIterator[House]:
        workers = _workers(settings)
        async with open_house(settings) as house:
            workers.start()
            try:
                yield house
            finally:
                await workers.stop()

    app = create_app(settings, house_with_workers)
    if settings.server.page:
        from forecastle.server.web.app import install

        install(app)
    serve_app(app, settings)


async def _several(settings: Settings, listener: socket.socket) -> None:
    """Processes that accept from one socket: a connection goes to whichever is ready, to another when one has died."""
    async with open_database(settings):
        pass  # it has the newest schema now
    with TemporaryDirectory(prefix="forecastle-metrics-") as counts:
        os.environ[SHARED] = counts
        await _together(settings, listener)


async def _together(settings: Settings, listener: socket.socket) -> None:
    handed = listener.fileno()
    servers = Supervisor(
        (*API, str(handed)),
        settings.server.workers,
        greeting=_greeting(settings),
        handed=(handed,),
        grace=PATIENCE + 5,
        what="server process",
    )
    workers = _workers(settings)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    servers.start()
    workers.start()
    announce(listener, page=False)
    await stopping.wait()
    listener.close()  # or else connections would wait for nobody
    await asyncio.gather(servers.stop(), workers.stop())


def _workers(settings: Settings) -> Supervisor:
    return Supervisor(WORKER, settings.queue.workers, greeting=_greeting(settings))


def _greeting(settings: Settings) -> bytes:
    return settings.model_dump_json().encode() + b"\n"
