"""HTTP as uvicorn reads it; what cannot be read is answered as a problem, like everything else that is wrong."""

from uuid import uuid4

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from forecastle.server.api.middleware.context import HEADERS
from forecastle.server.api.problems import Refusal

LONGEST_LINE = 65_535
"""Bytes of a path and query that the parser can still read."""


class Protocol(HttpToolsProtocol):
    """Knows no request yet when it refuses one, so that no middleware is asked."""

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's word for whatever went wrong
        """Say why, and close the connection: where the next request would begin is not known."""
        request_id = uuid4().hex
        answer = _refusal(len(self.url or b"")).answer({"path": "", "request_id": request_id})
        headers = [*answer.raw_headers, *HEADERS, (b"x-request-id", request_id.encode()), (b"connection", b"close")]
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        self.transport.write(STATUS_LINE[answer.status_code] + lines + b"\r\n" + bytes(answer.body))
        self.transport.close()


def _refusal(length: int) -> Refusal:
    if length > LONGEST_LINE:
        return Refusal(
            status=414,
            detail=f"The path and query have {length:,} bytes; at most {LONGEST_LINE:,} are read here.",
            hint="Send long lists in a body, or in several requests.",
        )
    return Refusal(status=400, detail="What was sent is no HTTP request that can be read.")
