"""A user's way through the server: started, fed, trained, asked, corrected, emptied and stopped."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import polars as pl
import pytest

import forecastle as fc
from forecastle import Client
from forecastle.core.errors import NotFoundError

FORECASTLE = (sys.executable, "-m", "forecastle")
QUICK = ("--set", "backtest.windows=1", "--set", "backtest.paths=50", "--set", "forecast.paths=50")


def processes_in(folder: Path) -> list[str]:
    """What runs in a folder, as Linux tells."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.joinpath("cwd").readlink() == folder:
                found.append(process.joinpath("cmdline").read_text().replace("\0", " "))
        except OSError:  # it has just gone, or is another user's
            continue
    return found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Client]:
    """A server with its worker, as the command starts it; stopped politely, it leaves no process and no traceback."""
    command = [*FORECASTLE, "serve", "--port", "0", *QUICK, "--set", "log.level=info", "--set", "log.file=server.log"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().rpartition(" ")[2].strip()
        assert url, process.stderr and process.stderr.read()
        with Client(url) as client:
            yield client
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0
    assert processes_in(tmp_path) == []
    log = (tmp_path / "server.log").read_text()
    assert "job attempt ended" in log
    assert "Traceback" not in log


def test_from_a_file_to_forecasts_and_back_to_nothing(server: Client, tmp_path: Path) -> None:
    shops = pl.col("industry").str.contains("Food|Liquor"), pl.col("month").dt.year() > 2012
    fc.demo("retail").dataset.frame.filter(*shops).write_csv(tmp_path / "sales.csv")
    columns = server.upload(tmp_path / "sales.csv", name="retail").columns
    assert {column["column"]: column["role"] for column in columns}["month"] == "time"

    steps: list[str] = []
    for _ in range(2):
        job = server.train("retail", horizon=6, models=["ets", "seasonal_naive"])
        trained = server.wait(job.id, progress=lambda report: steps.append(report.name))
    assert trained.series == 14
    assert [*dict.fromkeys(steps)][:2] == ["load", "classify"]
    assert server.job(job.id).report.percent == 100  # type: ignore[union-attr]  # it has been reported of

    known = server.forecasts(trained.execution_id)["series_id"][0]
    stored = server.predict_stored([known, "nobody"], horizon=3)
    assert (stored.results_count, stored.summary["unknown"]) == (3, ["nobody"])
    assert len(server.predict([12, 15, 11, 18, 16, 14, 19], horizon=3).predictions) == 3

    assert server.promote("ets_turnover", 2).version == 2
    assert server.rollback("ets_turnover").version == 1
    assert server.predict_stored([known], model="ets").summary["ets_count"] == 1

    for ending, read in (("csv", pl.read_csv), ("parquet", pl.read_parquet), ("xlsx", pl.read_excel)):
        file = server.download(trained.execution_id, tmp_path / f"forecasts.{ending}")
        assert read(file).height == trained.forecasts
    page = httpx.get(f"{server.url}/forecasts/{trained.execution_id}", params={"limit": 5}).json()
    assert (len(page["rows"]), page["total"]) == (5, trained.forecasts)

    server.delete_dataset("retail")
    assert server.datasets() == ()
    with pytest.raises(NotFoundError, match="retail"):
        server.dataset("retail")


def asked(folder: Path, question: str) -> list[tuple[object, ...]]:
    """What the database of a folder answers; nothing before there is one."""
    with closing(sqlite3.connect(f"file:{folder}/forecastle-data/forecastle.db?mode=ro", uri=True)) as database:
        return database.execute(question).fetchall()


def until_begun(folder: Path) -> None:
    """Wait until a job has reported of its first step."""
    for _ in range(1200):
        time.sleep(0.05)
        with suppress(sqlite3.OperationalError):
            if asked(folder, "SELECT 1 FROM job_event"):
                return
    pytest.fail("the job was never begun")


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_training_that_is_stopped_is_cancelled_and_leaves_nothing(sent: signal.Signals, tmp_path: Path) -> None:
    command = [*FORECASTLE, "train", "demo:retail", "--name", "retail"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True) as training:
        until_begun(tmp_path)
        os.killpg(training.pid, sent)  # as a terminal does with Ctrl-C
        said = training.communicate(timeout=60)[1]
    assert (training.returncode, said) == (130, "Error: Cancelled. No model was kept.\n")
    assert processes_in(tmp_path) == []
    assert asked(tmp_path, "SELECT status FROM job") == [("cancelled",)]
    assert asked(tmp_path, "SELECT 1 FROM execution UNION ALL SELECT 1 FROM forecast_model") == []
