"""The app: every call, on one house that is open as long as the server runs."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi_offline import FastAPIOffline

from forecastle.server.api import problems
from forecastle.server.api.metrics import Metrics
from forecastle.server.api.middleware.body import BodyLimit
from forecastle.server.api.middleware.context import RequestContext
from forecastle.server.api.middleware.hosts import TrustedHosts
from forecastle.server.api.middleware.keys import ApiKeys
from forecastle.server.api.middleware.rate import RateLimit
from forecastle.server.api.openapi import describe, operation_id
from forecastle.server.api.openapi import problems as answers
from forecastle.server.api.routes import (
    access,
    analysis,
    charts,
    columns,
    datasets,
    events,
    forecasts,
    health,
    jobs,
    models,
    overrides,
    predict,
    previews,
    profiles,
    recipes,
    root,
    tabular,
    versions,
    work,
)
from forecastle.server.api.routes import (
    metrics as measures,
)
from forecastle.server.web.place import PAGE
from forecastle.services.house import House
from forecastle.settings import ServerSettings, Settings

log = logging.getLogger(__name__)

OpenHouse = Callable[[], AbstractAsyncContextManager[House]]
"""Opens the house and closes it at the end."""

ROOMS = (
    predict,
    root,
    health,
    measures,
    access,
    datasets,
    versions,
    previews,
    columns,
    charts,
    recipes,
    analysis,
    profiles,
    work,
    events,
    jobs,
    forecasts,
    overrides,
    models,
    tabular,
)
"""The rooms of the API; whoever is asked most often is looked up first."""

RESUBMIT = 30.0
"""Seconds until the queue is told once more of the jobs that wait."""

TIDY = 3600.0
"""Seconds until what nobody needs any more is looked for again."""

EXPOSED = ("X-Request-ID", "Location", "Link", "Retry-After", "Content-Disposition")
"""Headers that pages of other origins may read."""


def create_app(settings: Settings, open_house: OpenHouse) -> FastAPI:
    """The REST API on a house, which is opened when the app starts and closed when it ends."""
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_house() as house, _housekeeping(house):
            app.state.house = house
            house.tabular.prediction.listeners.append(metrics.rows)
            yield

    app = FastAPIOffline(
        title="Forecastle",
        version=version("forecastle"),
        summary="Demand and sales forecasting: datasets, models, forecasts, and the jobs that make them.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
        redoc_url=None,
        generate_unique_id_function=operation_id,
        responses=answers(400, *_possible(settings.server), 414, 500, 503),
        telemetry={"auto_configure": False},
    )
    app.state.has_page = False
    app.state.metrics = metrics
    for room in ROOMS:
        app.include_router(room.router)
    problems.install(app)
    describe(app, keys=settings.server.api_keys)
    _add_middleware(app, settings.server)
    return app


def _possible(settings: ServerSettings) -> tuple[int, ...]:
    """Statuses that every call may answer with under these settings."""
    return (*[401] * settings.api_keys, *[429] * bool(settings.rate_limit))


def _add_middleware(app: FastAPI, settings: ServerSettings) -> None:
    """The last one added is the first to see a request."""
    uploads = dict.fromkeys(("/datasets", PAGE), settings.max_upload_bytes)
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes, uploads=uploads)
    if settings.rate_limit:
        app.add_middleware(RateLimit, rate=settings.rate_limit, burst=settings.rate_burst)
    if settings.api_keys:
        app.add_middleware(ApiKeys)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=("GET", "POST", "DELETE"),
            allow_headers=("*",),
            expose_headers=EXPOSED,
        )
    app.add_middleware(TrustedHosts, hosts=settings.trusted_hosts)
    app.add_middleware(RequestContext, metrics=app.state.metrics)


@asynccontextmanager
async def _housekeeping(house: House) -> AsyncIterator[None]:
    chores = (_every(RESUBMIT, house.housekeeping.resubmit), _every(TIDY, house.housekeeping.tidy))
    tasks = [asyncio.create_task(chore) for chore in chores]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _every(seconds: float, chore: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await chore()
        except Exception:
            log.exception("a chore of the house was not done, and will be tried again")
        await asyncio.sleep(seconds)
