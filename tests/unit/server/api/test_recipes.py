from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

STEPS = [{"step": "outliers", "action": "cap"}, {"step": "log"}]


@pytest.fixture(scope="module")
def shop(serving: Any, sales: str) -> Iterator[TestClient]:
    """A house with the dataset `shop`."""
    with serving() as opened:
        opened.post("/datasets", files={"file": ("sales.csv", sales)}, data={"name": "shop"})
        yield opened


def test_steps_describe_themselves_for_forms(shop: TestClient) -> None:
    kinds = {kind["step"]: kind for kind in shop.get("/recipes/steps").json()["steps"]}
    assert kinds["missing"]["fields"][1]["choices"][0] == "interpolate"
    assert kinds["missing"]["schema"]["properties"]["method"]["enum"][0] == "interpolate"


def test_a_recipe_is_tried_shown_on_a_series_and_carried_out(empty: TestClient, sales: str) -> None:
    empty.post("/datasets", files={"file": ("sales.csv", sales)}, data={"name": "shop"})
    trial = empty.post("/datasets/shop/clean/dry-run", json={"steps": STEPS}).json()
    assert [change["step"] for change in trial["changes"]] == ["outliers", "log"]
    assert trial["changes"][1]["cells"] == {"volume": 104}
    rows = empty.post("/datasets/shop/clean/series", params={"series": "A"}, json={"steps": STEPS}).json()["rows"]
    assert {row["state"] for row in rows} == {"before", "after"}
    made = empty.post("/datasets/shop/clean", json={"steps": STEPS, "note": "logs"})
    assert (made.status_code, made.headers["location"]) == (201, "/datasets/shop/versions/2")
    assert made.json()["version"]["recipe"] == [{"step": "outliers", "action": "cap"}, {"step": "log"}]
    assert empty.get("/datasets/shop/lineage").json()["lineage"][0]["version"]["note"] == "logs"


def test_a_recipe_on_many_rows_is_a_job(serving: Any, sales: str) -> None:
    with serving(scale={"at_once": 100}) as house:
        house.post("/datasets", files={"file": ("sales.csv", sales)}, data={"name": "shop"})
        refused = house.post("/datasets/shop/clean", json={"steps": STEPS})
        assert (refused.status_code, "POST /datasets/shop/clean/start" in refused.text) == (422, True)
        assert house.post("/datasets/shop/clean/dry-run", json={"steps": STEPS}).status_code == 422
        started = house.post("/datasets/shop/clean/start", json={"steps": STEPS, "dry_run": True})
        assert (started.status_code, started.json()["status"]) == (202, "queued")
        job = house.get(started.headers["location"]).json()
        assert (job["kind"], job["params"]["version"], job["params"]["dry_run"]) == ("clean", 1, True)
        assert house.post("/datasets/shop/clean/start", json={"recipe": "nope"}).status_code == 404


def test_steps_that_take_long_are_a_job_on_fewer_rows(serving: Any, sales: str) -> None:
    with serving(scale={"at_once": 104}) as house:
        house.post("/datasets", files={"file": ("sales.csv", sales)}, data={"name": "shop"})
        for method, status in (("hampel", 200), ("isolation_forest", 422)):
            steps = [{"step": "outliers", "method": method}]
            assert house.post("/datasets/shop/clean/dry-run", json={"steps": steps}).status_code == status
        assert house.post("/datasets/shop/clean/dry-run", json={"steps": [{"step": "log"}] * 11}).status_code == 422


def test_recipes_are_kept_listed_and_forgotten(shop: TestClient) -> None:
    assert shop.post("/recipes", json={"name": "logs", "steps": STEPS}).status_code == 201
    assert [one["name"] for one in shop.get("/recipes").json()["recipes"]] == ["logs"]
    assert shop.post("/datasets/shop/clean/dry-run", json={"recipe": "logs"}).status_code == 200
    assert shop.delete("/recipes/logs").json()["steps"][1] == {"step": "log"}
    assert shop.get("/recipes/logs").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"steps": [{"step": "log", "offset": "1"}]}, 422, "body.steps.0.log.offset"),
        ({"steps": [{"step": "nope"}]}, 422, "does not match any of the expected tags"),
        ({"steps": STEPS, "recipe": "x"}, 422, "only one of these"),
        ({"recipe": "gone"}, 404, "There is no recipe 'gone'"),
        ({"like": 9}, 404, "no version 9"),
        ({"steps": STEPS, "version": 9}, 404, "no version 9"),
        ({"steps": [{"step": "missing", "columns": ["colour"]}]}, 422, "Step 1 (missing): There is no column 'colour'"),
        ({"steps": [{"step": "filter", "where": "__import__('os')"}]}, 422, "there is no function '__import__'"),
        ({"steps": [{"step": "resample", "freq": "h"}]}, 422, "cannot be split into h"),
        ({"stepz": []}, 422, "body.stepz"),
    ],
)
def test_what_is_wrong_with_a_recipe_is_said(shop: TestClient, body: Any, status: int, says: str) -> None:
    for path in ("/datasets/shop/clean/dry-run", "/datasets/shop/clean"):
        answer = shop.post(path, json=body)
        assert answer.status_code == status
        assert says in answer.text.replace("\\n", " ")
