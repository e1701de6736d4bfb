"""How often one client may ask, where the settings limit it: a bucket of requests that refills steadily."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from forecastle.server.api.middleware.keys import OPEN
from forecastle.server.api.problems import Refusal
from forecastle.server.web.place import is_page

REMEMBERED = 10_000
"""Clients, the latest; who is forgotten begins with a full bucket."""


@dataclass(slots=True)
class _Bucket:
    """What a client has left, as of a moment."""

    left: float
    at: float


class RateLimit:
    """Refuses a client who asks too often, by the name of its key or its address.

    rate: requests a second in the long run. burst: at once, after silence. Health checks and the page are not counted.
    """

    def __init__(self, app: ASGIApp, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.app = app
        self.rate = rate
        self.burst = burst
        self.clock = clock
        self.buckets: OrderedDict[str, _Bucket] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry out a request of a client who has some left."""
        if scope["type"] != "http" or scope["path"] in OPEN or is_page(scope["path"]):
            await self.app(scope, receive, send)
            return
        client = str(scope.get("caller") or (scope.get("client") or ("unknown",))[0])
        wait = self.take(client)
        if wait == 0:
            await self.app(scope, receive, send)
            return
        refusal = Refusal(
            status=429,
            detail=f"{client} asks more often than {self.rate:g} times a second.",
            hint="Wait as long as Retry-After says, or send many rows or series in one request.",
            headers={"Retry-After": str(math.ceil(wait))},
        )
        await refusal.answer(scope)(scope, receive, send)

    def take(self, client: str) -> float:
        """Seconds until the client may ask; 0 when now, which then takes one request."""
        now = self.clock()
        bucket = self.buckets.setdefault(client, _Bucket(self.burst, now))
        self.buckets.move_to_end(client)
        if len(self.buckets) > REMEMBERED:
            self.buckets.popitem(last=False)
        bucket.left = min(self.burst, bucket.left + (now - bucket.at) * self.rate)
        bucket.at = now
        if bucket.left < 1:
            return (1 - bucket.left) / self.rate
        bucket.left -= 1
        return 0.0
