"""What happens to jobs, told as it happens: server-sent events and a web socket."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated
from urllib.parse import urlsplit

import orjson
from fastapi import APIRouter, Depends, Header, Query, WebSocket, WebSocketDisconnect
from fastapi.sse import EventSourceResponse, ServerSentEvent

from forecastle.core.errors import NotFoundError
from forecastle.core.records import Job, JobEvent
from forecastle.server.api.house import HouseDep
from forecastle.server.api.openapi import problems
from forecastle.server.api.parameters import LARGEST, JobId

router = APIRouter(tags=["jobs"])

POLICY_VIOLATION = 1008
"""Close code of a web socket whose request was not accepted."""

EXAMPLE = (
    "event: job:progress\n"
    'data: {"job_id":"0b6f","step":4,"name":"ETS","percent":38.5,"message":"1,234 series","eta_seconds":12.0}\n'
    "id: 17\n\n"
)


async def the_job(job_id: JobId, house: HouseDep) -> Job:
    """The job whose events are asked for: a stream that has begun can no longer answer 404."""
    return await house.jobs.find(job_id)


@router.get(
    "/jobs/{job_id}/events",
    summary="Follow a job",
    response_class=EventSourceResponse,
    responses=problems(404, 422) | {200: {"content": {"text/event-stream": {"example": EXAMPLE}}}},
)
async def follow_job(
    job: Annotated[Job, Depends(the_job)],
    house: HouseDep,
    last_event_id: Annotated[int, Header(ge=0, le=LARGEST, description="The last event that was seen.")] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events from the first one, or from the one after `Last-Event-ID`, until the job is over.

    `job:progress`, then `job:completed`, `job:failed` or `job:cancelled`; a comment every 15 seconds without any.
    """
    async with aclosing(house.jobs.follow(job.id, after=last_event_id)) as events:
        async for event in events:
            yield ServerSentEvent(
                id=str(event.id), event=event.kind, raw_data=orjson.dumps(dict(event.payload)).decode()
            )


@router.websocket("/ws")
async def listen(
    socket: WebSocket,
    house: HouseDep,
    job_id: Annotated[str | None, Query(max_length=100)] = None,
    last_event_id: Annotated[int | None, Query(ge=0, le=LARGEST)] = None,
) -> None:
    """Every event of every job from now on, or of one job (`?job_id=`) from its first to its end.

    A message is `{"id": 17, "event": "job:progress", "data": {…}}`; `?last_event_id=17` asks for what came after it.
    A page of another origin must be in `server.cors_origins`.
    """
    if not _is_welcome(socket, house.settings.server.cors_origins):
        await socket.close(POLICY_VIOLATION, "This origin is not in server.cors_origins.")
        return
    if job_id is None:
        events = house.events.follow(after=last_event_id)
    else:
        events = house.jobs.follow(job_id, after=last_event_id or 0)
    await socket.accept()
    telling = asyncio.create_task(_tell(socket, events))
    leaving = asyncio.create_task(_until_gone(socket))
    try:
        await asyncio.wait((telling, leaving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        telling.cancel()
        leaving.cancel()
        await asyncio.gather(telling, leaving, return_exceptions=True)


async def _tell(socket: WebSocket, events: AsyncGenerator[JobEvent, None]) -> None:
    try:
        async with aclosing(events) as telling:
            async for event in telling:
                message = {"id": event.id, "event": event.kind, "data": dict(event.payload)}
                await socket.send_text(orjson.dumps(message).decode())
        await socket.close()
    except NotFoundError as error:
        await socket.close(POLICY_VIOLATION, error.message)
    except WebSocketDisconnect:
        return


async def _until_gone(socket: WebSocket) -> None:
    """Read what the client says, which is of no interest, until it leaves."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


def _is_welcome(socket: WebSocket, origins: tuple[str, ...]) -> bool:
    """Whether the page that asks is ours, or of an origin that may call the API; programs name no origin."""
    origin = socket.headers.get("origin")
    if origin is None or "*" in origins or origin in origins:
        return True
    return urlsplit(origin).netloc == socket.headers.get("host")
