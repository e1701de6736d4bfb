"""The page as a part of the server's app."""

import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from fastapi import FastAPI
from nicegui import app as pages
from nicegui import ui
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import Lifespan

from forecastle.core.errors import ForecastleError
from forecastle.server.web import downloads, sign_in, theme
from forecastle.server.web.origin import SameOrigin
from forecastle.server.web.parts.watching import leave
from forecastle.server.web.place import PAGE
from forecastle.server.web.shell import shell

KINDS = {"page.css": "text/css", "page.js": "text/javascript", "logo.svg": "image/svg+xml"}

FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}
"""The address of a file changes with its content."""

QUICK = 4
"""How hard files are compressed: twice as fast as the usual 9, and hardly larger."""


def install(app: FastAPI) -> None:
    """Serve the page below `/app`. There is one page in a process, whose house is that of the app installed last."""
    pages.state.served = app
    app.state.has_page = True
    _set_defaults()
    logging.getLogger("nicegui").addFilter(_told)
    pages.add_api_route("/assets/{name}", _asset, include_in_schema=False)
    pages.include_router(downloads.router)
    pages.include_router(sign_in.router)
    pages.add_middleware(SameOrigin)
    ui.add_head_html(_head(), shared=True)
    app.router.lifespan_context = _leaving(app.router.lifespan_context)
    ui.run_with(
        app,
        root=shell,
        mount_path=PAGE,
        title="Forecastle",
        favicon=theme.ASSETS_FOLDER / "logo.svg",
        dark=None,
        language="en-US",
        tailwind=False,
        reconnect_timeout=30.0,
        show_welcome_message=False,
        gzip_middleware_factory=lambda inner: GZipMiddleware(inner, compresslevel=QUICK),
    )


def _leaving(lifespan: Lifespan[FastAPI]) -> Lifespan[FastAPI]:
    """The same life of the server, in which pages end before the house is closed."""

    @asynccontextmanager
    async def until_left(app: FastAPI) -> AsyncIterator[Any]:
        async with lifespan(app) as state:
            try:
                yield state
            finally:
                await leave()

    return until_left


def _told(record: logging.LogRecord) -> bool:
    """An error that a person was told about, and can do something about, is no error of the server."""
    if record.exc_info and isinstance(record.exc_info[1], ForecastleError):
        record.exc_info, record.levelno, record.levelname = None, logging.INFO, "INFO"
    return True


def _set_defaults() -> None:
    for kind in (ui.input, ui.select, ui.number, ui.textarea):
        kind.default_props("outlined dense")
    ui.select.default_props("options-dense")
    ui.toggle.default_props("no-caps unelevated").default_classes("choice")


def _head() -> str:
    style, script = (f"{PAGE}/assets/{name}?{_digest(name)}" for name in ("page.css", "page.js"))
    return f'<link rel="stylesheet" href="{style}"><script src="{script}"></script>'


def _asset(name: str) -> Response:
    if name not in KINDS:
        return Response(status_code=404)
    return Response(_content(name), media_type=KINDS[name], headers=FOR_EVER)


def _digest(name: str) -> str:
    return hashlib.sha256(_content(name).encode()).hexdigest()[:12]


@cache
def _content(name: str) -> str:
    return theme.stylesheet() if name == "page.css" else (theme.ASSETS_FOLDER / name).read_text(encoding="utf-8")
