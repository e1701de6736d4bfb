"""The API on a real PostgreSQL."""

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from forecastle.bootstrap.house import open_house
from forecastle.server.api.app import create_app
from forecastle.settings import Settings, StorageSettings

SALES = "week,volume\n" + "".join(f"2024-{month:02}-01,{month}\n" for month in range(1, 13))


@pytest.fixture(scope="module")
def client(make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("house")
    settings = Settings(storage=StorageSettings(database=make_database(), artifacts=str(folder)))
    with TestClient(create_app(settings, lambda: open_house(settings)), base_url="http://127.0.0.1") as opened:
        yield opened


def test_a_server_on_postgresql_is_ready(client: TestClient) -> None:
    assert client.get("/health/ready").status_code == 200


def test_a_dataset_and_a_job_are_kept(client: TestClient) -> None:
    assert client.post("/datasets", files={"file": ("shop.csv", SALES)}).status_code == 201
    path = client.post("/train", json={"dataset": "shop"}).headers["location"]
    assert client.delete(path).json()["status"] == "cancelled"
    assert "event: job:cancelled" in client.get(f"{path}/events").text


@pytest.mark.parametrize("path", ["/jobs/%00", "/datasets/%00", "/forecasts/%00", "/forecasts?kind=%00"])
def test_a_zero_character_is_the_callers_mistake_and_not_the_databases(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (422, "input_error")
    assert client.post("/train", json={"dataset": "\0"}).status_code == 422
