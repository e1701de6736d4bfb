from collections.abc import Iterator
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from starlette.testclient import TestClient


@pytest.fixture
def row(trained: TestClient, execution: str) -> dict[str, Any]:
    """A forecast of the training."""
    found: dict[str, Any] = trained.get(f"{execution}?series=A&limit=1").json()["rows"][0]
    return found


@pytest.fixture
def change(trained: TestClient, execution: str, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An override of it, taken back afterwards."""
    asked = {name: row[name] for name in ("series_id", "target", "ds")}
    asked |= {"execution_id": execution.rpartition("/")[2], "value": 60, "reason": "a promotion"}
    answer = trained.post("/overrides", json=asked)
    assert answer.status_code == 201
    yield answer.json()
    trained.delete(f"/overrides/{answer.json()['id']}")


def test_a_forecast_keeps_what_the_model_said_beside_what_the_planner_says(
    trained: TestClient, execution: str, row: dict[str, Any], change: dict[str, Any]
) -> None:
    first, second = trained.get(f"{execution}?series=A&limit=2&overrides=true").json()["rows"]
    assert (first["mean"], first["override"], first["final"]) == (row["mean"], 60, 60)
    assert (second["override"], second["final"]) == (None, second["mean"])
    assert "final" not in trained.get(execution).json()["rows"][0]
    file = pl.read_parquet(BytesIO(trained.get(f"{execution}?overrides=true&format=parquet").content))
    assert file["override"].drop_nulls().to_list() == [60]
    assert change["by"] == "api"


def test_an_override_stands_for_later_executions_too(trained: TestClient, change: dict[str, Any]) -> None:
    later = trained.post("/predict", json={"sku_ids": ["A"], "horizon_weeks": 2}).json()["execution_id"]
    rows = trained.get(f"/forecasts/{later}?overrides=true").json()["rows"]
    assert [row["final"] for row in rows if row["ds"] == change["ds"][:10]] == [60]


def test_an_override_is_listed_replaced_and_taken_back(
    trained: TestClient, execution: str, change: dict[str, Any]
) -> None:
    asked = {name: change[name] for name in ("series_id", "target", "ds")} | {"value": 61}
    newer = trained.post("/overrides", json=asked | {"execution_id": execution.rpartition("/")[2]}).json()
    assert trained.get("/overrides?dataset=shop").json()["overrides"] == [newer]
    assert trained.delete(f"/overrides/{newer['id']}").json() == newer
    assert trained.get("/overrides?dataset=shop").json()["overrides"] == []
    assert trained.delete(f"/overrides/{newer['id']}").status_code == 404
    actions = [event["action"] for event in trained.get("/audit?limit=3").json()["events"]]
    assert actions == ["override.remove", "override.set", "override.set"]


@pytest.mark.parametrize("wrong", [{"series_id": "nobody"}, {"target": "profit"}, {"ds": "1999-01-01"}, {"ds": 7}])
def test_what_is_not_forecast_cannot_be_overridden(
    trained: TestClient, execution: str, row: dict[str, Any], wrong: dict[str, Any]
) -> None:
    asked = {name: row[name] for name in ("series_id", "target", "ds")} | {"value": 1} | wrong
    answer = trained.post("/overrides", json=asked | {"execution_id": execution.rpartition("/")[2]})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
