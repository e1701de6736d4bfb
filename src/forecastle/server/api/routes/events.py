"""What happens to jobs, told as it happens: server-sent events and a web socket."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated
from urllib.parse import urlsplit

import anyio
import orjson
from fastapi import APIRouter, Depends, Header, Query, WebSocket, WebSocketDisconnect
from fastapi.sse import EventSourceResponse, ServerSentEvent

from forecastle.core.errors import ForecastleError, NotFoundError, UnavailableError
from forecastle.core.records import Job, JobEvent
from forecastle.server.api.house import HouseDep
from forecastle.server.api.openapi import problems
from forecastle.server.api.parameters import LARGEST, JobId

log = logging.getLogger(__name__)

router = APIRouter(tags=["jobs"])

POLICY_VIOLATION = 1008
"""Close code of a web socket whose request was not accepted."""

TRY_AGAIN_LATER = 1013
"""Close code of a web socket when the database is away."""

EXAMPLE = (
    "event: job:progress\n"
    'data: {"job_id":"0b6f","step":4,"name":"ETS","percent":38.5,"message":"1,234 series","eta_seconds":12.0}\n'
    "id: 17\n\n"
)


async def the_job(job_id: JobId, house: HouseDep) -> Job:
    """The job whose events are asked for: a stream that has begun can no longer answer 404."""
    return await house.jobs.find(job_id)


@router.get(
    "/jobs/{job_id:path}/events",
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
    try:
        async with aclosing(house.jobs.follow(job.id, after=last_event_id)) as events:
            async for event in events:
                told = orjson.dumps(dict(event.payload)).decode()
                yield ServerSentEvent(id=str(event.id), event=event.kind, raw_data=told)
    except UnavailableError as error:  # whoever listens comes back, and names the last event
        log.warning("stream of events cut off", extra={"error": error.message})


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
    if job_id is not None:
        events = house.jobs.follow(job_id, after=last_event_id or 0)
    else:
        seen = await house.events.newest() if last_event_id is None else last_event_id
        events = house.events.follow(after=seen)
    await socket.accept()
    async with anyio.create_task_group() as group:
        group.start_soon(_until_gone, socket, group.cancel_scope)
        await _tell(socket, events)
        group.cancel_scope.cancel()


async def _tell(socket: WebSocket, events: AsyncGenerator[JobEvent, None]) -> None:
    try:
        async with aclosing(events) as telling:
            async for event in telling:
                message = {"id": event.id, "event": event.kind, "data": dict(event.payload)}
                await socket.send_text(orjson.dumps(message).decode())
        await socket.close()
    except NotFoundError as error:
        await socket.close(POLICY_VIOLATION, _reason(error))
    except UnavailableError as error:
        log.warning("stream of events cut off", extra={"error": error.message})
        await socket.close(TRY_AGAIN_LATER, _reason(error))
    except WebSocketDisconnect:
        return


def _reason(error: ForecastleError) -> str:
    """The message of an error, as much of it as the closing of a web socket can carry."""
    return error.message.encode()[:123].decode(errors="ignore")


async def _until_gone(socket: WebSocket, telling: anyio.CancelScope) -> None:
    """Read what the client says, which is of no interest, until it leaves and need not be told more."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
    telling.cancel()


def _is_welcome(socket: WebSocket, origins: tuple[str, ...]) -> bool:
    """Whether the page that asks is ours, or of an origin that may call the API; programs name no origin."""
    origin = socket.headers.get("origin")
    if origin is None or "*" in origins or origin in origins:
        return True
    return urlsplit(origin).netloc == socket.headers.get("host")
