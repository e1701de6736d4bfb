"""Who may call, where the settings ask for API keys."""

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from forecastle.core.errors import UnavailableError
from forecastle.server.api.problems import Refusal
from forecastle.server.web.place import COOKIE, SIGN_IN, is_open, is_page

OPEN = ("/health", "/health/live", "/health/ready")
"""What load balancers and schedulers ask."""

REFUSED = Refusal(
    status=401,
    detail="This server answers only those who show a key.",
    hint="Send the header `Authorization: Bearer KEY`; `forecastle keys create NAME` makes one.",
    headers={"WWW-Authenticate": "Bearer"},
)
AWAY = Refusal(status=503, detail="Whose key this is cannot be told while the database is away.")


class ApiKeys:
    """Refuses whoever shows no key, and remembers whose it is for those who carry the request out.

    Browsers show the page theirs in a cookie, which opens nothing else, and are sent to a form when they have none.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry out a request of somebody who is known."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in OPEN or is_open(scope["path"]):
            await self.app(scope, receive, send)
            return
        refusal = REFUSED
        try:
            key = _key(scope)
            caller = await scope["app"].state.house.access.owner(key) if key else None
        except UnavailableError:
            caller, refusal = None, AWAY
        if caller is not None:
            scope["caller"] = caller
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            to_form = refusal is REFUSED and is_page(scope["path"]) and _is_browser(scope)
            answer = RedirectResponse(SIGN_IN, 303) if to_form else refusal.answer(scope)
            await answer(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008})


def _is_browser(scope: Scope) -> bool:
    """Whether it wants something to look at."""
    return "text/html" in Headers(scope=scope).get("accept", "")


def _key(scope: Scope) -> str:
    """The key that is shown; empty when none is."""
    kind, _, key = Headers(scope=scope).get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return key
    return HTTPConnection(scope).cookies.get(COOKIE, "") if is_page(scope["path"]) else ""
