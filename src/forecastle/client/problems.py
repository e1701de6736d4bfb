"""Errors of the server, raised here as they were raised there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TypeVar

import httpx

from forecastle.core.errors import ForecastleError, InputError, NotFoundError, UnavailableError

FALLBACK: dict[int, type[ForecastleError]] = {
    HTTPStatus.NOT_FOUND: NotFoundError,
    HTTPStatus.BAD_GATEWAY: UnavailableError,
    HTTPStatus.SERVICE_UNAVAILABLE: UnavailableError,
    HTTPStatus.GATEWAY_TIMEOUT: UnavailableError,
}
"""What statuses mean whose answer has a code of its own, or none because it is a proxy's."""


T = TypeVar("T")


def check(answer: httpx.Response) -> None:
    """Raise the problem that an answer describes, if it does; its content has been read."""
    if not answer.is_success:
        raise _problem(answer)


def read(answer: httpx.Response, how: Callable[[bytes], T]) -> T:
    """What an answer says; the problem that it describes is raised."""
    check(answer)
    try:
        return how(answer.content)
    except (ValueError, LookupError, TypeError) as error:
        raise _stranger(answer, UnavailableError) from error


@contextmanager
def reaching(url: str) -> Iterator[None]:
    """Name the server that cannot be reached.

    Raises:
        UnavailableError: it cannot.
    """
    try:
        yield
    except httpx.TimeoutException as error:
        raise UnavailableError(
            f"The server at {url} did not answer in time.", hint="Give it longer: timeout=…", url=url
        ) from error
    except httpx.TransportError as error:
        raise UnavailableError(
            f"No server answers at {url}: {error}.", hint="Start one (forecastle serve), or name another URL.", url=url
        ) from error


def _problem(answer: httpx.Response) -> ForecastleError:
    status = answer.status_code
    kind = FALLBACK.get(status, InputError if answer.is_client_error else ForecastleError)
    try:
        told = answer.json()
        facts = {field["name"]: field["message"] or field["value"] for field in told["fields"]}
        said = {"code": told["code"], "message": told["detail"], "hint": told["hint"]}
    except (ValueError, LookupError, TypeError):
        return _stranger(answer, kind)
    return kind.from_dict(facts | said | {"status": status, "request_id": told["request_id"]})


def _stranger(answer: httpx.Response, kind: type[ForecastleError]) -> ForecastleError:
    where = f"{answer.url.scheme}://{answer.url.netloc.decode()}"
    return kind(
        f"{where} answered {answer.status_code} {answer.reason_phrase}, but not as Forecastle does.",
        hint="Something stands before the server, or another program listens there.",
        status=answer.status_code,
    )
