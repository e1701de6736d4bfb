"""What was worked out is remembered: once for all who ask, and as much as there is room for."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Memory(Generic[Key, Value]):
    """Values by key. room: how many; the one asked for longest ago goes first."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._kept: OrderedDict[Key, asyncio.Future[Value]] = OrderedDict()
        self._working: set[asyncio.Task[Value]] = set()

    async def of(self, key: Key, work_out: Callable[[], Coroutine[Any, Any, Value]]) -> Value:
        """What is remembered, or else is worked out now; whoever asks for it meanwhile waits for the same.

        Somebody who no longer waits stops nothing. What fails is worked out anew for the next who asks.
        """
        if key not in self._kept:
            working = asyncio.create_task(work_out())
            self._working.add(working)
            working.add_done_callback(self._working.discard)
            working.add_done_callback(lambda done: self._forget_failure(key, done))
            self._keep(key, working)
        self._kept.move_to_end(key)
        return await asyncio.shield(self._kept[key])

    def put(self, key: Key, value: Value) -> None:
        """Remember a value from now on, in place of an older one."""
        known = asyncio.get_running_loop().create_future()
        known.set_result(value)
        self._keep(key, known)

    async def close(self) -> None:
        """End what is being worked out, for whoever waits and for nobody."""
        working = list(self._working)
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    def _keep(self, key: Key, value: asyncio.Future[Value]) -> None:
        self._kept[key] = value
        self._kept.move_to_end(key)
        while len(self._kept) > self._room:
            self._kept.popitem(last=False)

    def _forget_failure(self, key: Key, done: asyncio.Future[Value]) -> None:
        if (done.cancelled() or done.exception()) and self._kept.get(key) is done:
            del self._kept[key]
