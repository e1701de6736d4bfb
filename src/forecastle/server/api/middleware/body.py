"""The largest body a request may have."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from forecastle.server.api.problems import Refusal
from forecastle.server.web.place import PAGE, is_page

CLOSE = {"Connection": "close"}
"""The rest of a body that is not read must not be taken for the next request."""


class BodyLimit:
    """Refuses a body that is announced as too large, and stops reading one that turns out to be.

    uploads: the limit of forms with a file, by path: they go to the disk, everything else into memory.
    """

    def __init__(self, app: ASGIApp, limit: int, uploads: Mapping[str, int]) -> None:
        self.app = app
        self.limit = limit
        self.uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry out a request whose body is counted as it is read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_form = headers.get("content-type", "").lower().startswith("multipart/form-data")
        limit = self._of_form(scope["path"]) if is_form else self.limit
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            refusal = Refusal(status=413, detail=_detail(f"{int(announced):,}", limit), headers=CLOSE)
            await refusal.answer(scope)(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise HTTPException(413, _detail(f"more than {limit:,}", limit), headers=CLOSE)
            return message

        await self.app(scope, counted, send)

    def _of_form(self, path: str) -> int:
        """The page has a path of its own for every upload."""
        return self.uploads[PAGE] if is_page(path) else self.uploads.get(path, self.limit)


def _detail(size: str, limit: int) -> str:
    return f"The body has {size} bytes; at most {limit:,} are read here."
