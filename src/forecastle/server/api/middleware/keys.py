"""Who may call, where the settings ask for API keys."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from forecastle.core.errors import UnavailableError
from forecastle.server.api.problems import Refusal

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
    """Refuses whoever shows no key, and remembers whose it is for those who carry the request out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry out a request of somebody who is known."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in OPEN:
            await self.app(scope, receive, send)
            return
        kind, _, key = Headers(scope=scope).get("authorization", "").partition(" ")
        refusal = REFUSED
        try:
            caller = await scope["app"].state.house.access.owner(key) if kind.lower() == "bearer" else None
        except UnavailableError:
            caller, refusal = None, AWAY
        if caller is not None:
            scope["caller"] = caller
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal.answer(scope)(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008})
