from typing import Any

import pytest
from starlette.testclient import TestClient


@pytest.fixture
def shop(empty: TestClient, sales: str) -> TestClient:
    """A dataset with two versions."""
    for content in (sales, sales + "2024-06-01,A,9\n"):
        empty.post("/datasets", files={"file": ("sales.csv", content)}, data={"name": "shop"})
    return empty


def test_versions_are_pinned_restored_and_deleted_and_the_lineage_tells(shop: TestClient) -> None:
    assert shop.post("/datasets/shop/versions/1/pin").json()["pinned_at"]
    assert shop.delete("/datasets/shop/versions/1").json()["code"] == "conflict"
    assert shop.post("/datasets/shop/versions/1/unpin").json()["pinned_at"] is None
    restored = shop.post("/datasets/shop/versions/1/restore").json()
    assert (restored["version"], restored["parent"], restored["by"]) == (3, 1, "api")
    assert shop.delete("/datasets/shop/versions/2").status_code == 200
    told = shop.get("/datasets/shop/lineage").json()["lineage"]
    assert [(one["version"]["version"], one["current"], bool(one["deleted_at"])) for one in told] == [
        (3, True, False), (2, False, True), (1, False, False),
    ]  # fmt: skip


@pytest.mark.parametrize("call", [("post", "/pin"), ("post", "/unpin"), ("post", "/restore"), ("delete", "")])
def test_a_version_that_is_not_there_is_not_found(client: TestClient, sales: str, call: Any) -> None:
    client.post("/datasets", files={"file": ("sales.csv", sales)}, data={"name": "shop"})
    method, change = call
    assert client.request(method, f"/datasets/shop/versions/9{change}").status_code == 404
    assert client.request(method, f"/datasets/other/versions/1{change}").status_code == 404
    assert client.request(method, f"/datasets/shop/versions/0{change}").status_code == 422


def test_two_versions_are_compared(shop: TestClient) -> None:
    told = shop.get("/datasets/shop/compare").json()
    assert (told["before"], told["after"], told["rows_added"], told["changed"]) == (1, 2, 1, {})
    assert (told["series_changed"], told["per_series"][0]["series_id"]) == (1, "A")
    assert shop.get("/datasets/shop/compare", params={"after": 1}).status_code == 422
    assert shop.get("/datasets/shop/compare", params={"before": 7}).status_code == 404
