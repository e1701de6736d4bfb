"""The process of one job, from inside: a real process whose work is written in each test."""

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from textwrap import dedent, indent
from typing import Any

import pytest

from forecastle.core.errors import Cancelled, InputError, NotFoundError, OutputError, StorageError
from forecastle.core.progress import StepReport
from forecastle.core.records import Job, JobKind, JobStatus
from forecastle.jobs.child import Reporter, carried_out
from forecastle.jobs.messages import Failed, Message, Order, Reported, write_order
from forecastle.settings import ForecastSettings, Settings

JOB = Job(id="j1", kind=JobKind.TRAIN, params={}, status=JobStatus.RUNNING, created_at=datetime(2024, 1, 1, tzinfo=UTC))
ORDER = Order(job=JOB, settings=Settings(forecast=ForecastSettings(seed=7)))
PROGRAM = """
import asyncio, os, sys, time
from forecastle.core.errors import *
from forecastle.core.progress import StepReport
from forecastle.jobs.child import serve_child

def report(step):
    return StepReport(job_id="j1", step=step, name="load", percent=1.0, message="", eta_seconds=None)

async def carry_out(job, settings, tell):
{body}

serve_child(carry_out)
"""


def started(body: str) -> subprocess.Popen[bytes]:
    """A process that carries out a job in this way, with its order given."""
    program = PROGRAM.format(body=indent(dedent(body), "    "))
    process = subprocess.Popen([sys.executable, "-c", program], stdin=-1, stdout=-1, stderr=-1, start_new_session=True)
    assert process.stdin is not None
    process.stdin.write(write_order(ORDER))
    process.stdin.flush()
    return process


def messages(process: subprocess.Popen[bytes]) -> list[dict[str, Any]]:
    """What it says until it ends."""
    assert process.stdout is not None
    assert process.stdin is not None
    said = [json.loads(line) for line in process.stdout]
    assert process.wait(timeout=10) == 0
    for pipe in (process.stdin, process.stdout, process.stderr):
        assert pipe is not None
        pipe.close()
    return said


def test_it_answers_undisturbed_by_prints_and_with_lower_priority() -> None:
    said = "{'id': job.id, 'seed': settings.forecast.seed, 'none': float('nan'), 'nice': os.nice(0)}"
    process = started(f"print('hello'); os.system('echo again'); return {said}")
    nice = min(19, os.nice(0) + 10)
    assert messages(process) == [{"done": {"id": "j1", "seed": 7, "none": None, "nice": nice}}]


@pytest.mark.parametrize(
    ("error", "code", "retry"),
    [
        (InputError("bad"), "input_error", False),
        (NotFoundError("bad"), "not_found", False),
        (StorageError("bad"), "storage_error", True),
        (OutputError("bad"), "output_error", True),
        (KeyError("bad"), "forecastle_error", True),
    ],
)
def test_an_error_says_whether_another_try_may_help(error: Exception, code: str, *, retry: bool) -> None:
    async def fail(*_: object) -> dict[str, Any]:
        raise error

    word = carried_out(fail, ORDER, lambda _report: None)
    assert isinstance(word, Failed)
    assert (word.failed.error["code"], word.failed.retry) == (code, retry)


def test_a_termination_signal_stops_the_work_at_its_next_report() -> None:
    process = started("tell(report(1))\nwhile True: time.sleep(0.01); tell(report(1))")
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    assert messages(process)[-1]["failed"]["error"]["code"] == "cancelled"


def test_it_is_gone_when_its_worker_is_gone() -> None:
    process = started("tell(report(1)); time.sleep(60)")
    assert process.stdout is not None
    assert process.stdin is not None
    process.stdout.readline()
    process.stdin.close()
    assert process.wait(timeout=5) != 0
    process.stdout.close()
    assert process.stderr is not None
    process.stderr.close()


def said(reports: list[tuple[int, float]]) -> list[float]:
    """The percents that are passed on when these steps and percents are reported in no time."""
    passed: list[Message] = []
    reporter = Reporter(send=passed.append, stopping=threading.Event())
    for step, percent in reports:
        reporter(StepReport(job_id="j1", step=step, name="", percent=percent, message="", eta_seconds=None))
    reporter.flush()
    return [message.progress.percent for message in passed if isinstance(message, Reported)]


def test_the_first_and_the_last_report_of_a_step_are_always_passed_on() -> None:
    assert said([(1, 0), (1, 3), (1, 7), (1, 10), (2, 10), (3, 20), (3, 25), (3, 30)]) == [0, 10, 10, 20, 30]


def test_the_listener_raises_when_the_job_is_to_stop() -> None:
    stopping = threading.Event()
    stopping.set()
    reporter = Reporter(send=lambda _message: None, stopping=stopping)
    with pytest.raises(Cancelled):
        reporter(StepReport(job_id="j1", step=1, name="", percent=0, message="", eta_seconds=None))
