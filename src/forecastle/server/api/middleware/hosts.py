"""Which names this server answers to: a page on the web must not reach it through a name of its own making."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from forecastle.server.api.problems import Refusal

UNTRUSTED = "untrusted_host"
"""The code of a request that was sent to another name."""


class TrustedHosts:
    """Refuses requests whose `Host` is not one of ours. hosts: names, `*.example.com` or `*`."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self.app = app
        self.names = {host.strip("[]").lower() for host in hosts}
        self.endings = tuple(name[1:] for name in self.names if name.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry out a request that was sent to one of our names."""
        if scope["type"] in ("http", "websocket") and "*" not in self.names:
            host = host_of(Headers(scope=scope).get("host", ""))
            if host not in self.names and not host.endswith(self.endings or ("\0",)):
                await self._refuse(host, scope, receive, send)
                return
        await self.app(scope, receive, send)

    async def _refuse(self, host: str, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        refusal = Refusal(
            status=400,
            detail=f"This server does not answer to {host!r}.",
            code=UNTRUSTED,
            hint="Have it added to server.trusted_hosts.",
        )
        await refusal.answer(scope)(scope, receive, send)


def host_of(authority: str) -> str:
    """The name without its port, in lower case; empty when it is none."""
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return ""
