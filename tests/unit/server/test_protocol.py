import asyncio
import json

import pytest
import uvicorn
from uvicorn.server import ServerState

from forecastle.server.api.problems import MEDIA_TYPE
from forecastle.server.protocol import Protocol


async def nobody(_scope: object, _receive: object, _send: object) -> None:
    raise AssertionError("no app is asked")


async def answered(sent: bytes) -> tuple[bytes, bytes]:
    """Head and body of what the server says before it closes the connection."""
    config = uvicorn.Config(nobody, log_config=None)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Protocol(config, ServerState(), {}), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(sent)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()
    return head, body


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"GET /jobs?status=%b HTTP/1.1\r\nHost: localhost\r\n\r\n" % (b"x" * 70_000), 414, "too_long"),
        (b"what is this?\r\n\r\n", 400, "bad_request"),
    ],
)
def test_what_cannot_be_read_is_answered_with_a_problem(sent: bytes, status: int, code: str) -> None:
    head, body = asyncio.run(answered(sent))
    problem = json.loads(body)
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert f"content-type: {MEDIA_TYPE}".encode() in head
    assert (problem["status"], problem["code"]) == (status, code)
