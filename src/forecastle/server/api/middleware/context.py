"""An id for every request, in its answer and in the log; headers that browsers heed; the last resort for bugs."""

import logging
import re
import time
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from forecastle.server.api.metrics import Metrics
from forecastle.server.api.problems import Refusal
from forecastle.server.web.place import is_page

log = logging.getLogger(__name__)

SANE = re.compile(r"[\w.:=+/-]{1,128}", re.ASCII)
"""Ids that others gave a request and that are taken over: nothing that could forge a line of the log."""

BUG = Refusal(
    status=500,
    detail="Something went wrong inside the server.",
    hint="It is a bug; the server's log has it under this request id.",
)

APP = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    b"frame-ancestors 'none'"
)
"""The page for planners asks nobody else; its framework turns templates into code in the browser."""

NOTHING_ELSE = b"default-src 'none'; frame-ancestors 'none'"
PAGE = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline' https://cdn.jsdelivr.net; "
    b"style-src 'self' 'unsafe-inline' https://cdn.jsdelivr.net; img-src 'self' data: https:; frame-ancestors 'none'"
)
"""The page of the API's description loads its viewer from there."""

HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
]

PAGE_HEADERS = [*HEADERS[:1], (b"referrer-policy", b"same-origin"), *HEADERS[2:]]
"""Browsers name the origin of a form only where they may name the page: the form to sign in is refused without."""


class RequestContext:
    """The outermost of our middlewares: what happens inside knows the request's id."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry out a request, and count and log how it went."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope["request_id"] = request_id
        started = time.perf_counter()
        answer = _Answer(send, request_id, APP if is_page(scope["path"]) else PAGE)
        with bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, answer.send)
            except ClientDisconnect:
                log.info("the caller went away", extra={"path": scope["path"]})
            except Exception:
                log.exception("unexpected error", extra={"path": scope["path"]})
                if scope["type"] == "http" and answer.status is None:
                    await BUG.answer(scope)(scope, receive, answer.send)
            finally:
                seconds = time.perf_counter() - started
                self.metrics.request(scope, answer.status, seconds)
                if log.isEnabledFor(logging.INFO):
                    log.info(
                        "answered",
                        extra={
                            "method": scope.get("method", "WEBSOCKET"),
                            "path": scope["path"],
                            "status": answer.status,
                            "duration_ms": round(1000 * seconds, 2),
                        },
                    )


class _Answer:
    """Sends an answer on, with our headers."""

    def __init__(self, send: Send, request_id: str, page: bytes) -> None:
        self._send = send
        self._request_id = request_id
        self._page = page
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = message.setdefault("headers", [])
            html = any(name == b"content-type" and value.startswith(b"text/html") for name, value in headers)
            message["headers"] = [
                *headers,
                *(PAGE_HEADERS if self._page is APP else HEADERS),
                (b"content-security-policy", self._page if html else NOTHING_ELSE),
                (b"x-request-id", self._request_id.encode()),
            ]
        elif message["type"] == "websocket.accept":
            self.status = 101
        await self._send(message)


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if SANE.fullmatch(given) else uuid4().hex
