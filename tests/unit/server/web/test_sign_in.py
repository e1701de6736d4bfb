"""Who may enter, where the server asks for keys."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from forecastle.settings import Settings

from .conftest import HTML, served


@pytest.fixture(scope="module")
def locked(trained: tuple[Settings, str]) -> Iterator[TestClient]:
    """The same house, whose callers must show a key."""
    sections = trained[0].model_dump()
    yield from served(Settings.model_validate(sections | {"server": sections["server"] | {"api_keys": True}}))


def key(client: TestClient, name: str) -> str:
    app: Any = client.app
    assert client.portal is not None
    made: str = client.portal.call(lambda: app.state.house.access.create(name, by="test"))
    return made


def test_where_keys_are_asked_for_the_page_asks_too(locked: TestClient) -> None:
    answer = locked.get("/app/forecasts", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/app/sign-in")
    form = locked.get("/app/sign-in")
    assert "API key" in form.text
    assert form.headers["referrer-policy"] == "same-origin"  # else browsers send the form with the origin `null`
    wrong = locked.post("/app/sign-in", data={"key": "<script>alert(1)</script>"})
    assert (wrong.status_code, "<script>" in wrong.text) == (401, False)
    assert locked.get("/app/assets/page.css").status_code == 200
    assert locked.get("/app/rows/x?target=y").status_code == 401


def test_a_key_opens_the_page_in_a_cookie_that_opens_nothing_else(locked: TestClient) -> None:
    answer = locked.post("/app/sign-in", data={"key": key(locked, "planner")})
    cookie = answer.headers["set-cookie"].lower()
    assert answer.status_code == 303
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/app"))
    assert locked.get("/app/", headers=HTML).status_code == 200
    stolen = {"cookie": answer.headers["set-cookie"].partition(";")[0]}
    assert locked.get("/jobs", headers=stolen).status_code == 401
    assert locked.get("/app/sign-out").status_code == 303
    assert locked.get("/app/", headers=HTML).status_code == 303
