import hashlib
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from forecastle.core.errors import InputError, OutputError
from forecastle.core.execution import ExecutionResult
from forecastle.reporting import tables
from forecastle.reporting.files import NAMES, is_manifest, readable_findings, write

TOLD = {"importances.csv", "attention.csv"}
WRITTEN = set(NAMES) - {"totals.parquet"} - TOLD
ALWAYS = WRITTEN - {"forecasts.csv", "forecasts.xlsx"}


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_a_result_is_written_whole_and_can_be_read_back(result: ExecutionResult, tmp_path: Path) -> None:
    written = write(result, tmp_path / "out")
    assert names(tmp_path / "out") == {file.name for file in written} == ALWAYS
    assert pl.read_parquet(tmp_path / "out/forecasts.parquet").equals(tables.forecasts(result))
    assert pl.read_parquet(tmp_path / "out/backtest.parquet").height == result.backtest.height
    assert names(tmp_path) == {"out"}


def test_csv_and_excel_come_on_request(result: ExecutionResult, tmp_path: Path) -> None:
    write(result, tmp_path / "out", formats=("csv", "xlsx"))
    assert names(tmp_path / "out") == set(WRITTEN)
    assert pl.read_csv(tmp_path / "out/forecasts.csv").height == result.forecasts.height


def test_what_networks_looked_at_is_written_where_they_tell(result: ExecutionResult, tmp_path: Path) -> None:
    weights = pl.DataFrame({"target": ["sales"], "model": ["tft"], "weight": [1.0]})
    importances, attention = (
        weights.with_columns(kind=pl.lit("past"), feature=pl.lit("y")),
        weights.with_columns(lag=12),
    )
    write(replace(result, importances=importances, attention=attention.with_columns(step=1)), tmp_path / "out")
    assert names(tmp_path / "out") == ALWAYS | TOLD
    assert pl.read_csv(tmp_path / "out/attention.csv")["lag"].to_list() == [12]


def test_the_same_result_makes_the_same_bytes(execution: Callable[[], ExecutionResult], tmp_path: Path) -> None:
    for place in ("one", "other"):
        write(execution(), tmp_path / place, formats=("csv", "xlsx"))
    for name in WRITTEN:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes(), name


def test_timings_are_the_only_file_in_which_two_equal_runs_differ(result: ExecutionResult, tmp_path: Path) -> None:
    slower = replace(
        result,
        leaderboard=result.leaderboard.with_columns(seconds=pl.lit(77.0)),
        steps=tuple(replace(step, seconds=77.0) for step in result.steps),
    )
    write(result, tmp_path / "one", formats=("csv", "xlsx"))
    write(slower, tmp_path / "other", formats=("csv", "xlsx"))
    differing = {n for n in WRITTEN if (tmp_path / "one" / n).read_bytes() != (tmp_path / "other" / n).read_bytes()}
    assert differing == {"timings.json"}


def test_the_manifest_tells_how_to_repeat_the_run_and_vouches_for_the_files(
    result: ExecutionResult, tmp_path: Path
) -> None:
    write(result, tmp_path / "out")
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert (manifest["seed"], manifest["threads"], manifest["snapshots"]) == (1, 0, {"sales": "9f86d081884c7d65"})
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest
    assert is_manifest(tmp_path / "out/manifest.json")


def test_text_that_a_spreadsheet_would_run_is_disarmed_in_csv(result: ExecutionResult, tmp_path: Path) -> None:
    keys = result.keys.with_columns(shop=pl.lit("=cmd|'/c calc'!A1"), item=pl.lit("-12"))
    write(replace(result, keys=keys), tmp_path / "out", formats=("csv",))
    first = pl.read_csv(tmp_path / "out/forecasts.csv", infer_schema=False).row(0, named=True)
    assert (first["shop"], first["item"]) == ("'=cmd|'/c calc'!A1", "-12")
    assert pl.read_parquet(tmp_path / "out/forecasts.parquet")["shop"][0].startswith("=cmd")


def test_the_data_report_is_readable_as_text_and_by_programs(result: ExecutionResult, tmp_path: Path) -> None:
    write(result, tmp_path / "out")
    text = (tmp_path / "out/data_report.txt").read_text()
    assert text.startswith("WARNING  8 of 480 values are missing (1.7 %).\n  Done: left missing")
    assert text == readable_findings(result.findings)
    warning, info = json.loads((tmp_path / "out/data_report.json").read_text())
    assert (warning["code"], info["severity"]) == ("missing", "info")


def test_a_second_run_replaces_the_first_and_leaves_other_peoples_files(
    result: ExecutionResult, tmp_path: Path
) -> None:
    write(result, tmp_path / "out", formats=("csv",))
    (tmp_path / "out/notes.txt").write_text("mine")
    write(replace(result, execution_id="second"), tmp_path / "out")
    assert names(tmp_path / "out") == {*ALWAYS, "notes.txt"}
    assert json.loads((tmp_path / "out/manifest.json").read_text())["execution_id"] == "second"


def test_a_folder_with_other_things_is_refused_unless_asked_for(result: ExecutionResult, tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(OutputError, match=r"holds no earlier result: thesis\.docx"):
        write(result, tmp_path)
    assert names(tmp_path) == {"thesis.docx"}
    write(result, tmp_path, overwrite=True)
    assert (tmp_path / "thesis.docx").read_text() == "years of work"


def test_a_file_in_the_way_is_named(result: ExecutionResult, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError, match="is a file, not a folder"):
        write(result, tmp_path / "out")


def test_an_unknown_format_names_the_known_ones(result: ExecutionResult, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="parquet, csv, xlsx"):
        write(result, tmp_path / "out", formats=("pdf",))
    assert names(tmp_path) == set()


FULL_DISK = """
import pickle, resource, sys
from pathlib import Path
from forecastle.core.errors import OutputError
from forecastle.reporting.files import write

pickled, folder, limit = sys.argv[1:]
result = pickle.loads(Path(pickled).read_bytes())
resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))  # no file can grow beyond it, as on a full disk
try:
    write(result, Path(folder), formats=("csv", "xlsx"))
except OutputError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the size of files can only be limited on POSIX systems")
@pytest.mark.parametrize(
    ("limit", "folder"), [(1_000, "new"), (10_000, "new"), (100_000, "old")], ids=["parquet", "excel", "report"]
)
def test_a_full_disk_leaves_the_old_result_and_nothing_else(
    limit: int, folder: str, result: ExecutionResult, tmp_path: Path
) -> None:
    (tmp_path / "pickled").write_bytes(pickle.dumps(result))
    write(result, tmp_path / "old")
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path / "pickled"), str(tmp_path / folder), str(limit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "could not be written" in done.stdout, done.stderr
    assert "File too large" in done.stdout
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before
    assert names(tmp_path) == {"pickled", "old"}


def test_an_interruption_leaves_nothing_behind(
    result: ExecutionResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("forecastle.reporting.files.report_page", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(result, tmp_path / "out")
    assert names(tmp_path) == set()
