"""One attempt at one job, on a database that goes away and beside workers that want the same job."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from forecastle.core.errors import StorageError
from forecastle.core.ports import Begin, Tables, UnitOfWork
from forecastle.core.records import DatasetVersion, Execution, Job, JobKind, JobStatus, StoredDataset
from forecastle.jobs.attempt import Attempt, Ending
from forecastle.settings import QueueSettings, Settings
from forecastle.storage.database import Database

COMMAND = (sys.executable, str(Path(__file__).parents[2] / "contract" / "job_process.py"))
LEASE = timedelta(seconds=2)


@dataclass
class Away:
    """A database that can be away."""

    begin_there: Begin
    away: bool = False

    def begin(self) -> UnitOfWork:
        if self.away:
            raise StorageError("The database is away.")
        return self.begin_there()


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A claimed job, about to be carried out."""

    database: Away
    attempt: Attempt

    async def job(self) -> Job:
        async with self.database.begin_there() as work:
            return await work.jobs.find("j1")

    async def steps(self) -> list[int]:
        async with self.database.begin_there() as work:
            return [event.payload["step"] for event in await work.jobs.events(after=0) if event.kind == "job:progress"]


def play(folder: Path, scene: Callable[[Scene], Awaitable[None]], **params: Any) -> None:
    """What happens to one job, step by step."""

    async def run() -> None:
        database = await Database.open(f"sqlite:///{folder}/jobs.db")
        try:
            await database.upgrade()

            away = Away(begin_there=database.begin)
            await scene(Scene(database=away, attempt=await claimed(away, params | {"folder": str(folder)})))
        finally:
            await database.close()

    asyncio.run(run())


async def claimed(database: Away, params: dict[str, Any]) -> Attempt:
    now = datetime.now(UTC)
    async with database.begin() as work:
        await work.jobs.add(Job(id="j1", kind=JobKind.TRAIN, params=params, status=JobStatus.QUEUED, created_at=now))
        job = await work.jobs.claim("me", now=now, lease=LEASE)
        await work.commit()
    assert job is not None
    return Attempt(
        job=job,
        begin=database.begin,
        command=COMMAND,
        settings=Settings(queue=QueueSettings(lease_seconds=LEASE.total_seconds())),
        stopping=asyncio.Event(),
        pause=timedelta(seconds=1),
    )


async def begun(scene: Scene) -> "asyncio.Task[Ending]":
    """The attempt on its way, its first step reported."""
    running = asyncio.create_task(scene.attempt.run())
    async with asyncio.timeout(20):
        while not await scene.steps():
            await asyncio.sleep(0.02)
    return running


def test_nothing_is_lost_while_the_database_is_away(tmp_path: Path) -> None:
    async def scene(scene: Scene) -> None:
        running = await begun(scene)
        scene.database.away = True
        await asyncio.sleep(1.5)
        scene.database.away = False
        assert await running is Ending.COMPLETED
        job = await scene.job()
        assert (job.status, job.result, job.attempts) == (JobStatus.COMPLETED, {"series": 7, "run": 1}, 1)
        assert await scene.steps() == [1, 2, 3, 4]

    play(tmp_path, scene, seconds=1, steps=4)


def test_nothing_is_written_once_another_worker_has_the_job(tmp_path: Path) -> None:
    async def scene(scene: Scene) -> None:
        running = await begun(scene)
        async with scene.database.begin() as work:
            await work.jobs.release("j1", "me", not_before=datetime.now(UTC), error=None)
            await work.jobs.claim("another", now=datetime.now(UTC), lease=LEASE)
            await work.commit()
        steps = await scene.steps()
        assert await running is Ending.LOST
        job = await scene.job()
        assert (job.status, job.worker) == (JobStatus.RUNNING, "another")
        assert await scene.steps() == steps

    started = time.monotonic()
    play(tmp_path, scene, seconds=60)
    assert time.monotonic() - started < 30


@pytest.mark.slow
def test_the_lease_is_renewed_while_nothing_is_reported(tmp_path: Path) -> None:
    async def scene(scene: Scene) -> None:
        running = await begun(scene)
        async with asyncio.timeout(20):
            while not running.done():
                job = await scene.job()
                assert job.status is JobStatus.COMPLETED or (job.lease_until and job.lease_until > datetime.now(UTC))
                await asyncio.sleep(0.1)
        assert await running is Ending.COMPLETED

    play(tmp_path, scene, seconds=3, steps=1)


@pytest.mark.parametrize(("again", "ending"), [(True, Ending.RETRY), (False, Ending.FAILED)])
def test_a_failure_is_tried_again_as_long_as_attempts_are_left(tmp_path: Path, *, again: bool, ending: Ending) -> None:
    async def scene(scene: Scene) -> None:
        scene.attempt.pause = timedelta(seconds=60) if again else None
        before = datetime.now(UTC)
        assert await scene.attempt.run() is ending
        job = await scene.job()
        assert job.error == {"code": "data_error", "message": "no good"}
        if again:
            assert job.not_before is not None
            assert job.not_before > before + timedelta(seconds=60)

    play(tmp_path, scene, failures=1, retry=True)


def test_a_process_that_dies_after_its_results_are_kept_is_followed_by_one_that_tells_of_them(tmp_path: Path) -> None:
    async def scene(scene: Scene) -> None:
        await keep_results(scene.database, "j1")
        scene.attempt.pause = None
        assert await scene.attempt.run() is Ending.COMPLETED
        assert (await scene.job()).result == {"series": 7, "run": 2}

    play(tmp_path, scene, deaths=1)


async def keep_results(database: Away, execution_id: str) -> None:
    """As the process of a job does in step 9."""
    now = datetime.now(UTC)
    version = DatasetVersion(id="v1", dataset_id="d1", number=0, created_at=now, source="", rows=0, manifest={})
    execution = Execution(
        id=execution_id, kind="train", dataset_version_id="v1", created_at=now, horizon=1, freq="W", targets=(),
        series=0, duration_seconds=1.0,
    )  # fmt: skip
    async with database.begin() as work:
        await work.datasets.add(StoredDataset(id="d1", name="sales", created_at=now))
        await work.datasets.add_version(version)
        await work.executions.save(execution, Tables())
        await work.commit()
