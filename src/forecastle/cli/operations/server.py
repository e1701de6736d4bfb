"""`forecastle serve`, `forecastle worker`, `forecastle db`: the processes of a house, and its database."""

from typing import Annotated

from cyclopts import App, Parameter

from forecastle.cli import console
from forecastle.cli.operations.house import say, settings_of
from forecastle.cli.options import NO_GENERAL, General

database = App(name="db", help="The database of the server.")

Host = Annotated[str | None, Parameter(help="Address to listen on; 127.0.0.1 if left out.")]
Port = Annotated[int | None, Parameter(help="Port to listen on; 8000 if left out, 0 takes a free one.")]
Page = Annotated[bool | None, Parameter(help="Whether to serve the page for planners, too; yes if left out.")]
Workers = Annotated[int | None, Parameter(help="Worker processes to start along with the server.")]


def serve(
    *,
    host: Host = None,
    port: Port = None,
    workers: Workers = None,
    page: Page = None,
    general: General = NO_GENERAL,
) -> None:
    """Start the server, with a worker for long jobs, and the page at `/app`."""
    with console.errors(as_json=general.json, stopped="Stopped."):
        from forecastle.bootstrap.server import serve as start

        asked = {"server.host": host, "server.port": port, "queue.workers": workers, "server.page": page}
        start(settings_of(general.with_settings(asked)))


def worker(*, general: General = NO_GENERAL) -> None:
    """Carry out the jobs of the queue until told to stop."""
    with console.errors(as_json=general.json, stopped="Stopped."):
        import asyncio

        from forecastle.bootstrap.worker import work

        asyncio.run(work(settings_of(general)))


@database.command
def upgrade(*, general: General = NO_GENERAL) -> None:
    """Bring the database to the newest schema; nothing in it is lost."""
    with console.errors(as_json=general.json):
        import asyncio

        from forecastle.bootstrap.house import open_database

        settings = settings_of(general)

        async def upgraded() -> str | None:
            async with open_database(settings) as opened:
                return await opened.revision()

        revision = asyncio.run(upgraded())
        say({"revision": revision}, f"The database is at revision {revision}.", general)
