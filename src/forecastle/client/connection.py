"""How both clients reach the server."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import httpx

from forecastle.client.following import SILENCE
from forecastle.core.errors import InputError

URL = "http://127.0.0.1:8000"
"""Where `forecastle serve` answers when it is told nothing else."""

TIMEOUT = 60.0
"""Seconds the server may be silent: it reads a whole upload before it answers."""

PATIENCE = 60.0
"""Seconds to wait, while following a job, for a server that went away."""

NO_HEADERS: Mapping[str, str] = {}


def connection(url: str, timeout: float, headers: Mapping[str, str]) -> dict[str, Any]:
    """What an httpx client is made with.

    Raises:
        InputError: it is not a URL.
    """
    if not url.startswith(("http://", "https://")):
        raise InputError(f"{url!r} is not the URL of a server.", hint=f"It is written like {URL}.", url=url)
    agent = {"User-Agent": f"forecastle/{version('forecastle')}"}
    return {
        "base_url": url,
        "timeout": httpx.Timeout(timeout, connect=min(timeout, 5.0)),
        "headers": agent | {**headers},
    }


def listening(timeout: httpx.Timeout) -> httpx.Timeout:
    """The same for a stream in which nothing may happen for a while."""
    return httpx.Timeout(connect=timeout.connect, read=SILENCE, write=timeout.write, pool=timeout.pool)
