"""A server of its own process: what happens to jobs reaches those who listen, and stopping is prompt."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from forecastle.bootstrap.house import open_house
from forecastle.core.progress import StepReport
from forecastle.core.records import JobStatus
from forecastle.services.house import House
from forecastle.settings import Settings, StorageSettings

SALES = "week,volume\n" + "".join(f"2024-{month:02}-01,{month}\n" for month in range(1, 13))


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that runs. address: where it answers. settings: those of its house."""

    process: "subprocess.Popen[str]"
    address: str
    settings: Settings

    @asynccontextmanager
    async def house(self) -> AsyncIterator[House]:
        """The same house, opened beside the server as a worker would."""
        async with open_house(self.settings, upgrade=False) as house:
            yield house

    def listen(self, query: str = "", **options: Any) -> connect:
        """A web socket to it."""
        return connect(f"{self.address.replace('http', 'ws')}/ws{query}", proxy=None, **options)


Start = Callable[[], Server]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts a server without workers; those still running at the end are stopped."""
    started = []

    def started_one() -> Server:
        folder = tmp_path_factory.mktemp("server")
        storage = StorageSettings(database=f"sqlite:///{folder}/forecastle.db", artifacts=str(folder / "artifacts"))
        environment = {
            "FORECASTLE_STORAGE__DATABASE": storage.database,
            "FORECASTLE_STORAGE__ARTIFACTS": storage.artifacts,
            "FORECASTLE_SERVER__CORS_ORIGINS": '["https://shop.example"]',
        }
        command = [sys.executable, "-m", "forecastle", "serve", "--port", "0", "--job-workers", "0"]
        process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout
        address = process.stdout.readline().split()[-1]
        return Server(process=process, address=address, settings=Settings(storage=storage))

    yield started_one
    for process in started:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        assert process.returncode == 0


@pytest.fixture(scope="module")
def server(start: Start) -> Server:
    """One that several tests share."""
    return start()


def queue(server: Server) -> str:
    """Start a job that nobody carries out, and answer with its id."""
    httpx.post(f"{server.address}/datasets", files={"file": ("sales.csv", SALES)}, data={"name": "sales"})
    job: str = httpx.post(f"{server.address}/train", json={"dataset": "sales"}).json()["jobId"]
    return job


async def begin(house: House, job_id: str) -> None:
    async with house.jobs.begin() as work:
        await work.jobs.claim("test", now=datetime.now(UTC), lease=timedelta(minutes=5), job_id=job_id)
        await work.commit()


async def report(house: House, job_id: str, percent: float) -> None:
    async with house.jobs.begin() as work:
        told = StepReport(job_id=job_id, step=4, name="ETS", percent=percent, message="…", eta_seconds=None)
        await work.jobs.report(job_id, told)
        await work.commit()


async def finish(house: House, job_id: str) -> None:
    async with house.jobs.begin() as work:
        await work.jobs.finish(job_id, JobStatus.COMPLETED, now=datetime.now(UTC), result={"series": 2})
        await work.commit()


async def streamed(server: Server, job_id: str, *, last: int = 0) -> list[tuple[int, str, dict[str, Any]]]:
    """Every server-sent event until the stream ends: id, kind and data."""
    headers = {"last-event-id": str(last)}
    async with httpx.AsyncClient(timeout=30) as client:
        answer = await client.get(f"{server.address}/jobs/{job_id}/events", headers=headers)
    events = [dict(line.split(": ", 1) for line in block.splitlines()) for block in answer.text.split("\n\n") if block]
    return [(int(event["id"]), event["event"], json.loads(event["data"])) for event in events]


def test_a_stream_tells_a_job_from_beginning_to_end(server: Server) -> None:
    job_id = queue(server)

    async def scene() -> list[tuple[int, str, dict[str, Any]]]:
        async with server.house() as house:
            await begin(house, job_id)
            await report(house, job_id, 10)
            listening = asyncio.create_task(streamed(server, job_id))
            await asyncio.sleep(0.5)
            await report(house, job_id, 60)
            await finish(house, job_id)
            return await listening

    events = asyncio.run(scene())
    assert [kind for _, kind, _ in events] == ["job:progress", "job:progress", "job:completed"]
    assert [data["percent"] for _, _, data in events[:2]] == [10, 60]
    assert events[2][2]["results"] == {"series": 2}
    assert asyncio.run(streamed(server, job_id, last=events[0][0])) == events[1:]


def test_an_event_reaches_a_web_socket_soon_after_it_is_in_the_database(server: Server) -> None:
    job_id = queue(server)

    async def scene() -> list[float]:
        delays = []
        async with server.house() as house, server.listen() as socket:
            await begin(house, job_id)
            for percent in range(20):
                await report(house, job_id, percent)
                told = time.perf_counter()
                message = json.loads(await asyncio.wait_for(socket.recv(), 10))
                delays.append(time.perf_counter() - told)
                assert (message["event"], message["data"]["percent"]) == ("job:progress", percent)
        return sorted(delays)

    assert asyncio.run(scene())[10] < 0.1


def test_a_web_socket_for_one_job_tells_its_past_and_closes_at_its_end(server: Server) -> None:
    job_id, other = queue(server), queue(server)

    async def scene() -> list[str]:
        async with server.house() as house:
            await begin(house, job_id)
            await report(house, job_id, 10)
            async with server.listen(f"?job_id={job_id}") as socket:
                await house.jobs.cancel(other)
                await finish(house, job_id)
                return [json.loads(message)["event"] async for message in socket]

    assert asyncio.run(scene()) == ["job:progress", "job:completed"]


def test_a_web_socket_for_a_job_nobody_knows_says_so(server: Server) -> None:
    async def scene() -> None:
        async with server.listen("?job_id=none") as socket:
            await socket.recv()

    with pytest.raises(ConnectionClosed, match="There is no job 'none'"):
        asyncio.run(scene())


@pytest.mark.parametrize(("origin", "welcome"), [("https://shop.example", True), ("https://evil.example", False)])
def test_pages_of_other_origins_may_listen_only_when_the_settings_say_so(
    server: Server, origin: str, *, welcome: bool
) -> None:
    async def scene() -> bool:
        try:
            async with server.listen(origin=origin):
                return True
        except InvalidStatus:
            return False

    assert asyncio.run(scene()) is welcome


def test_a_listener_who_reads_nothing_misses_nothing_and_delays_nobody(server: Server) -> None:
    job_id, count = queue(server), 1200

    async def scene() -> list[float]:
        async with server.house() as house, server.listen(max_queue=1) as slow, server.listen() as quick:
            await begin(house, job_id)
            async with house.jobs.begin() as work:
                for percent in range(count):
                    told = StepReport(
                        job_id=job_id, step=4, name="ETS", percent=percent, message="x" * 4000, eta_seconds=None
                    )
                    await work.jobs.report(job_id, told)
                await work.commit()
            seen = [await percent_of(quick) for _ in range(count)]
            assert seen == list(range(count))
            return [await percent_of(slow) for _ in range(count)]

    assert asyncio.run(scene()) == list(range(count))


def test_fifty_requests_at_once_are_all_answered(server: Server) -> None:
    async def scene() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(base_url=server.address, timeout=60, limits=limits) as client:
            calls: list[Coroutine[Any, Any, httpx.Response]] = []
            for number in range(25):
                calls.append(
                    client.post("/datasets", files={"file": (f"{number}.csv", SALES + f"2025-01-01,{number}\n")})
                )
                calls.append(client.post("/predict", json={"data": [number + 1, number + 2, number + 3], "horizon": 2}))
            return await asyncio.gather(*calls)

    answers = asyncio.run(scene())
    assert {answer.status_code for answer in answers[::2]} == {201}
    assert {answer.status_code for answer in answers[1::2]} == {200}
    names = {dataset["name"] for dataset in httpx.get(f"{server.address}/datasets").json()["datasets"]}
    assert names >= {str(number) for number in range(25)}
    assert answers[1].json()["predictions"][0] < 10
    assert answers[49].json()["predictions"][0] > 20


def test_uploads_to_one_name_at_once_are_versions_of_it(server: Server) -> None:
    async def scene() -> list[int]:
        async with httpx.AsyncClient(base_url=server.address, timeout=60) as client:
            uploads = (
                client.post(
                    "/datasets", data={"name": "same"}, files={"file": ("s.csv", SALES + f"2025-01-01,{number}\n")}
                )
                for number in range(8)
            )
            return [answer.raise_for_status().json()["version"] for answer in await asyncio.gather(*uploads)]

    assert sorted(asyncio.run(scene())) == list(range(1, 9))


@pytest.mark.slow
def test_a_server_that_is_told_to_stop_ends_streams_and_goes(start: Start) -> None:
    server = start()
    job_id = queue(server)

    async def scene() -> None:
        async with server.listen() as socket:
            listening = asyncio.create_task(streamed(server, job_id))
            await asyncio.sleep(0.5)
            server.process.terminate()
            assert await asyncio.wait_for(listening, 10) == []
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(socket.recv(), 10)

    asyncio.run(scene())
    assert server.process.wait(10) == 0


async def percent_of(socket: ClientConnection) -> float:
    """The percent of the next message."""
    percent: float = json.loads(await asyncio.wait_for(socket.recv(), 30))["data"]["percent"]
    return percent
