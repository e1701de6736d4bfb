from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

Serving = Callable[..., AbstractContextManager[TestClient]]
PAGES = "https://planning.example.com"


@pytest.fixture(scope="module")
def locked(serving: Serving) -> Iterator[TestClient]:
    """A house whose callers must show a key."""
    with serving(server={"api_keys": True, "cors_origins": [PAGES]}) as client:
        yield client


def key(client: TestClient, name: str) -> dict[str, str]:
    """The header of a new key."""
    app: Any = client.app
    assert client.portal is not None
    made = client.portal.call(lambda: app.state.house.access.create(name, by="test"))
    return {"authorization": f"Bearer {made}"}


@pytest.mark.parametrize("shown", [{}, {"authorization": "Bearer fcst_guess"}, {"authorization": "Basic eDp5"}])
def test_whoever_shows_no_key_is_told_how_to(locked: TestClient, shown: dict[str, str]) -> None:
    answer = locked.get("/jobs", headers=shown)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"
    with pytest.raises(WebSocketDisconnect), locked.websocket_connect("ws://127.0.0.1/ws", headers=shown):
        pass


def test_a_key_opens_every_call_until_it_is_revoked(locked: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forecastle.services.access.REMEMBERED", 0.0)
    planning = key(locked, "planning")
    assert locked.get("/jobs", headers=planning).status_code == 200
    with locked.websocket_connect("ws://127.0.0.1/ws", headers=planning):
        pass
    app: Any = locked.app
    assert locked.portal is not None
    locked.portal.call(lambda: app.state.house.access.revoke("planning", by="test"))
    assert locked.get("/jobs", headers=planning).status_code == 401


def test_health_and_the_questions_of_browsers_need_no_key(locked: TestClient) -> None:
    assert {locked.get(path).status_code for path in ("/health", "/health/live", "/health/ready")} == {200}
    asked = {"origin": PAGES, "access-control-request-method": "GET", "access-control-request-headers": "authorization"}
    assert locked.options("/jobs", headers=asked).status_code == 200


def test_the_log_names_who_did_what(locked: TestClient, sales: str) -> None:
    shop = key(locked, "shop")
    locked.post("/datasets", files={"file": ("sales.csv", sales)}, data={"name": "gone"}, headers=shop)
    locked.delete("/datasets/gone", headers=shop)
    newest, made = locked.get("/audit?limit=2", headers=shop).json()["events"]
    assert (newest["by"], newest["action"], newest["subject"]) == ("shop", "dataset.delete", "gone")
    assert (made["action"], made["subject"]) == ("key.create", "shop")
    assert locked.get("/audit?action=model.promote", headers=shop).json() == {"events": []}


def test_the_description_says_that_a_key_is_needed(locked: TestClient, client: TestClient) -> None:
    described = locked.app.openapi()  # type: ignore[attr-defined]  # it is a FastAPI
    assert described["components"]["securitySchemes"] == {"key": {"type": "http", "scheme": "bearer"}}
    assert "401" in described["paths"]["/jobs"]["get"]["responses"]
    assert "401" not in client.app.openapi()["paths"]["/jobs"]["get"]["responses"]  # type: ignore[attr-defined]
