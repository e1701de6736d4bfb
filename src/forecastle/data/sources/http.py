"""HTTP endpoints that answer with JSON records or CSV, in one piece or in pages."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from forecastle.core.errors import SourceError
from forecastle.data.sources import folder
from forecastle.data.sources.pages import Page, address, look_at, understood
from forecastle.data.sources.table import Request, Table

if TYPE_CHECKING:
    import httpx
    from tenacity import RetryCallState

CHUNK = 1 << 20
BUSY = (408, 425, 429, 500, 502, 503, 504)
"""Statuses that may be gone a moment later."""
LONGEST_PAUSE = 30.0


@dataclass(slots=True)
class Breaker:
    """Stops asking a host that keeps failing, so that nobody waits for it again and again.

    After `threshold` failures in a row, requests are refused for `pause_seconds`; then one is let through.
    """

    threshold: int = 5
    pause_seconds: float = 30.0
    clock: Callable[[], float] = time.monotonic
    _failures: dict[str, int] = field(default_factory=dict)
    _closed_until: dict[str, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def check(self, host: str) -> None:
        """Raise SourceError while requests to this host are refused."""
        with self._lock:
            wait = self._closed_until.get(host, 0.0) - self.clock()
        if wait > 0:
            raise SourceError(
                f"{host} failed {self.threshold} times in a row; it is not asked again for {wait:.0f} seconds.",
                hint="Check that the service runs, then try again.",
            )

    def failed(self, host: str) -> None:
        """Count a failure."""
        with self._lock:
            self._failures[host] = self._failures.get(host, 0) + 1
            if self._failures[host] >= self.threshold:
                self._closed_until[host] = self.clock() + self.pause_seconds

    def succeeded(self, host: str) -> None:
        """Forget the failures."""
        with self._lock:
            self._failures.pop(host, None)
            self._closed_until.pop(host, None)


BREAKER = Breaker()
"""Of this process."""


class Busy(Exception):  # noqa: N818 - not an error until the last attempt
    """A failure that is worth another attempt. pause: seconds the server asked for."""

    def __init__(self, reason: str, pause: float = 0.0) -> None:
        super().__init__(reason)
        self.pause = pause


def load(url: str, request: Request) -> Table:
    """Fetch every page into a temporary file, then read those like any files.

    Raises:
        SourceError: no answer, an error status, a page instead of data, more than `max_bytes` or `max_pages`, or
            pages that lead in a circle.
    """
    host = urlsplit(url).netloc.rpartition("@")[2]
    BREAKER.check(host)
    paths = _pages(url, host, request)
    try:
        return folder.load_all(paths, request)
    except SourceError as error:
        if "HTML page" in error.message:
            raise SourceError(
                f"{request.name} answered with an HTML page instead of JSON or CSV.",
                hint="It may be a login or an error page; open the address in a browser.",
            ) from error
        raise


def _pages(url: str, host: str, request: Request) -> list[Path]:
    """The answer, and all that it says follow it; those without records are left out."""
    asked: httpx.URL | None = understood(url, request)
    seen: set[httpx.URL] = set()
    pages: dict[Path, Page] = {}
    received = 0
    while asked is not None:
        if asked in seen or len(seen) == request.settings.max_pages:
            raise _endless(request, again=asked in seen, pages=len(seen))
        seen.add(asked)
        target = request.workspace / f"page-{len(seen)}"
        answer = _patiently(asked, host, _Fetch(target=target, before=received, request=request))
        received += target.stat().st_size
        page = look_at(target, answer.links.get("next", {}).get("url"), request)
        pages[target] = page
        asked = address(page.following, answer.url, request) if page.following else None
    return [path for path, page in pages.items() if not page.empty] or list(pages)[:1]


def _endless(request: Request, *, again: bool, pages: int) -> SourceError:
    if again:
        return SourceError(
            f"The pages of {request.name} lead in a circle: after {pages} of them comes one that was read already.",
            hint="Ask the service for everything in one answer, or tell its makers.",
        )
    return SourceError(
        f"{request.name} has more than {pages} pages, the most that are followed.",
        hint="Ask for larger pages or for less, or raise the setting `read.max_pages`.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fetch:
    """One page to fetch into `target`. before: bytes received of the pages before it."""

    target: Path
    before: int
    request: Request


def _patiently(url: "httpx.URL", host: str, fetch: _Fetch) -> "httpx.Response":
    """The answer, after as many attempts as the settings allow."""
    import httpx
    from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

    attempts = fetch.request.settings.retries + 1
    retrying = Retrying(
        stop=stop_after_attempt(attempts),
        wait=_pause,
        retry=retry_if_exception_type((Busy, httpx.RequestError)),
        reraise=True,
    )
    try:
        answer = retrying(_fetch, url, fetch)
    except (Busy, httpx.RequestError) as error:
        BREAKER.failed(host)
        reason = str(error) or type(error).__name__
        raise SourceError(
            f"{fetch.request.name} could not be read after {attempts} attempt{'s' if attempts > 1 else ''}: {reason}.",
            hint="Check the address and that the service runs; or raise `read.timeout_seconds` and `read.retries`.",
        ) from error
    BREAKER.succeeded(host)
    return answer


def _fetch(url: "httpx.URL", fetch: _Fetch) -> "httpx.Response":
    """Stream the answer into a file; what comes back is its head only."""
    import httpx

    with (
        httpx.Client(timeout=fetch.request.settings.timeout_seconds, follow_redirects=True) as client,
        client.stream("GET", url, headers={"accept": "application/json, text/csv, */*;q=0.5"}) as answer,
    ):
        if answer.status_code in BUSY:
            raise Busy(f"HTTP {answer.status_code} {answer.reason_phrase}", _asked_pause(answer))
        if answer.is_error:
            raise SourceError(
                f"{fetch.request.name} answered HTTP {answer.status_code} {answer.reason_phrase}.",
                hint="Check the address and whether it needs a login.",
                status=answer.status_code,
            )
        _receive(answer, fetch)
        return answer


def _receive(answer: "httpx.Response", fetch: _Fetch) -> None:
    request, received = fetch.request, fetch.before
    limit, expected = request.settings.max_bytes, int(answer.headers.get("content-length", 0))
    with fetch.target.open("wb") as file:
        for chunk in answer.iter_bytes(CHUNK):
            received += len(chunk)
            if max(received, fetch.before + expected) > limit:
                raise SourceError(
                    f"{request.name} sends more than {limit:,} bytes, the largest answer accepted.",
                    hint="Ask for less, or raise the setting `read.max_bytes`.",
                )
            file.write(chunk)
            share = (received - fetch.before) / expected if expected and not fetch.before else 0.5
            request.progress(0.9 * min(share, 1.0), f"{received:,} bytes from {request.name}")


def _asked_pause(answer: "httpx.Response") -> float:
    text = answer.headers.get("retry-after", "")
    return min(float(text), LONGEST_PAUSE) if text.isdigit() else 0.0


def _pause(state: "RetryCallState") -> float:
    """Half a second, then twice as long each time, with a random part; longer where the server asks for it."""
    from tenacity import wait_random_exponential

    error = state.outcome.exception() if state.outcome else None
    asked = error.pause if isinstance(error, Busy) else 0.0
    return max(asked, wait_random_exponential(multiplier=0.5, max=LONGEST_PAUSE)(state))
