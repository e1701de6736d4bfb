"""Series in requests, forecast by a network that was trained here."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

pytestmark = pytest.mark.slow

SMALL = {"hidden_size": 4, "num_layers": 1, "epochs": 2, "window": 8}
WINDOW = [20.0, 21, 22, 23, 20, 21, 22, 23]


@pytest.fixture(scope="module")
def networked(serving: Callable[..., Any], sales: str, retrain: Callable[..., None]) -> Iterator[TestClient]:
    """A house in which an LSTM leads."""
    with serving(deep=SMALL, forecast={"rows": 1000}, backtest={"windows": 1, "rows": 1000}) as opened:
        opened.post("/datasets", files={"file": ("sales.csv", sales)}, data={"name": "shop"})
        retrain(opened, "lstm")
        yield opened


def test_the_served_model_tells_its_shape(networked: TestClient) -> None:
    told = networked.get("/model/info").json()
    assert (told["model_type"], told["window_size"], told["output_size"]) == ("lstm", 8, 4)
    assert (told["hidden_size"], told["num_layers"]) == (4, 1)
    assert told["dropout"] == 0.2
    assert [set(losses) for losses in told["losses"]] == [{"training", "trial"}] * 2
    assert told["total_parameters"] > 4 * 4 * (told["input_size"] + 4)


def test_a_series_is_forecast_by_the_network_beyond_its_horizon_too(networked: TestClient) -> None:
    told = networked.post("/predict", json={"data": WINDOW * 3, "horizon": 9, "quantiles": True}).json()
    assert told["model_version"].startswith("lstm_volume_v")
    assert all(10 < value < 40 for value in told["predictions"])
    assert all(low <= high for low, high in zip(told["quantiles"]["p10"], told["quantiles"]["p90"], strict=True))


def test_a_series_that_names_its_season_is_smoothed(networked: TestClient) -> None:
    told = networked.post("/predict", json={"data": WINDOW * 3, "season": 4}).json()
    assert told["model_version"].startswith("ets@")


def test_a_window_gets_its_next_value_in_its_own_units(networked: TestClient) -> None:
    small, large = (
        networked.post("/api/predict", json={"series": [scale * value for value in WINDOW]}).json()["prediction"]
        for scale in (1, 1000)
    )
    assert large == pytest.approx(1000 * small, rel=1e-4)
    assert small == pytest.approx(networked.post("/predict", json={"data": WINDOW}).json()["predictions"][0], rel=1e-6)


def test_several_windows_are_forecast_at_once(networked: TestClient) -> None:
    told = networked.post("/api/predict", json={"series": [WINDOW, [0] * 8, [2 * value for value in WINDOW]]}).json()
    assert told["predictions"][1] == 0
    assert told["predictions"][2] == pytest.approx(2 * told["predictions"][0], rel=1e-4)


@pytest.mark.parametrize("series", [WINDOW[1:], [*WINDOW, 1.0], [WINDOW, WINDOW[1:]]])
def test_a_window_of_another_length_is_refused_naming_both(networked: TestClient, series: Any) -> None:
    answer = networked.post("/api/predict", json={"series": series})
    assert answer.status_code == 422
    length = len(series[-1]) if isinstance(series[0], list) else len(series)
    assert f"has {length} values" in answer.json()["detail"]
    assert "exactly 8" in answer.json()["detail"]
    assert ("Window 2 of 2" in answer.json()["detail"]) == isinstance(series[0], list)


def test_a_wrong_window_does_not_spoil_those_it_waits_with(networked: TestClient) -> None:
    def ask(length: int) -> int:
        return networked.post("/api/predict", json={"series": (WINDOW * 2)[:length]}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, [8, 9] * 8)) == [200, 422] * 8


def test_whatever_was_decided_last_is_served(networked: TestClient, retrain: Callable[..., None]) -> None:
    first = networked.get("/model/info").json()["model_version"]
    retrain(networked, "lstm")
    networked.post("/models/lstm_volume/promote", json={"version": 2})
    second = networked.post("/predict", json={"data": WINDOW}).json()["model_version"]
    assert second != first
    networked.post("/models/lstm_volume/rollback")
    assert networked.post("/predict", json={"data": WINDOW}).json()["model_version"] == first
    assert networked.post("/models/lstm_volume/reload").status_code == 200
    assert networked.post("/api/predict", json={"series": WINDOW}).json()["model_version"] == first


def test_a_network_whose_files_were_lost_is_a_problem_that_says_what_to_do(
    serving: Callable[..., Any], sales: str, retrain: Callable[..., None]
) -> None:
    with serving(deep=SMALL, forecast={"rows": 1000}, backtest={"windows": 1, "rows": 1000}) as opened:
        opened.post("/datasets", files={"file": ("sales.csv", sales)}, data={"name": "shop"})
        retrain(opened, "lstm")
        house: Any = opened.app
        for file in Path(house.state.house.settings.storage.artifacts).rglob("*"):
            if file.is_file():
                file.unlink()
        answer = opened.post("/predict", json={"data": WINDOW})
    assert (answer.status_code, answer.json()["code"]) == (503, "artifact_error")
