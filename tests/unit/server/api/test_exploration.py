"""What a dataset looks like, over HTTP."""

import json
from typing import Any

import polars as pl
import pytest
from starlette.testclient import TestClient

from forecastle.server.api.answers.frames import plain


@pytest.fixture(scope="module")
def shop(client: TestClient, sales: str) -> str:
    assert client.post("/datasets", files={"file": ("sales.csv", sales)}, data={"name": "look"}).status_code == 201
    return "/datasets/look"


def read(client: TestClient, path: str, **query: object) -> Any:
    answer = client.get(path, params=query)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_rows_can_be_sorted_and_paged(client: TestClient, shop: str) -> None:
    told = read(client, f"{shop}/preview", sort="volume", descending=True, rows=2, column=["sku", "volume"])
    assert (told["total"], told["places"]) == (104, [55, 59])
    assert told["rows"] == [{"sku": "=1+1", "volume": 43}] * 2
    assert read(client, f"{shop}/preview", sample="tail", rows=1)["places"] == [103]


def test_columns_are_told_in_numbers(client: TestClient, shop: str) -> None:
    columns = read(client, f"{shop}/statistics")["columns"]
    assert [(column["column"], column["role"], column["kind"]["kind"]) for column in columns] == [
        ("week", "time", "time"),
        ("sku", "key", "categorical"),
        ("volume", "target", "numeric"),
    ]
    assert columns[2]["numbers"]["mean"] == 31.5


@pytest.mark.parametrize(
    "chart", ["series", "distribution", "autocorrelation", "seasonal?season=4", "calendar", "comparison?before=1"]
)
def test_every_chart_is_answered_with_lists_of_equal_length(client: TestClient, shop: str, chart: str) -> None:
    told = client.get(f"{shop}/charts/{chart}", params={"series": "A", "freq": "MS"} if "?" not in chart else None)
    assert told.status_code == 200, told.text
    for part in told.json().values():
        if isinstance(part, dict) and all(isinstance(column, list) for column in part.values()):
            assert len({len(column) for column in part.values()}) == 1


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("preview?version=9", 404, "version 9"),
        ("preview?sort=price", 422, "price"),
        ("preview?rows=0", 422, "rows"),
        ("preview?colour=red", 422, "colour"),
        ("charts/series?series=Z", 404, "'Z'"),
        ("charts/series?column=sku", 422, "no column of numbers"),
        ("charts/series?column=week", 422, "no column of numbers"),
        ("charts/series?column=colour", 422, "'colour'"),
        ("charts/series?freq=furlong", 422, "furlong"),
        ("charts/seasonal?season=99", 422, "two seasons of 99"),
        ("charts/comparison", 422, "before"),
        ("charts/pie", 404, "charts/pie"),
    ],
)
def test_what_cannot_be_looked_at_is_refused_in_words(
    client: TestClient, shop: str, path: str, status: int, says: str
) -> None:
    answer = client.get(f"{shop}/{path}")
    assert answer.status_code == status, answer.text
    assert says in answer.json()["detail"] + json.dumps(answer.json()["fields"])


def test_every_type_of_value_has_a_word_in_json() -> None:
    frame = pl.DataFrame(
        {
            "number": [1.5, float("nan"), float("inf")],
            "bytes": [b"\xff", None, b""],
            "list": [[1, 2], None, []],
            "time": pl.Series([0, 2, None]).cast(pl.Time),
            "wide": pl.Series([2**100, None, 1], dtype=pl.Int128),
            "word": pl.Series(["a", None, "b"]).cast(pl.Categorical),
        }
    )
    told = plain(frame).to_dicts()
    assert json.loads(json.dumps(told)) == told
    assert told[0] == {
        "number": 1.5, "bytes": "ff", "list": "[1, 2]", "time": "00:00:00", "wide": str(2**100), "word": "a",
    }  # fmt: skip
    assert told[2]["number"] is None


@pytest.mark.parametrize(
    "question",
    ["frequency", "decomposition?season=4", "stationarity", "seasonality?season=4", "change-points", "anomalies"],
)
def test_every_question_is_answered(client: TestClient, shop: str, question: str) -> None:
    answer = client.get(f"{shop}/analysis/{question}")
    assert answer.status_code == 200, answer.text


def test_a_question_that_makes_no_sense_is_refused_in_words(client: TestClient, shop: str) -> None:
    answer = client.get(f"{shop}/analysis/holidays", params={"country": "XX", "freq": "W"})
    assert answer.status_code == 422
    assert "'XX'" in answer.json()["detail"]


def test_a_profile_is_told_to_programs_and_people(client: TestClient, shop: str) -> None:
    told = read(client, f"{shop}/profile")
    assert (told["rows"], told["targets"][0]["series"]) == (104, 2)
    assert sum(row["series"] for row in told["targets"][0]["classes"]) == 2
    series = read(client, f"{shop}/profile/series", sort="mean", limit=1)
    assert (series["total"], series["series"][0]["series_id"]) == (2, "=1+1")
    page = client.get(f"{shop}/profile/page")
    assert page.headers["content-type"].startswith("text/html")
    assert "Profile of sales.csv" in page.text
    assert client.get(f"{shop}/profile/series", params={"sort": "beauty"}).status_code == 422
    assert client.get(f"{shop}/profile/series", params={"target": "sku"}).status_code == 422


def test_all_series_are_taken_apart_by_the_page_and_as_a_file(client: TestClient, shop: str) -> None:
    told = read(client, f"{shop}/analysis/components", limit=3, series=["A"], season=[4])
    assert (told["total"], told["seasons"], len(told["rows"])) == (46, [4], 3)
    row = told["rows"][0]
    assert abs(row["trend"] + row["season_4"] + row["remainder"] - row["y"]) < 1e-9
    answer = client.get(f"{shop}/analysis/components", params={"format": "parquet", "search": "=1"})
    assert pl.read_parquet(answer.content)["series_id"].unique().to_list() == ["=1+1"]
    assert client.get(f"{shop}/analysis/components", params={"column": "sku"}).status_code == 422


def test_problems_are_told_with_the_steps_that_mend_them(client: TestClient, sales: str) -> None:
    holes = "\n".join(
        line.rpartition(",")[0] + "," if "A," in line and place % 3 == 0 else line
        for place, line in enumerate(sales.splitlines())
    )
    client.post("/datasets", files={"file": ("sales.csv", holes)}, data={"name": "holes"})
    worst = read(client, "/datasets/holes/problems")["problems"][0]
    assert (worst["code"], worst["severity"], worst["target"]) == ("not_ready", "error", "volume")
    steps = {"steps": worst["remedies"][0]["steps"]}
    assert client.post("/datasets/holes/clean", json=steps).status_code == 201
    assert read(client, "/datasets/holes/problems")["problems"][0]["severity"] != "error"


def test_what_cannot_be_forecast_yet_has_a_profile_all_the_same(client: TestClient) -> None:
    text = "week,sku,volume\n" + "".join(
        f"2024-{1 + week // 4:02}-{1 + 7 * (week % 4):02},A,{'?' if week % 2 else week}\n" for week in range(40)
    )
    client.post("/datasets", files={"file": ("sales.csv", text)}, data={"name": "half"})
    assert read(client, "/datasets/half/profile")["warnings"][0]["code"] == "not_ready"
    assert read(client, "/datasets/half/analysis/components")["total"] > 30
