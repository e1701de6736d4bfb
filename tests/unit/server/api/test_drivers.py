"""What moves the forecasts, over HTTP."""

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

pytest.importorskip("lightgbm", reason="the extra boost is not installed")


@pytest.fixture(scope="module")
def boosted(serving: Callable[..., object], sales: str, retrain: Callable[..., None]) -> Iterator[TestClient]:
    """A house whose models are boosted trees."""
    with serving() as opened:  # type: ignore[attr-defined]
        assert opened.post("/datasets", files={"file": ("sales.csv", sales)}, data={"name": "shop"}).status_code == 201
        retrain(opened, "lightgbm", "seasonal_naive")
        yield opened


def executions(client: TestClient, kind: str) -> list[str]:
    return [one["execution_id"] for one in client.get(f"/forecasts?kind={kind}").json()["executions"]]


def test_drivers_add_up_to_what_the_trees_forecast(boosted: TestClient) -> None:
    [execution] = executions(boosted, "train")
    told = boosted.get(f"/forecasts/{execution}/drivers?series=A").json()
    assert {"recent values", "season", "calendar", "level"} <= {row["driver"] for row in told["rows"]}
    assert {row["model"] for row in told["rows"]} == {"lightgbm"}
    sums: dict[str, float] = {}
    for row in told["rows"]:
        sums[row["ds"]] = sums.get(row["ds"], 0.0) + row["value"]
    assert len(sums) == 4
    assert all(15 < value < 30 for value in sums.values())


def test_the_strongest_driver_of_a_period_comes_first(boosted: TestClient) -> None:
    [execution] = executions(boosted, "train")
    rows = boosted.get(f"/forecasts/{execution}/drivers", params={"series": ["A", "=1+1"]}).json()["rows"]
    first = [abs(row["value"]) for row in rows if (row["series_id"], row["ds"]) == ("A", rows[-1]["ds"])]
    assert first == sorted(first, reverse=True)
    assert {row["series_id"] for row in rows} == {"A", "=1+1"}


def test_a_prediction_from_kept_models_is_explained_by_them(boosted: TestClient) -> None:
    asked = {"sku_ids": ["A"], "horizon_weeks": 2, "models": "lightgbm"}
    execution = boosted.post("/predict", json=asked).json()["execution_id"]
    told = boosted.get(f"/forecasts/{execution}/drivers?series=A").json()["rows"]
    assert len({row["ds"] for row in told}) == 2


def test_a_series_nobody_knows_is_named(boosted: TestClient) -> None:
    [execution] = executions(boosted, "train")
    answer = boosted.get(f"/forecasts/{execution}/drivers?series=nobody")
    assert answer.status_code == 422
    assert "'nobody'" in answer.json()["detail"]
    assert boosted.get(f"/forecasts/{execution}/drivers").status_code == 422


def test_models_that_cannot_tell_say_so(trained: TestClient, execution: str) -> None:
    answer = trained.get(f"{execution}/drivers?series=A")
    assert answer.status_code == 409
    assert "lightgbm" in answer.json()["detail"] + str(answer.json())
