"""Reading answers in pages from a real HTTP server."""

import base64
import json
from collections.abc import Callable, Iterator

import pytest

from forecastle.core.errors import SourceError
from forecastle.data.read import read
from forecastle.settings import ReadSettings
from web_server import Answering, serving

RECORDS = [{"date": f"2024-01-{day:02d}", "sales": day} for day in range(1, 29)]
CSV = [f"{record['date']},{record['sales']}\n" for record in RECORDS]
Answers = dict[str, tuple[dict[str, str], str]]
Serve = Callable[[Answers], str]
LOGIN = f"Basic {base64.b64encode(b'anna:s3cret').decode()}"


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Answers each path with its headers and body; a header `login` stands for a page that needs one."""
    answers: Answers = {}

    class Shop(Answering):
        def answer(self) -> None:
            headers, body = answers[self.path]
            self.send_response(401 if "login" in headers and self.headers["authorization"] != LOGIN else 200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

    with serving(Shop) as address:

        def begin(new: Answers) -> str:
            answers.update(new)
            return f"{address}/sales"

        yield begin


def page(first: int, last: int, **around: object) -> tuple[dict[str, str], str]:
    return {}, json.dumps({"data": RECORDS[first:last], **around})


def test_pages_linked_by_a_header_are_read_in_order(serve: Serve) -> None:
    url = serve(
        {
            "/sales": ({"link": '</sales?page=1>; rel="prev", </sales?page=2>; rel="next"'}, "date,sales\n" + CSV[0]),
            "/sales?page=2": ({}, "date,sales\n" + "".join(CSV[1:])),
        }
    )
    assert read(url).frame["sales"].to_list() == list(range(1, 29))


@pytest.mark.parametrize(
    "around",
    [
        {"next": "/sales?page=2"},
        {"next": "?page=2"},
        {"@odata.nextLink": "sales?page=2"},
        {"links": {"next": {"href": "/sales?page=2"}}},
        {"meta": {"total": 28, "next_page_url": "/sales?page=2"}},
    ],
)
def test_pages_linked_in_an_object_are_read_until_one_is_empty(serve: Serve, around: dict[str, object]) -> None:
    url = serve(
        {
            "/sales": page(0, 14, **around),
            "/sales?page=2": page(14, 28, next="/sales?page=3"),
            "/sales?page=3": page(28, 28, next=None),
        }
    )
    assert read(url).frame["sales"].to_list() == list(range(1, 29))


def test_the_login_of_the_first_page_serves_for_the_others(serve: Serve) -> None:
    first = serve({"/sales?page=2": ({"login": "yes"}, page(14, 28)[1])})
    serve({"/sales": ({"login": "yes"}, page(0, 14, next=f"{first}?page=2")[1])})
    assert len(read(first.replace("//", "//anna:s3cret@")).frame) == 28


def test_pages_that_lead_in_a_circle_are_told(serve: Serve) -> None:
    url = serve({"/sales": page(0, 14, next="?page=2"), "/sales?page=2": page(14, 28, next="/sales")})
    with pytest.raises(SourceError, match="lead in a circle: after 2 of them"):
        read(url)


def test_more_pages_than_the_settings_allow_are_refused(serve: Serve) -> None:
    url = serve({"/sales": page(0, 14, next="?page=2"), "/sales?page=2": page(14, 28, next="?page=3")})
    with pytest.raises(SourceError, match="more than 2 pages") as caught:
        read(url, settings=ReadSettings(max_pages=2))
    assert "read.max_pages" in caught.value.hint


def test_all_pages_together_must_not_be_too_large(serve: Serve) -> None:
    url = serve({"/sales": page(0, 14, next="?page=2"), "/sales?page=2": page(14, 28)})
    with pytest.raises(SourceError, match="more than 800 bytes"):
        read(url, settings=ReadSettings(max_bytes=800))


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("http://elsewhere.example/sales?page=2", "at another host, elsewhere.example"),
        ("http://127.0.0.1:two/sales", "cannot be understood"),
        (2, "gives no address for it"),
    ],
)
def test_pages_that_cannot_be_followed_are_told_and_not_left_out(serve: Serve, link: object, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read(serve({"/sales": page(0, 14, next=link)}))


def test_pages_are_the_same_when_they_are_laid_out(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [{"data": RECORDS[start : start + 5], "next": f"/sales?page={start + 5}"} for start in range(0, 25, 5)]
    last = {"data": [record | {"note": "late"} for record in RECORDS[25:]], "next": None}
    answers = {f"/sales?page={5 * number}": ({}, json.dumps(page)) for number, page in enumerate([*pages, last])}
    url = serve(answers | {"/sales": answers["/sales?page=0"]})
    whole = read(url)
    monkeypatch.setattr("forecastle.data.sources.pieces.LONG", 0)
    pieces = read(url)
    assert pieces.frame.equals(whole.frame)
    assert (pieces.roles, pieces.findings) == (whole.roles, whole.findings)
    assert len(whole.frame) == len(RECORDS)
