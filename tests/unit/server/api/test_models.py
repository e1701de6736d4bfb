from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from starlette.testclient import TestClient

from forecastle.models.catalog import find

Serving = Callable[..., AbstractContextManager[TestClient]]


@pytest.fixture(scope="module")
def twice(serving: Serving, sales: str, retrain: Callable[[TestClient], None]) -> Iterator[TestClient]:
    """A house in which the models of `shop` were trained twice."""
    with serving() as client:
        client.post("/datasets", files={"file": ("sales.csv", sales)}, data={"name": "shop"})
        retrain(client)
        retrain(client)
        yield client


def champion(client: TestClient) -> int:
    version: int = client.get("/models/ets_volume").json()["champion"]["version"]
    return version


def test_models_are_listed_with_champion_and_versions(twice: TestClient) -> None:
    models = twice.get("/models?dataset=shop").json()["models"]
    assert {"auto_volume", "ets_volume"} <= {model["name"] for model in models}
    ets = next(model for model in models if model["name"] == "ets_volume")
    assert [version["version"] for version in ets["versions"]] == [2, 1]
    assert ets == twice.get("/models/ets_volume").json()


def test_a_promoted_version_leads_until_it_is_rolled_back(twice: TestClient) -> None:
    before = champion(twice)
    other = 3 - before
    assert twice.post("/models/ets_volume/promote", json={"version": other}).json()["version"] == other
    assert champion(twice) == other
    assert twice.post("/models/ets_volume/rollback").json()["version"] == before
    assert champion(twice) == before
    log = twice.get("/models/ets_volume/decisions").json()["decisions"]
    assert [(line["action"], line["by"]) for line in log[:2]] == [("rollback", "api"), ("promote", "api")]


def test_a_version_that_is_not_there_cannot_lead(twice: TestClient) -> None:
    assert twice.post("/models/ets_volume/promote", json={"version": 99}).status_code == 404
    assert twice.post("/models/ets_volume/promote", json={}).status_code == 422
    assert twice.post("/models/ets_volume/promote", json={"version": True}).status_code == 422


def test_without_a_champion_before_there_is_no_rollback(twice: TestClient) -> None:
    statuses = [twice.post("/models/seasonal_naive_volume/rollback").status_code for _ in range(4)]
    assert statuses[-1] == 409


def test_a_model_is_read_again_while_it_serves(twice: TestClient) -> None:
    assert twice.post("/models/ets_volume/reload").json()["version"] == champion(twice)


def test_retraining_is_a_job_for_that_model_only(twice: TestClient) -> None:
    answer = twice.post("/models/ets_volume/retrain", json={"horizon": 4})
    assert answer.status_code == 202
    job = twice.get(answer.headers["location"]).json()
    assert job["params"] == {"dataset": "shop", "targets": ["volume"], "models": ["ets"], "horizon": 4}
    assert twice.post("/models/ets_volume/retrain").status_code == 202


def test_a_model_that_cannot_tell_what_it_looks_at_says_so(twice: TestClient) -> None:
    answer = twice.get("/models/ets_volume/explanation")
    assert answer.status_code == 404
    assert "cannot tell" in answer.json()["detail"]
    unknown = twice.get("/models/ets_volume/explanation", params={"series": "nobody"})
    assert "nobody" in unknown.json()["detail"]


@pytest.mark.parametrize("call", ["", "/decisions", "/explanation"])
def test_a_model_nobody_knows_is_not_found(twice: TestClient, call: str) -> None:
    answer = twice.get(f"/models/tft_volume{call}")
    assert answer.status_code == 404
    assert "ets_volume" in answer.json()["hint"]


def test_a_name_with_a_slash_is_found_at_every_call(serving: Serving, retrain: Callable[[TestClient], None]) -> None:
    rows = "".join(f"2024-{month:02}-01,{month % 3 + 5}\n" for month in range(1, 13))
    with serving() as client:
        client.post("/datasets", files={"file": ("sales.csv", "month,sales/net\n" + rows)}, data={"name": "shop"})
        retrain(client)
        path = "/models/ets_sales%2Fnet"
        assert client.get(path).json()["name"] == "ets_sales/net"
        assert client.get(f"{path}/decisions").status_code == 200
        assert client.post(f"{path}/promote", json={"version": 1}).json()["version"] == 1
        assert [client.post(f"{path}/{call}").status_code for call in ("reload", "retrain", "rollback")] == [
            200,
            202,
            409,
        ]


@pytest.mark.slow
@pytest.mark.skipif(not find("tft").available, reason="the extra deep is not installed")
def test_a_trained_transformer_tells_what_it_looks_at(
    serving: Serving, sales: str, retrain: Callable[..., None]
) -> None:
    with serving(deep={"tft_hidden_size": 8, "tft_epochs": 1}, forecast={"rows": 1000}) as client:
        client.post("/datasets", files={"file": ("sales.csv", sales)}, data={"name": "shop"})
        retrain(client, "tft")
        told = client.get("/models/tft_volume/explanation", params={"series": "A"}).json()
    assert {line["kind"] for line in told["importances"]} == {"past", "future", "static"}
    first = [line["weight"] for line in told["attention"] if line["step"] == 1]
    assert sum(first) == pytest.approx(1, abs=1e-5)
