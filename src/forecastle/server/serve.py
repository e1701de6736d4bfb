"""Answering requests until told to stop."""

import asyncio
import os
import signal
import socket
import sys
from types import FrameType
from typing import cast

import uvicorn
from fastapi import FastAPI

from forecastle.core.address import url_of
from forecastle.core.errors import ConflictError
from forecastle.core.lifeline import when_it_ends
from forecastle.server.protocol import Protocol
from forecastle.server.web.place import PAGE
from forecastle.settings import ServerSettings, Settings

PATIENCE = 10
"""Seconds that requests have to end when the server is told to stop."""

BACKLOG = 2048
"""Connections that may wait to be accepted."""

TURN = 0.0005
"""Seconds until a thread that computes has to let the event loop go on. Python's 5 ms are waited for several times in
every request: wherever the loop lets go of the interpreter, as it does to send an answer.
"""


def serve(app: FastAPI, settings: Settings) -> None:
    """Open the app's house, say where it answers, and answer until SIGINT or SIGTERM.

    Raises:
        ConflictError: another program listens on the port, or it may not be taken.
    """
    with listening(settings.server) as listener:
        answer(app, listener)


def answer(app: FastAPI, listener: socket.socket, *, supervised: bool = False) -> None:
    """The same on a socket that listens already.

    supervised: another process has said where, and holds standard input; stop when that ends, too.
    """
    config = uvicorn.Config(
        app,
        http=Protocol,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=PATIENCE,
        ws_max_size=65_536,
    )
    config.load()  # the page looks for its server among those that know their app
    sys.setswitchinterval(TURN)
    server = _Server(config, silent=supervised)
    if supervised:
        when_it_ends(server.stop)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serve(server, app, listener))


def announce(listener: socket.socket, *, page: bool) -> None:
    """Say where requests are answered, and where the page is."""
    url = url_of(*listener.getsockname()[:2])
    print(f"Forecastle answers at {url}", flush=True)  # noqa: T201 - the one thing to know
    if page:
        print(f"The page is at {url}{PAGE}", flush=True)  # noqa: T201 - and the other


class _Server(uvicorn.Server):
    """Lets streams of events end when it is told to stop, and its caller go on afterwards."""

    def __init__(self, config: uvicorn.Config, *, silent: bool) -> None:
        super().__init__(config)
        self._silent = silent

    def stop(self) -> None:
        """Stop gracefully."""
        self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signature is uvicorn's
        """Stop gracefully; a second Ctrl-C stops at once."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer from now on, and say where."""
        await super().startup(sockets)
        for listener in () if self._silent else sockets or ():
            announce(listener, page=cast("FastAPI", self.config.app).state.has_page)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Wait for requests under way, but not for those who listen for as long as there is news."""
        app = cast("FastAPI", self.config.app)
        await app.state.house.events.close()
        await super().shutdown(sockets)


async def _serve(server: uvicorn.Server, app: FastAPI, listener: socket.socket) -> None:
    """Uvicorn would log what goes wrong while the house is opened, and not raise it."""
    async with app.router.lifespan_context(app):
        await server.serve(sockets=[listener])


def listening(settings: ServerSettings) -> socket.socket:
    """A socket on the address of the settings.

    Raises:
        ConflictError: another program listens there, or it may not be taken.
    """
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        return socket.create_server(found[0][4][:2], family=found[0][0], backlog=BACKLOG)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise ConflictError(
            f"Forecastle cannot listen on {settings.host}, port {settings.port}: {reason}.",
            hint="Stop the program that does, or choose another port: server.port (0 takes a free one).",
            host=settings.host,
            port=settings.port,
        ) from error
