"""The server with the workers it brings along."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from forecastle.bootstrap.house import open_house
from forecastle.bootstrap.worker import WORKER
from forecastle.jobs.supervisor import Supervisor
from forecastle.server.api.app import create_app
from forecastle.server.serve import serve as serve_app
from forecastle.services.house import House
from forecastle.settings import Settings


def serve(settings: Settings) -> None:
    """Answer requests until told to stop.

    Raises:
        StorageError: the database cannot be opened.
    """

    @asynccontextmanager
    async def house_with_workers() -> AsyncIterator[House]:
        greeting = settings.model_dump_json().encode() + b"\n"
        supervisor = Supervisor(WORKER, settings.queue.workers, greeting=greeting)
        async with open_house(settings) as house:
            supervisor.start()
            try:
                yield house
            finally:
                await supervisor.stop()

    app = create_app(settings, house_with_workers)
    if settings.server.page:
        from forecastle.server.web.app import install

        install(app)
    serve_app(app, settings)
