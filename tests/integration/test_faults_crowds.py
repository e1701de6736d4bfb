"""Many at once: two servers on one database, fifty uploads and predictions together."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from forecastle.core.records import JobStatus
from running import SALES, Running

pytestmark = pytest.mark.slow
BACKTEST = {"dataset": "sales", "horizon": 4, "models": ["seasonal_naive"], "targets": ["volume"]}
"""The shortest job there is."""


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Running:
    if request.param == "sqlite":
        return Running.at(tmp_path)
    return Running.at(tmp_path, storage={"database": request.getfixturevalue("make_database")()})


def test_two_servers_share_a_database_and_each_tells_of_every_job(running: Running) -> None:
    count = 8

    async def run(one: str, other: str) -> Sequence[list[str]]:
        async with (
            connect(f"ws{one.removeprefix('http')}/ws", proxy=None) as hearing_one,
            connect(f"ws{other.removeprefix('http')}/ws", proxy=None) as hearing_other,
            httpx.AsyncClient(timeout=60) as client,
        ):
            posts = (client.post(f"{(one, other)[i % 2]}/backtest", json=BACKTEST) for i in range(count))
            jobs = [answer.json()["jobId"] for answer in await asyncio.gather(*posts)]
            return [jobs, *await asyncio.gather(completed(hearing_one, count), completed(hearing_other, count))]

    with running.server(workers=1) as (_, one), running.server(workers=1) as (_, other):
        jobs, heard_by_one, heard_by_other = asyncio.run(run(one, other))
    assert len(set(jobs)) == count
    assert sorted(heard_by_one) == sorted(heard_by_other) == sorted(jobs)
    ended = [running.inside(lambda house, job_id=job_id: house.jobs.find(job_id)) for job_id in jobs]
    assert {(job.status, job.attempts) for job in ended} == {(JobStatus.COMPLETED, 1)}
    executions = running.inside(lambda house: house.executions.list(limit=1000))
    assert sorted(execution.id for execution in executions) == sorted(jobs)


async def completed(socket: ClientConnection, count: int) -> list[str]:
    """The jobs of which it was said that they are completed."""
    jobs: list[str] = []
    async with asyncio.timeout(300):
        while len(jobs) < count:
            message = json.loads(await socket.recv())
            if message["event"] == "job:completed":
                jobs.append(message["data"]["job_id"])
    return jobs


def test_fifty_uploads_and_predictions_at_once_lose_nothing(running: Running) -> None:
    with running.worker():
        running.wait(running.start())

    async def upload(client: httpx.AsyncClient, number: int) -> httpx.Response:
        content = SALES + f"2025-03-{1 + number},E,{number},{number}\n"
        file = {"file": (f"upload-{number}.csv", content)}
        return await client.post("/datasets", files=file, data={"name": f"shop {number % 20}"})

    async def all_at_once(address: str) -> Sequence[httpx.Response]:
        async with httpx.AsyncClient(base_url=address, timeout=120, limits=httpx.Limits(max_connections=100)) as client:
            stored = {"sku_ids": None, "horizon_weeks": 4, "dataset": "sales"}
            calls = [
                *(upload(client, number) for number in range(25)),
                *(client.post("/predict", json=stored) for _ in range(15)),
                *(client.post("/predict", json={"data": [1, 2, 3, number]}) for number in range(10)),
            ]
            return await asyncio.gather(*calls)

    with running.server() as (_, address):
        answers = asyncio.run(all_at_once(address))
        assert Counter(answer.status_code for answer in answers) == {201: 25, 200: 25}, answers
        predicted = [answer.json() for answer in answers[25:40]]
        assert {answer["results_count"] for answer in predicted} == {4 * 4 * 2}
        versions = [
            len(httpx.get(f"{address}/datasets/shop {number}", timeout=30).json()["versions"]) for number in range(20)
        ]
    assert versions == [2] * 5 + [1] * 15
    kept = {execution.id for execution in running.inside(lambda house: house.executions.list(kind="predict"))}
    assert kept == {answer["execution_id"] for answer in predicted}
