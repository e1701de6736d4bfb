from typing import Any

import pytest
from starlette.testclient import TestClient

SERIES = [12, 15, 11, 18, 16, 14, 19, 13, 16, 12]


def test_a_series_in_the_body_is_forecast_right_after_start(client: TestClient) -> None:
    told = client.post("/predict", json={"data": SERIES, "horizon": 3}).json()
    assert len(told["predictions"]) == 3
    assert all(10 < value < 20 for value in told["predictions"])
    assert told["model_version"].startswith("ets@")
    assert "quantiles" not in told


def test_ranges_come_when_asked_for(client: TestClient) -> None:
    told = client.post("/predict", json={"data": SERIES, "horizon": 2, "quantiles": True}).json()
    assert list(told["quantiles"]) == ["p10", "p25", "p50", "p75", "p90"]
    assert told["quantiles"]["p10"][0] < told["predictions"][0] < told["quantiles"]["p90"][0]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ([1, 2], "body"),
        ({"data": []}, "body.data"),
        ({"data": ["many"]}, "body.data.0"),
        ({"data": [1, True]}, "body.data.1"),
        ({"data": [1], "horizon": 0}, "body.horizon"),
        ({"data": [1], "horizon": True}, "body.horizon"),
        ({"data": [1], "sku_ids": ["A"]}, "body.sku_ids"),
        ({"sku_ids": ["A"], "models": 7}, "body.models"),
    ],
)
def test_a_body_of_neither_kind_is_told_which_field_is_wrong(client: TestClient, body: Any, field: str) -> None:
    answer = client.post("/predict", json=body)
    assert answer.status_code == 422
    assert field in [wrong["name"] for wrong in answer.json()["fields"]]


def test_values_that_are_not_finite_are_refused(client: TestClient) -> None:
    answer = client.post("/predict", content=b'{"data": [1, NaN]}', headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["fields"][0]["value"]) == (422, "nan")


def test_a_window_needs_a_sequence_model(client: TestClient) -> None:
    for body in ({"series": SERIES}, {"series": [SERIES, SERIES]}):
        answer = client.post("/api/predict", json=body)
        assert (answer.status_code, answer.json()["code"]) == (503, "no_model")
        assert "POST /train" in answer.json()["hint"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body.series"),
        ({"series": []}, "body.series"),
        ({"series": [[]]}, "body.series.0"),
        ({"series": ["many"]}, "body.series.0"),
        ({"series": [[1], ["many"]]}, "body.series.1.0"),
        ({"series": [1, [2]]}, "body.series.1"),
        ({"series": [1], "horizon": 3}, "body.horizon"),
    ],
)
def test_a_window_that_is_none_is_told_which_field_is_wrong(client: TestClient, body: Any, field: str) -> None:
    answer = client.post("/api/predict", json=body)
    assert answer.status_code == 422
    assert field in [wrong["name"] for wrong in answer.json()["fields"]]


def test_stored_series_need_a_trained_model(client: TestClient) -> None:
    answer = client.post("/predict", json={"sku_ids": None})
    assert (answer.status_code, answer.json()["code"]) == (503, "no_model")


def test_stored_series_are_forecast_and_kept(trained: TestClient) -> None:
    told = trained.post("/predict", json={"sku_ids": ["A", "nobody"], "horizon_weeks": 4, "targets": ["VOLUME"]}).json()
    assert told["results_count"] == 4
    assert told["summary"]["unknown"] == ["nobody"]
    assert sum(count for name, count in told["summary"].items() if name.endswith("_count")) == 1
    rows = trained.get(f"/forecasts/{told['execution_id']}").json()["rows"]
    assert [(row["series_id"], row["step"]) for row in rows] == [("A", step) for step in (1, 2, 3, 4)]
    made = trained.get(f"/forecasts/{told['execution_id']}/execution").json()["manifest"]
    assert made["dataset"]["version"] == 1


def test_all_stored_series_are_forecast_when_none_is_named(trained: TestClient) -> None:
    assert trained.post("/predict", json={"sku_ids": None, "horizon_weeks": 2}).json()["results_count"] == 4


def test_a_target_that_nobody_forecasts_is_refused_by_name(trained: TestClient) -> None:
    answer = trained.post("/predict", json={"sku_ids": None, "targets": ["profit"]})
    assert answer.status_code == 422
    assert "'profit'" in answer.json()["detail"]
