import asyncio
import socket
from collections.abc import Iterator

import pytest

from forecastle.client import AsyncClient, Client
from forecastle.core.errors import ForecastleError, InputError, NotFoundError, UnavailableError
from web_server import Answering, serving


class Stranger(Answering):
    """A web server that is none of ours: answers with the status that the path names."""

    def answer(self) -> None:
        status = {"/health": 502, "/health/ready": 200, "/jobs": 500}.get(self.path.partition("?")[0], 404)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"<h1>Hello</h1>")


@pytest.fixture(scope="module")
def stranger() -> Iterator[Client]:
    with serving(Stranger) as address, Client(address) as client:
        yield client


def test_a_problem_is_raised_as_the_error_it_was(client: Client) -> None:
    with pytest.raises(NotFoundError, match="no job 'x'") as caught:
        client.job("x")
    assert caught.value.hint
    assert caught.value.fields["status"] == 404
    assert len(str(caught.value.fields["request_id"])) == 32


def test_a_wrong_field_is_named(client: Client) -> None:
    with pytest.raises(InputError, match="horizon") as caught:
        client.train("shop", horizon=0)
    assert "greater than or equal to 1" in str(caught.value.fields["body.horizon"])


def test_a_code_of_the_door_alone_is_kept(client: Client) -> None:
    with pytest.raises(InputError, match="at most 10,000,000") as caught:
        client.predict(range(1_500_000))
    assert caught.value.as_dict()["code"] == "too_large"


def test_an_unreachable_server_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(UnavailableError, match=rf"No server answers at {url}"), Client(url) as client:
        client.health()
    with pytest.raises(UnavailableError, match=url):
        asyncio.run(asked(url))


async def asked(url: str) -> None:
    async with AsyncClient(url) as client:
        await client.health()


def test_a_server_that_says_nothing_is_not_waited_for_longer_than_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(UnavailableError, match="in time"), Client(url, timeout=0.1) as client:
            client.health()


def test_what_is_no_url_is_refused() -> None:
    with pytest.raises(InputError, match="'localhost:8000' is not the URL of a server"):
        Client("localhost:8000")


def test_an_answer_that_is_not_ours_is_told_from_one_that_is(stranger: Client) -> None:
    with pytest.raises(UnavailableError, match="answered 502 Bad Gateway, but not as Forecastle"):
        stranger.health()
    with pytest.raises(NotFoundError, match="another program"):
        stranger.datasets()
    with pytest.raises(ForecastleError, match="500"):
        stranger.jobs()
    with pytest.raises(UnavailableError, match="not as Forecastle"):
        stranger.ready()


def test_headers_go_with_every_request(served: object) -> None:
    with Client(served.url, headers={"Host": "elsewhere"}) as client, pytest.raises(InputError, match="elsewhere"):  # type: ignore[attr-defined]
        client.health()
