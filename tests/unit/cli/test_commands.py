"""The commands of the server's side, on a real house: SQLite and local files."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from forecastle.cli import main
from forecastle.cli.app import app
from forecastle.core.errors import ConflictError, InputError, NotFoundError, SourceError, StorageError

Tell = Callable[..., Any]

pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
def execution(tell: Tell) -> str:
    return str(tell("forecasts", "list")[-1]["execution"])


def test_a_training_is_a_job_whose_forecasts_have_its_id(tell: Tell, execution: str) -> None:
    job = tell("jobs", "show", execution)[0]
    assert (job["kind"], job["status"], job["percent"], job["tries"]) == ("train", "completed", 100.0, 1)
    assert tell("forecasts")[-1]["series"] == 2


@pytest.mark.slow
def test_training_again_needs_no_source_and_says_who_leads(trained_again: str) -> None:
    assert trained_again == "2 series of shop are trained: volume by ets.\nforecastle serve answers with them.\n"


def test_a_job_that_is_over_is_followed_to_its_end(capsys: pytest.CaptureFixture[str], execution: str) -> None:
    assert main(["jobs", "follow", execution]) == 0
    assert capsys.readouterr().out == f"{execution} is completed.\n"


def test_a_job_is_queued_listed_and_cancelled(tell: Tell, capsys: pytest.CaptureFixture[str]) -> None:
    job = tell("jobs", "start", "backtest", "--dataset", "shop", "-n", "4", "-m", "ets")["job"]
    assert [each["job"] for each in tell("jobs", "--status", "queued")] == [job]
    assert main(["jobs", "cancel", job]) == 0
    assert capsys.readouterr().out == f"{job} is cancelled.\n"
    assert tell("jobs", "list", "--status", "queued") == []


def test_datasets_are_added_listed_and_deleted(tell: Tell, capsys: pytest.CaptureFixture[str]) -> None:
    assert tell("datasets", "add", "sales.csv", "--name", "twice") == tell("datasets", "versions", "twice")[0]
    assert {each["name"] for each in tell("datasets")} == {"shop", "twice"}
    assert main(["datasets", "delete", "twice"]) == 0
    assert capsys.readouterr().out == "twice is deleted; its files go in 30 days.\n"
    assert [each["name"] for each in tell("datasets", "list")] == ["shop"]


def test_a_dataset_is_cleaned_compared_and_restored_from_the_command_line(
    tell: Tell, capsys: pytest.CaptureFixture[str]
) -> None:
    tell("datasets", "add", "sales.csv", "--name", "raw")
    Path("recipe.json").write_text('[{"step": "units", "factor": 12}]')
    assert tell("recipes", "save", "dozens", "recipe.json")["name"] == "dozens"
    assert tell("recipes", "try", "raw", "--recipe", "dozens")["changes"][0]["cells"] == {"volume": 104}
    assert tell("recipes", "apply", "raw", "--steps", "recipe.json")["number"] == 2
    assert tell("datasets", "compare", "raw")["changed"] == {"volume": 104}
    assert tell("datasets", "restore", "raw", "1")["number"] == 3
    assert [one["steps"] for one in tell("datasets", "lineage", "raw")] == ["", "units", ""]
    tell("datasets", "pin", "raw", "2")
    assert main(["datasets", "delete-version", "raw", "2"]) == ConflictError.exit_code
    tell("datasets", "unpin", "raw", "2")
    assert tell("datasets", "delete-version", "raw", "2")["number"] == 2
    assert [one["recipe"] for one in tell("recipes")] == ["dozens"]
    assert main(["recipes", "delete", "dozens"]) == 0
    assert "dozens is forgotten." in capsys.readouterr().out
    tell("datasets", "delete", "raw")


def test_a_table_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["datasets", "versions", "shop"]) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["number", "created_at", "source", "rows"]
    assert row.split()[-2:] == ["sales.csv", "104"]


def test_nothing_yet_is_said_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for words, said in (("datasets", "forecastle datasets add"), ("models trained", "forecastle train")):
        assert main(words.split()) == 0
        assert said in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.usefixtures("trained_again")
def test_a_version_is_promoted_and_the_one_before_leads_again(tell: Tell) -> None:
    assert tell("models", "promote", "ets_volume", "2")["version"] == 2
    assert tell("models", "rollback", "ets_volume")["version"] == 1
    actions = [line["action"] for line in tell("models", "decisions", "ets_volume")]
    assert actions[:2] == ["rollback", "promote"]
    assert [each["champion"] for each in tell("models", "versions", "ets_volume")] == [False, True]
    assert {"ets_volume", "auto_volume"} <= {each["model"] for each in tell("models", "trained", "--dataset", "shop")}


def test_a_key_is_made_shown_once_and_revoked_and_the_log_knows(tell: Tell) -> None:
    assert tell("keys", "create", "planning")["key"].startswith("fcst_")
    assert tell("keys", "revoke", "planning")["name"] == "planning"
    (listed,) = tell("keys")
    assert listed["name"] == "planning"
    assert listed["revoked"]
    assert [line["action"] for line in tell("audit", "--limit", "2")] == ["key.revoke", "key.create"]


def test_reloading_asks_a_server_that_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "reload", "ets_volume", "--server", "http://127.0.0.1:1", "--json"]) == 9
    assert "No server answers at http://127.0.0.1:1" in capsys.readouterr().err


def test_reloading_asks_the_server_of_the_settings_where_it_can_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    everywhere = ("--set", "server.host=0.0.0.0", "--set", "server.port=1")
    assert main(["models", "reload", "ets_volume", *everywhere]) == 9
    assert "No server answers at http://127.0.0.1:1" in capsys.readouterr().err


def test_a_model_is_retrained_by_a_job(tell: Tell) -> None:
    job = tell("models", "retrain", "ets_volume")
    assert (job["kind"], job["status"]) == ("train", "queued")
    assert main(["jobs", "cancel", job["job"]]) == 0


def test_forecasts_are_shown_by_series(tell: Tell, execution: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = tell("forecasts", "show", execution, "--series", "A")
    assert [(row["series_id"], row["step"]) for row in rows] == [("A", step) for step in (1, 2, 3, 4)]
    assert main(["forecasts", "show", execution, "--limit", "3"]) == 0
    assert capsys.readouterr().out.endswith("3 of 8 rows; --limit shows more.\n")


def test_totals_are_shown_by_level(tell: Tell, execution: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = tell("forecasts", "totals", execution, "--level", "total")
    assert [(row["node"], row["step"]) for row in rows] == [("total", step) for step in (1, 2, 3, 4)]
    assert tell("forecasts", "totals", execution, "--node", "north") == []
    assert main(["forecasts", "totals", execution, "--limit", "3"]) == 0
    assert capsys.readouterr().out.endswith("3 of 4 rows; --limit shows more.\n")


def test_models_that_cannot_tell_what_moves_forecasts_say_so(
    execution: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["forecasts", "drivers", execution, "A"]) == ConflictError.exit_code
    assert "lightgbm" in capsys.readouterr().err


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "xlsx"])
def test_forecasts_are_exported_in_every_format(tell: Tell, execution: str, ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"forecasts.{ending}"
    assert tell("forecasts", "export", execution, str(file)) == {"file": str(file), "rows": 8}
    readers = {"csv": pl.read_csv, "json": pl.read_json, "parquet": pl.read_parquet, "xlsx": pl.read_excel}
    assert readers[ending](file).height == 8  # type: ignore[operator]


def test_a_report_is_written_as_a_page(tell: Tell, execution: str, tmp_path: Path) -> None:
    told = tell("forecasts", "report", execution, str(tmp_path / "report.html"))
    assert "</html>" in Path(told["file"]).read_text(encoding="utf-8")


def test_the_database_is_brought_to_the_newest_schema(tell: Tell) -> None:
    assert tell("db", "upgrade") == tell("db", "upgrade")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("jobs show x", NotFoundError),
        ("jobs follow x", NotFoundError),
        ("forecasts export x y.pdf", NotFoundError),
        ("forecasts drivers x A", NotFoundError),
        ("forecasts totals x", NotFoundError),
        ("datasets add none.csv --name x", SourceError),
        ("datasets add sales.csv --name a/b", InputError),
        ("datasets delete none", NotFoundError),
        ("models promote ets_volume 99", NotFoundError),
        ("models rollback naive_volume", ConflictError),
        ("models versions none", NotFoundError),
        pytest.param("train --name none", NotFoundError, marks=pytest.mark.slow),
        ("train --name shop -n 0", InputError),
        ("serve --workers 0", InputError),
        ("jobs --set storage.database=mysql://x", StorageError),
    ],
)
def test_what_cannot_be_done_has_an_exit_code_and_a_sentence(
    words: str, error: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words.split(), "--json"]) == error.exit_code
    told = capsys.readouterr()
    assert told.out == ""
    assert issubclass(error, InputError) or json.loads(told.err)["error"]["code"] == error.code
    assert json.loads(told.err)["error"]["message"]


@pytest.mark.parametrize("words", ["jobs --limit 0", "jobs --status done", "models promote ets_volume two", "train"])
def test_an_option_that_makes_no_sense_is_refused_before_anything_is_opened(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words.split()) == 2
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err


def test_every_command_and_option_says_what_it_is_for() -> None:
    told = app.generate_docs(usage_name="forecastle")
    options = [line for line in told.splitlines() if line.startswith("* `")]
    assert len(options) > 100
    assert [line for line in options if not re.match(r"\* `[^`]+`: \w", line)] == []
    assert "[default: ()]" not in told
