"""Both clients against a real server: a socket, SQLite and local files in a temporary folder, no worker."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
import uvicorn
from anyio.from_thread import start_blocking_portal

from forecastle.bootstrap.house import open_house
from forecastle.client import Client
from forecastle.core.ports import Jobs
from forecastle.core.progress import StepReport, unheard
from forecastle.core.records import JobStatus
from forecastle.server.api.app import create_app
from forecastle.services.house import House
from own_house import settings_in

T = TypeVar("T")

SALES = "week,sku,volume\n" + "".join(
    f"{2023 + week // 50}-{1 + week % 50 // 5:02}-{1 + 5 * (week % 5):02},{sku},{level + week % 4}\n"
    for sku, level in (("A", 20), ("B", 40))
    for week in range(52)
)


@dataclass(eq=False, kw_only=True)
class Served:
    """A server that runs in a thread, and what a worker would do in it."""

    url: str
    port: int
    house: House
    do: Callable[..., Any]

    def claim(self, job_id: str) -> None:
        """Begin a job."""
        self.change(lambda jobs: jobs.claim("w", now=datetime.now(UTC), lease=timedelta(minutes=5), job_id=job_id))

    def report(self, job_id: str, percent: float) -> None:
        """Tell how far it is."""
        report = StepReport(
            job_id=job_id, step=1, name="load", percent=percent, message="so\u2028far", eta_seconds=None
        )
        self.change(lambda jobs: jobs.report(job_id, report))

    def finish(self, job_id: str, status: JobStatus, **ending: Any) -> None:
        """End it."""
        self.change(lambda jobs: jobs.finish(job_id, status, now=datetime.now(UTC), **ending))

    def carry_out(self, job_id: str) -> None:
        """All of it, in this process."""

        async def carried_out() -> Any:
            return await self.house.runner.carry_out(await self.house.jobs.find(job_id), unheard)

        self.claim(job_id)
        self.finish(job_id, JobStatus.COMPLETED, result=self.do(carried_out))

    def change(self, change: Callable[[Jobs], Awaitable[object]]) -> None:
        async def changed() -> None:
            async with self.house.jobs.begin() as work:
                await change(work.jobs)
                await work.commit()

        self.do(changed)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A new house with its server."""
    folder = tmp_path_factory.mktemp("house")
    settings = settings_in(folder, server={"sources": [str(folder)]})
    app = create_app(settings, lambda: open_house(settings))
    listening = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, ws="none"))
    with start_blocking_portal() as portal:
        over = portal.start_task_soon(listening.serve)
        while not listening.started:
            assert not over.done(), over.result()
            threading.Event().wait(0.01)
        port = listening.servers[0].sockets[0].getsockname()[1]
        yield Served(url=f"http://127.0.0.1:{port}", port=port, house=app.state.house, do=portal.call)
        portal.call(app.state.house.events.close)
        listening.should_exit = True
        over.result(10)


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[Client]:
    with Client(served.url) as opened:
        yield opened


@pytest.fixture(scope="module")
def shop(client: Client, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a dataset."""
    file = tmp_path_factory.mktemp("sales") / "sales.csv"
    file.write_text(SALES)
    client.upload(file, name="shop")
    return "shop"


@pytest.fixture(scope="module")
def trained(served: Served, client: Client, shop: str) -> str:
    """The execution that trained models on the dataset `shop`."""
    job = client.train(shop, horizon=4, models=["ets", "seasonal_naive"], hierarchy=["sku"])
    served.carry_out(job.id)
    return job.id


class Line:
    """Carries bytes between clients and a server; cut, every connection is gone at once."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.ends: set[asyncio.StreamWriter] = set()

    async def open(self) -> str:
        self.server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    async def cut(self) -> None:
        """Break every connection."""
        for end in self.ends:
            end.transport.abort()

    async def close(self) -> None:
        """Break every connection, and take no other."""
        self.server.close()
        await self.cut()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, back = await asyncio.open_connection("127.0.0.1", self.port)
        self.ends |= {writer, back}
        with contextlib.suppress(ConnectionError):
            await asyncio.gather(_carry(reader, back), _carry(answers, writer))


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65_536):
        writer.write(piece)
        await writer.drain()
    writer.close()


@pytest.fixture
def line(served: Served) -> Iterator[Line]:
    """A line to the server; `line.url` is where it begins."""
    line = Line(served.port)
    line.url = served.do(line.open)
    yield line
    served.do(line.close)
