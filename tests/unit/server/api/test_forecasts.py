import io
import re

import polars as pl
import pytest
from starlette.testclient import TestClient

from forecastle.reporting.pages.frame import plotly_script

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_executions_are_listed(trained: TestClient, execution: str) -> None:
    found = trained.get("/forecasts?dataset=shop&kind=train").json()["executions"]
    assert [f"/forecasts/{one['execution_id']}" for one in found] == [execution]
    assert (found[0]["series"], found[0]["horizon"], found[0]["targets"]) == (2, 4, ["volume"])
    assert trained.get("/forecasts?kind=backtest").json() == {"executions": []}


def test_forecasts_are_read_with_their_ranges(trained: TestClient, execution: str) -> None:
    told = trained.get(execution).json()
    assert (told["total"], len(told["rows"])) == (8, 8)
    assert {*told["rows"][0]} == {
        "series_id",
        "ds",
        "step",
        "target",
        "model",
        "mean",
        "p10",
        "p25",
        "p50",
        "p75",
        "p90",
    }


def test_rows_can_be_chosen(trained: TestClient, execution: str) -> None:
    rows = trained.get(f"{execution}?series=A&target=volume").json()["rows"]
    assert {row["series_id"] for row in rows} == {"A"}
    later = trained.get(execution, params={"series": "A", "start": rows[2]["ds"] + "T00:00:00Z"}).json()
    assert [row["step"] for row in later["rows"]] == [3, 4]
    assert trained.get(f"{execution}?model=nobody").json()["total"] == 0


def test_pages_lead_to_one_another(trained: TestClient, execution: str) -> None:
    page, rows = f"{execution}?limit=3", []
    while page:
        answer = trained.get(page)
        rows += answer.json()["rows"]
        links = {name: there for there, name in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["link"])}
        page = links.get("next", "")
    assert rows == trained.get(execution).json()["rows"]
    assert links["last"].endswith("limit=3&offset=6")
    assert links["prev"].endswith("limit=3&offset=3")


@pytest.mark.parametrize(
    ("form", "media"), [("csv", "text/csv"), ("parquet", "application/vnd.apache.parquet"), ("xlsx", EXCEL)]
)
def test_all_rows_can_be_had_as_a_file(trained: TestClient, execution: str, form: str, media: str) -> None:
    answer = trained.get(f"{execution}?format={form}")
    assert answer.headers["content-type"].startswith(media)
    assert answer.headers["content-disposition"].endswith(f'.{form}"')
    readers = {"csv": pl.read_csv, "parquet": pl.read_parquet, "xlsx": pl.read_excel}
    assert readers[form](io.BytesIO(answer.content)).height == 8  # type: ignore[operator]
    assert trained.get(execution, headers={"accept": media}).headers["content-type"].startswith(media)


def test_a_spreadsheet_calculates_nothing_that_a_series_is_called(trained: TestClient, execution: str) -> None:
    names = {line.partition(",")[0] for line in trained.get(f"{execution}?format=csv").text.splitlines()[1:]}
    assert names == {"A", "'=1+1"}
    exact = pl.read_parquet(io.BytesIO(trained.get(f"{execution}?format=parquet").content))
    assert set(exact["series_id"]) == {"A", "=1+1"}


def test_the_tables_behind_the_forecasts_are_there(trained: TestClient, execution: str) -> None:
    board = trained.get(f"{execution}/leaderboard").json()["rows"]
    assert {"ets", "seasonal_naive"} <= {row["model"] for row in board}
    classes = trained.get(f"{execution}/classification").json()
    assert {row["series_id"] for row in classes["rows"]} == {"A", "=1+1"}
    details = trained.get(f"{execution}/execution").json()
    assert details["execution_id"] == execution.removeprefix("/forecasts/")
    assert details["steps"][0]["name"] == "load"
    assert isinstance(trained.get(f"{execution}/findings").json()["findings"], list)


def test_the_report_is_one_page_that_needs_nothing_else(trained: TestClient, execution: str) -> None:
    answer = trained.get(f"{execution}/report")
    assert answer.headers["content-type"].startswith("text/html")
    assert plotly_script() in answer.text
    assert "<script src" not in answer.text


@pytest.mark.parametrize("table", ["leaderboard", "metrics", "classification"])
def test_a_table_can_be_had_as_a_file(trained: TestClient, execution: str, table: str) -> None:
    told = trained.get(f"{execution}/{table}").json()
    rows = pl.read_parquet(io.BytesIO(trained.get(f"{execution}/{table}?format=parquet").content))
    assert (rows.height, set(rows.columns)) == (told["total"], {*told["rows"][0]})
    part = trained.get(f"{execution}/{table}?limit=1", headers={"accept": "text/csv"})
    assert len(part.text.splitlines()) == 2


def test_measures_by_series_come_only_when_asked_for(trained: TestClient, execution: str) -> None:
    assert "series" not in {row["by"] for row in trained.get(f"{execution}/metrics").json()["rows"]}
    rows = trained.get(f"{execution}/metrics?by=series").json()["rows"]
    assert {row["group"] for row in rows} == {"A", "=1+1"}


@pytest.mark.parametrize(
    "part", ["", "/execution", "/totals", "/leaderboard", "/metrics", "/classification", "/findings", "/report"]
)
def test_an_execution_nobody_knows_is_not_found(trained: TestClient, part: str) -> None:
    assert trained.get(f"/forecasts/none{part}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=x",
        "offset=-1",
        f"offset={2**64}",
        "format=pdf",
        "start=soon",
        "start=0001-01-01T00:00:00%2B14:00",
        "colour=red",
    ],
)
def test_a_question_that_makes_no_sense_is_refused(trained: TestClient, execution: str, query: str) -> None:
    assert trained.get(f"{execution}?{query}").status_code == 422
