"""The totals of a hierarchy, kept with the execution that forecast them."""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import polars as pl
import pytest
from starlette.testclient import TestClient

Serving = Callable[..., AbstractContextManager[TestClient]]

SALES = "week,shop,sku,volume\n" + "".join(
    f"{2023 + week // 50}-{1 + week % 50 // 5:02}-{1 + 5 * (week % 5):02},{shop},{sku},{level + week % 4}\n"
    for level, (shop, sku) in enumerate((shop, sku) for shop in ("north", "=1+1") for sku in ("tea", "rice"))
    for week in range(52)
)


@pytest.fixture(scope="module")
def added_up(serving: Serving, retrain: Callable[..., None]) -> Iterator[TestClient]:
    """A house with models trained on four series, and totals by shop."""
    with serving() as opened:
        assert opened.post("/datasets", files={"file": ("sales.csv", SALES)}, data={"name": "shop"}).status_code == 201
        retrain(opened, "ets", hierarchy=["shop"])
        yield opened


@pytest.fixture(scope="module")
def execution(added_up: TestClient) -> str:
    return f"/forecasts/{added_up.get('/forecasts').json()['executions'][0]['execution_id']}"


def test_the_means_of_the_series_add_up_to_totals_by_node(added_up: TestClient, execution: str) -> None:
    rows = added_up.get(f"{execution}/totals?level=shop&node=north").json()["rows"]
    assert [row["step"] for row in rows] == [1, 2, 3, 4]
    assert {(row["level"], row["node"]) for row in rows} == {("shop", "north")}
    parts = pl.DataFrame(added_up.get(execution).json()["rows"]).filter(pl.col("series_id").str.starts_with("north"))
    sums = parts.group_by("ds").agg(pl.col("mean").sum()).sort("ds")
    assert [row["ds"] for row in rows] == sums["ds"].to_list()
    assert [row["mean"] for row in rows] == pytest.approx(sums["mean"].to_list())


def test_totals_are_read_by_the_page_or_as_a_file(added_up: TestClient, execution: str) -> None:
    page = added_up.get(f"{execution}/totals?limit=3&offset=6")
    assert (page.json()["total"], len(page.json()["rows"])) == (12, 3)
    assert 'offset=9>; rel="next"' in page.headers["link"]
    table = pl.read_parquet(io.BytesIO(added_up.get(f"{execution}/totals?format=parquet").content))
    assert table.columns[:6] == ["level", "node", "ds", "step", "target", "mean"]
    assert set(table["node"]) == {"total", "north", "=1+1"}
    assert "'=1+1" in added_up.get(f"{execution}/totals?format=csv").text


def test_a_training_without_a_hierarchy_has_no_totals(added_up: TestClient, retrain: Callable[..., None]) -> None:
    retrain(added_up, "naive")
    newest = added_up.get("/forecasts").json()["executions"][0]["execution_id"]
    assert added_up.get(f"/forecasts/{newest}/totals").json()["rows"] == []
