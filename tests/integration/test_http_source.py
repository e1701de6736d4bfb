"""Reading from a real HTTP server."""

import json
from collections.abc import Iterator
from typing import ClassVar

import pytest

from forecastle.core.errors import SourceError
from forecastle.data.read import read
from forecastle.data.sources.http import Breaker
from forecastle.settings import ReadSettings
from web_server import Answering, serving

RECORDS = [{"date": f"2024-01-{day:02d}", "sales": day} for day in range(1, 29)]
CSV = "date,sales\n" + "".join(f"{record['date']},{record['sales']}\n" for record in RECORDS)
QUICK = ReadSettings(timeout_seconds=2, retries=2)


class Shop(Answering):
    """Answers by path; `/flaky` fails once."""

    failures: ClassVar[dict[str, int]] = {}

    def answer(self) -> None:
        if self.path == "/circle":
            self.send_response(302)
            self.send_header("location", "/circle")
            self.end_headers()
            return
        answers = {
            "/records": (200, "application/json", json.dumps({"data": RECORDS})),
            "/csv": (200, "text/csv", CSV),
            "/page": (200, "text/html", "<!DOCTYPE html><html><body>Please log in</body></html>"),
            "/forbidden": (403, "text/plain", "no"),
            "/broken": (500, "text/plain", "oops"),
            "/cut": (200, "application/json", json.dumps(RECORDS)[:-20]),
        }
        path = self.path.partition("?")[0]
        if path == "/flaky":
            self.failures[path] = self.failures.get(path, 0) + 1
            status, kind, body = (503, "text/plain", "") if self.failures[path] == 1 else answers["/csv"]
        else:
            status, kind, body = answers[path]
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())


@pytest.fixture(autouse=True)
def closed_breaker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins without remembered failures."""
    monkeypatch.setattr("forecastle.data.sources.http.BREAKER", Breaker())


@pytest.fixture
def shop() -> Iterator[str]:
    Shop.failures.clear()
    with serving(Shop) as address:
        yield address


def test_records_inside_an_object_are_found(shop: str) -> None:
    dataset = read(f"{shop}/records", settings=QUICK)
    assert dataset.frame["sales"].to_list() == [record["sales"] for record in RECORDS]


def test_csv_is_told_from_its_content(shop: str) -> None:
    assert len(read(f"{shop}/csv", settings=QUICK).frame) == len(RECORDS)


def test_a_busy_server_is_asked_again(shop: str) -> None:
    assert len(read(f"{shop}/flaky", settings=QUICK).frame) == len(RECORDS)
    assert Shop.failures["/flaky"] == 2


def test_a_page_instead_of_data_is_named(shop: str) -> None:
    with pytest.raises(SourceError, match="HTML page instead of JSON or CSV"):
        read(f"{shop}/page", settings=QUICK)


def test_an_answer_that_was_cut_off_is_named(shop: str) -> None:
    with pytest.raises(SourceError, match="not valid JSON"):
        read(f"{shop}/cut", settings=QUICK)


def test_a_refusal_is_not_asked_again_and_the_token_stays_out_of_the_message(shop: str) -> None:
    with pytest.raises(SourceError, match="HTTP 403") as caught:
        read(f"{shop}/forbidden?token=s3cret", settings=QUICK)
    assert "s3cret" not in str(caught.value)


def test_a_failing_server_is_given_up_after_the_retries(shop: str) -> None:
    with pytest.raises(SourceError, match="after 3 attempts: HTTP 500"):
        read(f"{shop}/broken", settings=QUICK)


def test_a_server_that_sends_round_in_a_circle_is_told(shop: str) -> None:
    with pytest.raises(SourceError, match="redirects"):
        read(f"{shop}/circle", settings=ReadSettings(retries=0))


@pytest.mark.parametrize("url", ["http://anna:s3cret@[shop/sales", "http://anna:s3cret@shop:eighty/sales"])
def test_what_is_no_url_is_told_without_its_password(url: str) -> None:
    with pytest.raises(SourceError, match="cannot be understood") as caught:
        read(url, settings=QUICK)
    assert "s3cret" not in f"{caught.value.message} {caught.value.hint}"


def test_an_answer_that_is_too_large_is_not_read(shop: str) -> None:
    with pytest.raises(SourceError, match="more than 100 bytes"):
        read(f"{shop}/csv", settings=ReadSettings(max_bytes=100))


def test_an_unreachable_server_is_told() -> None:
    with pytest.raises(SourceError, match="after 1 attempt"):
        read("http://127.0.0.1:1/sales", settings=ReadSettings(timeout_seconds=1, retries=0))
