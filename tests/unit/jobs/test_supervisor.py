"""The workers of a server."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from forecastle.jobs import supervisor
from forecastle.jobs.supervisor import Supervisor

WORKER = """
import os, pathlib, sys
greeting = sys.stdin.readline().strip()
(pathlib.Path(sys.argv[1]) / f"{os.getpid()}").write_text(greeting)
sys.stdin.read()
(pathlib.Path(sys.argv[1]) / f"{os.getpid()}").write_text("left")
"""


async def until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not ready():
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


def supervise(folder: Path, scene: Callable[[], Awaitable[None]], *, workers: int) -> None:
    async def run() -> None:
        keeper = Supervisor((sys.executable, "-c", WORKER, str(folder)), workers, greeting=b"hello\n")
        keeper.start()
        try:
            await until(lambda: said(folder).count("hello") == workers)
            await scene()
        finally:
            await keeper.stop()

    asyncio.run(run())


def said(folder: Path) -> list[str]:
    return [file.read_text() for file in folder.iterdir()]


def test_workers_are_greeted_and_leave_with_the_server(tmp_path: Path) -> None:
    async def nothing() -> None: ...

    supervise(tmp_path, nothing, workers=2)
    assert said(tmp_path) == ["left", "left"]


def test_a_worker_that_dies_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "SHORTEST_PAUSE", 0.05)

    async def kill_it() -> None:
        (first,) = tmp_path.iterdir()
        os.kill(int(first.name), signal.SIGKILL)
        await until(lambda: said(tmp_path) == ["hello", "hello"])

    supervise(tmp_path, kill_it, workers=1)
    assert sorted(said(tmp_path)) == ["hello", "left"]


def test_a_worker_that_will_not_leave_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "GRACE", 0.2)

    async def hold_it() -> None:
        (worker,) = tmp_path.iterdir()
        os.kill(int(worker.name), signal.SIGSTOP)

    supervise(tmp_path, hold_it, workers=1)
    assert said(tmp_path) == ["hello"]
