"""Several processes that answer on one port: one is killed, the others go on; all leave together."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import pytest

from forecastle.core.records import JobStatus
from running import PATIENCE, Running

pytestmark = pytest.mark.slow
BACKTEST = {"dataset": "sales", "horizon": 4, "models": ["seasonal_naive"], "targets": ["volume"]}
SERVE = ("serve", "--no-page", "--port", "0", "--workers", "3", "--job-workers", "2")


def answering(server: "subprocess.Popen[str]") -> list[int]:
    """The processes that a server has started to answer."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return [int(child) for child in children if b"bootstrap.api" in Path(f"/proc/{child}/cmdline").read_bytes()]


def until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.05)


async def ask(address: str, kill: int, jobs: int) -> Sequence[str]:
    """Start jobs, each over a connection of its own, and kill a process in the middle of it."""
    fresh = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=address, limits=fresh, timeout=60) as client:
        started = []
        for number in range(jobs):
            if number == jobs // 2:
                os.kill(kill, signal.SIGKILL)
            answer = await client.post("/backtest", json=BACKTEST)
            started.append(answer.raise_for_status().json()["jobId"])
        return started


def test_one_of_them_is_killed_and_nothing_is_lost(tmp_path: Path) -> None:
    running = Running.at(tmp_path)
    with running.process(*SERVE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        address = server.stdout.readline().split()[-1]
        until(lambda: len(answering(server)) == 3)
        victim = answering(server)[0]
        jobs = asyncio.run(ask(address, victim, 4))
        ended = [running.wait(job) for job in jobs]
        until(lambda: len(answering(server)) == 3)
        assert victim not in answering(server)
        left = answering(server)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=PATIENCE) == 0
    assert {(job.status, job.attempts) for job in ended} == {(JobStatus.COMPLETED, 1)}
    assert not [process for process in left if Path(f"/proc/{process}").exists()]


def test_they_leave_when_the_first_process_is_killed(tmp_path: Path) -> None:
    running = Running.at(tmp_path)
    with running.process(*SERVE, stdout=subprocess.PIPE) as server:
        until(lambda: len(answering(server)) == 3)
        left = answering(server)
        server.kill()
        until(lambda: not [process for process in left if Path(f"/proc/{process}").exists()])
