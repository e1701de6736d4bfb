import re
import sqlite3

from starlette.testclient import TestClient


def test_a_program_is_told_what_is_here(client: TestClient) -> None:
    told = client.get("/").json()
    assert told["endpoints"]["POST /train"] == "Train models on a dataset"
    assert told["version"] == client.get("/health").json()["version"]


def test_a_browser_is_sent_to_a_page(client: TestClient) -> None:
    answer = client.get("/", headers={"accept": "text/html,*/*"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/docs")


def test_the_page_of_the_calls_asks_no_other_host(client: TestClient) -> None:
    page = client.get("/docs").text
    parts = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(parts) >= 3
    assert all(client.get(part).status_code == 200 for part in parts)
    assert "http" not in re.sub(r"<!--.*?-->", "", page).replace("text/http", "")


def test_health_tells_of_every_part(client: TestClient) -> None:
    told = client.get("/health").json()
    assert told["checks"] == {"database": "ok", "queue": "ok", "artifacts": "ok"}
    assert (told["status"], told["model_loaded"]) == ("ok", False)


def test_a_server_that_lives_and_is_ready_says_so(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}
    assert client.get("/health/ready").json() == {"status": "ok"}


def test_without_its_database_a_server_lives_but_is_not_ready(empty: TestClient) -> None:
    lose_the_schema(empty)
    answer = empty.get("/health/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_error")
    assert empty.get("/health").json()["status"] == "degraded"
    assert empty.get("/health/live").status_code == 200


def test_no_sequence_model_is_served_yet(client: TestClient) -> None:
    answer = client.get("/model/info")
    assert (answer.status_code, answer.json()["code"]) == (503, "no_model")
    assert "retry-after" not in answer.headers


def lose_the_schema(client: TestClient) -> None:
    settings = client.app.state.house.settings  # type: ignore[attr-defined]  # it is a FastAPI
    with sqlite3.connect(settings.storage.database.removeprefix("sqlite:///")) as database:
        database.execute("DROP TABLE alembic_version")
    database.close()
