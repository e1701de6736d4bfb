"""The process of one job, as its worker sees it."""

import asyncio
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from forecastle.core.progress import StepReport
from forecastle.core.records import Job, JobKind, JobStatus
from forecastle.jobs import process
from forecastle.jobs.messages import Done, Failure, Order
from forecastle.jobs.process import Outcome, Stopped, run_child
from forecastle.settings import Settings

SCRIPT = Path(__file__).parents[2] / "contract" / "job_process.py"


def order(**params: Any) -> Order:
    now = datetime(2024, 1, 1, tzinfo=UTC)
    job = Job(id="j1", kind=JobKind.TRAIN, params=params, status=JobStatus.RUNNING, created_at=now)
    return Order(job=job, settings=Settings())


def carry_out(
    asked: Order, *, stop_at: int | None = None, command: tuple[str, ...] = (sys.executable, str(SCRIPT))
) -> tuple[Outcome, list[StepReport]]:
    """stop_at: the step at whose report the process is told to stop."""
    reports: list[StepReport] = []

    async def run() -> Outcome:
        stop = asyncio.Event()

        def hear(report: StepReport) -> None:
            reports.append(report)
            if report.step == stop_at:
                stop.set()

        return await run_child(command, asked, on_report=hear, stop=stop)

    return asyncio.run(run()), reports


def test_a_job_is_carried_out_and_its_reports_arrive_in_order(tmp_path: Path) -> None:
    outcome, reports = carry_out(order(folder=str(tmp_path), steps=10))
    assert outcome == Done(done={"series": 7, "run": 1})
    assert [report.step for report in reports] == list(range(1, 11))


def test_a_failure_says_whether_another_try_may_help(tmp_path: Path) -> None:
    outcome, _ = carry_out(order(folder=str(tmp_path), failures=1, retry=True))
    assert outcome == Failure(error={"code": "data_error", "message": "no good"}, retry=True)


def test_a_death_is_told_with_its_signal_and_last_words(tmp_path: Path) -> None:
    outcome, _ = carry_out(order(folder=str(tmp_path), deaths=1))
    assert isinstance(outcome, Failure)
    assert outcome.retry
    assert outcome.error["code"] == "job_died"
    assert "SIGKILL" in outcome.error["message"]
    assert outcome.error["last_words"] == "last words\n"


def test_a_process_that_is_killed_leaves_no_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    script = "import os, tempfile; tempfile.mkdtemp(); os.kill(os.getpid(), 9)"
    outcome, _ = carry_out(order(), command=(sys.executable, "-c", script))
    assert isinstance(outcome, Failure)
    assert not list(tmp_path.iterdir())


def test_a_process_that_cannot_be_started_is_a_failure() -> None:
    outcome, _ = carry_out(order(), command=("no-such-program",))
    assert isinstance(outcome, Failure)
    assert "no-such-program" in outcome.error["message"]


def test_a_process_is_stopped(tmp_path: Path) -> None:
    outcome, reports = carry_out(order(folder=str(tmp_path), seconds=60), stop_at=1)
    assert outcome == Stopped()
    assert len(reports) == 1


def test_a_process_that_will_not_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE", 0.3)
    outcome, _ = carry_out(order(folder=str(tmp_path), seconds=60, stubborn=True), stop_at=1)
    assert outcome == Stopped()
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "j1.runs").read_text()), 0)


def test_what_it_prints_besides_is_not_taken_for_a_message() -> None:
    script = "import sys; print('hello'); print('{\"done\": {\"ok\": true}}')"
    outcome, _ = carry_out(order(), command=(sys.executable, "-c", script))
    assert outcome == Done(done={"ok": True})
