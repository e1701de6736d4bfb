"""`forecastle serve`, `forecastle worker`, `forecastle db`: the processes of a house, and its database."""

from typing import Annotated

from cyclopts import App, Parameter

from forecastle.cli import console
from forecastle.cli.answers import say
from forecastle.cli.options import NO_GENERAL, General, settings_of
from forecastle.core.errors import InputError

database = App(name="db", help="The database of the server.")

Host = Annotated[str | None, Parameter(help="Address to listen on; 127.0.0.1 if left out.")]
Port = Annotated[int | None, Parameter(help="Port to listen on; 8000 if left out, 0 takes a free one.")]
Page = Annotated[bool | None, Parameter(help="Whether to serve the page for planners, too; yes if left out.")]
Processes = Annotated[
    int | None, Parameter(help="Processes that answer on the port; 1 if left out, more only with --no-page.")
]
JobWorkers = Annotated[
    int | None, Parameter(help="Workers for jobs to start along; 1 if left out, 0 leaves them to `forecastle worker`.")
]


def serve(
    *,
    host: Host = None,
    port: Port = None,
    page: Page = None,
    workers: Processes = None,
    job_workers: JobWorkers = None,
    general: General = NO_GENERAL,
) -> None:
    """Start the server, with a worker for long jobs, and the page at `/app`."""
    with console.errors(as_json=general.json, stopped="Stopped."):
        from forecastle.bootstrap.server import serve as start

        if workers == 0:
            raise InputError(
                "--workers counts the processes that answer, of which there is at least one.",
                hint="A server without workers for jobs: --job-workers 0.",
            )
        asked = {
            "server.host": host,
            "server.port": port,
            "server.page": page,
            "server.workers": workers,
            "queue.workers": job_workers,
        }
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
