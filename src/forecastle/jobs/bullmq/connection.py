"""One client of Redis or Valkey, and what can go wrong with it, in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from forecastle.core.errors import QueueError, SettingsError

if TYPE_CHECKING:
    from redis.asyncio import Redis

LONGEST_WAIT = 30
"""Seconds until a connection that says nothing is given up; BullMQ waits at most 10 for a job."""


def connect(url: str, *, retries: int = 3) -> "Redis":
    """A client, which connects with its first command.

    retries: how often a command is tried again while the server is away, with pauses up to a second.

    Raises:
        SettingsError: the extra is not installed, or this is no URL of a Redis.
    """
    try:
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import ExponentialBackoff
        from redis.exceptions import BusyLoadingError, ConnectionError, TimeoutError  # noqa: A004 - their names
    except ImportError as error:
        raise SettingsError(
            "The queue on Redis needs an extra that is not installed.", hint="pip install 'forecastle[redis]'"
        ) from error
    try:
        return Redis.from_url(
            url,
            decode_responses=True,
            retry=Retry(ExponentialBackoff(cap=1, base=0.1), retries=retries),
            retry_on_error=[BusyLoadingError, ConnectionError, TimeoutError],
            socket_connect_timeout=5,
            socket_timeout=LONGEST_WAIT,
            socket_keepalive=True,
        )
    except ValueError as error:
        raise SettingsError(f"queue.redis is not the URL of a Redis: {error}", hint="redis://HOST:6379/0") from error


def failures() -> tuple[type[Exception], ...]:
    """What is raised while the server is away or refuses."""
    from redis.exceptions import RedisError

    return RedisError, OSError, TimeoutError


@contextmanager
def explained(url: str) -> Iterator[None]:
    """What Redis says, as an error of ours; without the password."""
    try:
        yield
    except failures() as error:
        parts = urlsplit(url)
        where = f"{parts.hostname or 'localhost'}:{parts.port or 6379}"
        raise QueueError(
            f"The queue on Redis at {where} cannot be used: {error or type(error).__name__}.",
            hint="Check that it runs, and host, port and password in queue.redis.",
        ) from error
