"""How material planning hears of new forecasts: a signed call of a webhook, or a job in a BullMQ queue."""

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from forecastle.core.errors import QueueError, SettingsError, TriggerError
from forecastle.core.ports import Trigger
from forecastle.settings import MrpSettings, QueueSettings, Settings

if TYPE_CHECKING:
    import httpx

JOB = "forecasts_ready"
"""The name of the BullMQ job."""

LONGEST_PAUSE = 30.0
"""Seconds between two tries."""

BUSY = 429


def open_trigger(settings: Settings) -> Trigger | None:
    """What the settings ask for; None when they ask for nothing.

    Raises:
        SettingsError: they ask for both.
    """
    mrp = settings.mrp
    if mrp.webhook and mrp.queue:
        raise SettingsError("mrp.webhook and mrp.queue are both set.", hint="Leave one of them empty.")
    if mrp.webhook:
        return WebhookTrigger(mrp)
    return QueueTrigger(mrp, settings.queue) if mrp.queue else None


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over the timestamp, a full stop and the body, as the header carries it."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"sha256={digest.hexdigest()}"


class WebhookTrigger:
    """Sends the event as JSON to a URL; tries again while the receiver is away or busy."""

    def __init__(self, settings: MrpSettings, *, clock: Callable[[], float] = time.time, pause: float = 1.0) -> None:
        self._settings = settings
        self._clock = clock
        self._pause = pause

    async def fire(self, event: Mapping[str, Any], *, key: str) -> str:
        """Send the event.

        Raises:
            TriggerError: it was refused, or no try got through.
        """
        import httpx
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

        body = orjson.dumps(event)
        tries = AsyncRetrying(
            retry=retry_if_exception(_may_pass),
            stop=stop_after_attempt(1 + self._settings.retries),
            wait=wait_random_exponential(multiplier=self._pause, max=LONGEST_PAUSE),
            reraise=True,
        )
        try:
            async with httpx.AsyncClient(timeout=self._settings.timeout_seconds) as client:
                response: httpx.Response = await tries(self._send, client, body, key)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TriggerError(
                f"Material planning at {_place(self._settings.webhook)} was not told: {_reason(error)}.",
                hint="The forecasts are kept. Check mrp.webhook and its receiver, then forecast again.",
                key=key,
            ) from error
        return f"webhook at {_place(self._settings.webhook)} answered {response.status_code}"

    async def _send(self, client: "httpx.AsyncClient", body: bytes, key: str) -> "httpx.Response":
        timestamp = str(int(self._clock()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "X-Forecastle-Timestamp": timestamp,
        }
        if self._settings.secret:
            headers["X-Forecastle-Signature"] = signature(self._settings.secret, timestamp, body)
        response = await client.post(self._settings.webhook, content=body, headers=headers)
        return response.raise_for_status()


def _may_pass(error: BaseException) -> bool:
    """Whether another try may get through: not when the receiver has understood and refused."""
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        return error.response.is_server_error or error.response.status_code == BUSY
    return isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol)


def _reason(error: Exception) -> str:
    """What went wrong; httpx would name the whole URL of a refusal."""
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        return f"it answered {error.response.status_code} {error.response.reason_phrase}"
    return str(error) or type(error).__name__


def _place(url: str) -> str:
    """The receiver without user, password and query, which may be secrets."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"


class QueueTrigger:
    """Adds the event as a job to a BullMQ queue, once for each key."""

    def __init__(self, settings: MrpSettings, queue: QueueSettings) -> None:
        self._settings = settings
        self._queue = queue

    async def fire(self, event: Mapping[str, Any], *, key: str) -> str:
        """Add the job.

        Raises:
            TriggerError: Redis could not be reached.
        """
        from forecastle.jobs.bullmq.connection import connect, explained

        client = connect(self._queue.redis)
        from bullmq import Queue

        options = {
            "jobId": key,
            "attempts": 1 + self._settings.retries,
            "backoff": {"type": "exponential", "delay": 1000},
        }
        try:
            with explained(self._queue.redis):
                await Queue(self._settings.queue, {"connection": client}).add(JOB, dict(event), options)
        except QueueError as error:
            raise TriggerError(f"Material planning was not told. {error.message}", hint=error.hint, key=key) from error
        finally:
            await client.aclose()
        return f"job {key} in the queue {self._settings.queue}"
