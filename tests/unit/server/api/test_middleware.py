import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from starlette.testclient import TestClient

from forecastle.server.api.middleware.rate import RateLimit

Serving = Callable[..., AbstractContextManager[TestClient]]
JSON = {"content-type": "application/json"}


def test_an_id_that_the_caller_gave_comes_back(client: TestClient) -> None:
    assert client.get("/", headers={"x-request-id": "run-17.a"}).headers["x-request-id"] == "run-17.a"


@pytest.mark.parametrize("forged", ["", "a b", "x" * 200, '"}', "é"])
def test_an_id_that_could_forge_the_log_is_replaced(client: TestClient, forged: str) -> None:
    headers = [(b"x-request-id", forged.encode())]
    assert len(client.get("/", headers=headers).headers["x-request-id"]) == 32


def test_every_answer_is_one_line_of_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    client.get("/jobs/7?token=secret")
    (line,) = [vars(record) for record in caplog.records if record.message == "answered"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/jobs/7", 404)
    assert line["duration_ms"] > 0
    assert "secret" not in str(line["path"])


def test_browsers_are_told_not_to_guess_and_to_load_nothing(client: TestClient) -> None:
    headers = client.get("/").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_a_client_who_asks_too_often_is_told_how_long_to_wait(serving: Serving) -> None:
    with serving(server={"rate_limit": 0.01, "rate_burst": 2}) as client:
        statuses = [client.get("/models").status_code for _ in range(3)]
        answer = client.get("/models")
        assert client.get("/health").status_code == 200
        assert "429" in client.app.openapi()["paths"]["/models"]["get"]["responses"]  # type: ignore[attr-defined]
    assert statuses == [200, 200, 429]
    assert answer.json()["code"] == "too_many_requests"
    assert 90 < int(answer.headers["Retry-After"]) <= 100


def test_what_a_client_may_ask_refills_and_is_its_own() -> None:
    now = [0.0]
    limit = RateLimit(lambda *_: None, rate=2.0, burst=2, clock=lambda: now[0])  # type: ignore[arg-type,return-value]
    assert [limit.take("a"), limit.take("a"), limit.take("a")] == [0, 0, 0.5]
    assert limit.take("b") == 0
    now[0] = 0.5
    assert [limit.take("a"), limit.take("a")] == [0, 0.5]


def test_a_body_announced_as_too_large_is_not_read(serving: Serving) -> None:
    with serving(server={"max_body_bytes": 100}) as client:
        answer = client.post("/predict", json={"data": [1.5] * 100})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "at most 100" in answer.json()["detail"]
    assert answer.headers["connection"] == "close"


def test_a_body_that_turns_out_too_large_is_not_read_on(serving: Serving) -> None:
    read = []

    def endless() -> Iterator[bytes]:
        for place in range(1000):
            read.append(place)
            yield b"1," * 50

    with serving(server={"max_body_bytes": 100}) as client:
        answer = client.post("/predict", content=endless(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_an_upload_has_a_limit_of_its_own(serving: Serving) -> None:
    with serving(server={"max_body_bytes": 100, "max_upload_bytes": 2000}) as client:
        file = "week,volume\n" + "".join(f"2024-01-{day:02},1\n" for day in range(1, 29))
        assert client.post("/datasets", files={"file": ("a.csv", file)}).status_code == 201
        assert client.post("/datasets", files={"file": ("a.csv", file * 9)}).status_code == 413
        assert (
            client.post("/datasets", json={"source": "https://example.com/" + "x" * 100, "name": "a"}).status_code
            == 413
        )


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[", ""])
def test_a_name_that_is_not_ours_is_not_answered(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert (answer.status_code, answer.json()["code"]) == (400, "untrusted_host")


@pytest.mark.parametrize("host", ["localhost:8000", "[::1]:8000", "LOCALHOST"])
def test_our_names_are_answered_with_any_port(client: TestClient, host: str) -> None:
    assert client.get("/health/live", headers={"host": host}).status_code == 200


def test_a_domain_may_be_trusted_as_a_whole(serving: Serving) -> None:
    with serving(server={"trusted_hosts": ["*.example.com"]}) as client:
        assert client.get("/health/live", headers={"host": "sales.example.com"}).status_code == 200
        assert client.get("/health/live", headers={"host": "example.com"}).status_code == 400


def test_pages_of_origins_in_the_settings_may_call(serving: Serving) -> None:
    asking = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    with serving(server={"cors_origins": ["https://shop.example"]}) as client:
        ours = client.options("/predict", headers={"origin": "https://shop.example", **asking})
        other = client.options("/predict", headers={"origin": "https://evil.example", **asking})
    assert ours.headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-origin" not in other.headers


def test_without_origins_in_the_settings_no_page_may_call(client: TestClient) -> None:
    answer = client.get("/health/live", headers={"origin": "https://shop.example"})
    assert "access-control-allow-origin" not in answer.headers
