"""The life of a worker process."""

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import asyncio
from forecastle.jobs.lifetime import keep_working

class Worker:
    async def run(self, stopping):
        print("working", flush=True)
        await stopping.wait()
        print("given back", flush=True)

asyncio.run(keep_working(Worker(), supervised={supervised}))
"""


def working(*, supervised: bool) -> "subprocess.Popen[bytes]":
    command = (sys.executable, "-c", PROGRAM.format(supervised=supervised))
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"working\n"
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_gives_its_jobs_back_first(number: signal.Signals) -> None:
    with working(supervised=False) as process:
        process.send_signal(number)
        assert process.stdout is not None
        assert process.stdout.read() == b"given back\n"
    assert process.returncode == 0


def test_a_worker_stops_when_its_server_is_gone() -> None:
    with working(supervised=True) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def test_a_worker_that_no_server_started_does_not_mind_the_end_of_its_input() -> None:
    with working(supervised=False) as process:
        assert process.stdin is not None
        process.stdin.close()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.5)
        process.terminate()
