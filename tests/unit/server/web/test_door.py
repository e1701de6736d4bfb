"""The page as a part of the server: what it sends, and that it asks nobody else."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from forecastle.settings import Settings

from .conftest import HERE, HTML, served


@pytest.fixture(scope="module")
def client(trained: tuple[Settings, str]) -> Iterator[TestClient]:
    yield from served(trained[0])


def test_a_browser_is_sent_to_the_page_which_asks_no_other_host(client: TestClient) -> None:
    assert client.get("/", headers=HTML).headers["location"] == "/app/"
    page = client.get("/app/", headers=HTML)
    assert page.status_code == 200
    assert not re.findall(r"(?:src|href)=[\"'](?:https?:)?//", page.text)
    assert "http" not in page.headers["content-security-policy"]
    for part in re.findall(r'(?:src|href)="(/app/[^"]+)"', page.text):
        assert client.get(part).status_code == 200


def test_rows_and_files_are_fetched_by_the_browser(client: TestClient, execution: str) -> None:
    rows = client.get(f"/app/rows/{execution}?target=volume").json()
    assert len(rows["values"]) == 3
    assert rows["columns"][0] == "series_id"
    for ending, beginning in (("xlsx", b"PK"), ("csv", b"series_id"), ("html", b"<!doctype html>")):
        assert client.get(f"/app/export/{execution}.{ending}").content.startswith(beginning)
    assert client.get("/app/rows/nothing?target=volume").status_code == 404


def test_a_page_of_another_origin_cannot_click_for_a_visitor(client: TestClient) -> None:
    foreign = {"origin": "https://evil.example"}
    assert client.get("/app/", headers=foreign).status_code == 403
    assert client.get("/app/", headers={"origin": HERE}).status_code == 200
    socket = "ws://127.0.0.1:8000/app/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(socket, headers=foreign):
        pass
