"""Tabular models and their versions move back and forth while they answer; several answer side by side."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from house_sales import ROW, sales
from tabular_models import train, upload

ASKED = {"dataset": "houses", "target": "price", "model": "linear"}


def test_retraining_rolling_back_and_reloading_move_what_answers_at_once(serving: Any) -> None:
    with serving() as client:
        upload(client, "houses", sales())
        train(client, **ASKED, columns=["bedrooms"])
        properties = client.get("/openapi.json").json()["components"]["schemas"]["FeatureRow"]["properties"]
        assert list(properties) == ["bedrooms"]
        made = train(client, "/retrain-model", columns=["bedrooms", "sqft_living", "grade", "zipcode"])
        assert made["leads"]
        assert "_v2_" in client.post("/predict", json=ROW).json()["model_version"]
        assert len(client.get("/openapi.json").json()["components"]["schemas"]["FeatureRow"]["properties"]) == 4
        assert "_v1_" in client.post("/rollback-model").json()["model_version"]
        assert "_v1_" in client.post("/predict", json=ROW).json()["model_version"]
        assert client.post("/rollback-model").status_code == 409
        assert client.post("/tabular/houses/promote", json={"version": 2}).json()["version"] == 2
        assert client.post("/reload-model").json()["status"] == "reloaded"
        assert client.get("/tabular").json()["models"][0]["called"] == "houses"
        assert client.get("/tabular/houses").json()["champion"]["version"] == 2


def test_a_model_whose_files_were_changed_is_refused_and_the_old_one_goes_on(serving: Any) -> None:
    with serving() as client:
        upload(client, "houses", sales())
        train(client, **ASKED, columns=["bedrooms"])
        first = client.post("/predict", json=ROW).json()
        made = train(client, **ASKED)
        damage(client, made["model"], 2)
        answer = client.post("/predict", json=ROW).json()
        assert answer["model_version"] == first["model_version"]
        assert client.post("/reload-model").status_code == 503
        assert client.post("/predict", json=ROW).json()["prediction"] == first["prediction"]
        client.post("/rollback-model").raise_for_status()
        assert client.post("/tabular/houses/promote", json={"version": 2}).status_code == 503
        assert client.get("/tabular/houses").json()["champion"]["version"] == 1


def test_a_version_whose_files_were_changed_does_not_lead_again_though_it_is_in_memory(serving: Any) -> None:
    with serving() as client:
        upload(client, "houses", sales())
        train(client, **ASKED, columns=["bedrooms"])
        made = train(client, **ASKED)
        client.post("/predict", json=ROW).raise_for_status()
        client.post("/rollback-model").raise_for_status()
        damage(client, made["model"], 2)
        assert client.post("/tabular/houses/promote", json={"version": 2}).status_code == 503
        assert client.get("/tabular/houses").json()["champion"]["version"] == 1


def test_after_a_restart_the_version_before_answers_in_place_of_a_damaged_one_and_health_says_so(
    serving: Any, tmp_path: Path
) -> None:
    storage = {"database": f"sqlite:///{tmp_path}/house.db", "artifacts": str(tmp_path / "artifacts")}
    with serving(storage=storage) as client:
        upload(client, "houses", sales())
        train(client, **ASKED, columns=["bedrooms"])
        damage(client, train(client, **ASKED)["model"], 2)
    with serving(storage=storage) as client:
        assert "tabular:houses" not in client.get("/health").json()["checks"]
        assert "_v1_" in client.post("/predict", json=ROW).json()["model_version"]
        health = client.get("/health").json()
        assert health["status"] == "degraded"
        assert re.match(
            r"tabular_houses_\w+_v2_\d+ cannot be read, \w+_v1_\d+ answers", health["checks"]["tabular:houses"]
        )
        assert client.post("/reload-model").status_code == 503
        assert "_v1_" in client.post("/rollback-model").json()["model_version"]
        assert "tabular:houses" not in client.get("/health").json()["checks"]


def test_with_no_version_that_can_be_read_a_row_is_told_so(serving: Any, tmp_path: Path) -> None:
    storage = {"database": f"sqlite:///{tmp_path}/house.db", "artifacts": str(tmp_path / "artifacts")}
    with serving(storage=storage) as client:
        upload(client, "houses", sales())
        damage(client, train(client, **ASKED)["model"], 1)
    with serving(storage=storage) as client:
        answer = client.post("/predict", json=ROW)
        assert (answer.status_code, answer.json()["code"]) == (503, "artifact_error")


def damage(client: TestClient, name: str, number: int) -> None:
    """Change a byte of a version's weights in the artifact store."""
    house = client.app.state.house  # type: ignore[attr-defined]

    async def find() -> Any:
        return next(one for one in (await house.models.find(name)).versions if one.number == number)

    version = client.portal.call(find)  # type: ignore[union-attr]
    digest = version.manifest["full/weights.npz"]
    file = Path(house.settings.storage.artifacts) / "sha256" / digest[:2] / digest[2:]
    file.write_bytes(file.read_bytes()[:-1] + b"?")


@pytest.fixture(scope="module")
def several(serving: Any) -> Iterator[TestClient]:
    """Two models; of the one trained first, the first version is pinned, and the second leads."""
    with serving(tabular={"pinned": {"houses": 1}}) as client:
        upload(client, "houses", sales())
        asked = {"dataset": "houses", "model": "linear"}
        train(client, **asked, target="price", columns=["bedrooms"])
        assert train(client, **asked, target="price", drop=["grade"])["leads"]
        train(client, **asked, target="grade", name="grades")
        yield client


def test_several_models_answer_side_by_side_and_the_first_is_the_default(several: TestClient) -> None:
    assert several.post("/predict", json=ROW).json()["model"] == "houses"
    assert several.post("/tabular/grades/predict", json=ROW | {"price": 5e5}).json()["model"] == "grades"
    assert several.post("/tabular/cars/predict", json=ROW).status_code == 404


def test_with_no_word_about_it_any_part_of_a_row_is_answered_but_not_nothing(several: TestClient) -> None:
    told = several.post("/tabular/grades/predict", json={"sqft_living": 1800, "rooms": 3}).json()
    assert (told["missing"], told["ignored"]) == (["price", "bedrooms", "sqft_lot", "view", "zipcode"], ["rooms"])
    refused = several.post("/tabular/grades/predict", json={"rooms": 3})
    assert (refused.status_code, refused.json()["fields"][0]["name"]) == (422, "row.row")
    batch = several.post("/tabular/grades/predict-batch", json=[{"sqft_living": 1800}, {"rooms": 3}]).json()
    assert [one["error"] is None for one in batch["predictions"]] == [True, False]
    assert batch["missing"]["bedrooms"] == 1


def test_a_pinned_version_answers_whoever_leads(several: TestClient) -> None:
    assert several.get("/tabular/houses").json()["champion"]["version"] == 2
    assert "_v1_" in several.post("/predict", json=ROW).json()["model_version"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/features/required"), ("POST", "/predict"), ("POST", "/reload-model"), ("POST", "/retrain-model"),
        ("POST", "/rollback-model"), ("GET", "/tabular/houses"), ("POST", "/tabular/houses/predict"),
    ],
)  # fmt: skip
def test_without_a_model_every_call_says_so(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path, json=ROW if "predict" in path else None)
    assert (answer.status_code, answer.json()["code"]) == (503, "no_model")
