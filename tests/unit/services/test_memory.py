import asyncio

import pytest

from forecastle.services.memory import Memory

pytestmark = pytest.mark.anyio


class Work:
    """Work that takes a turn of the event loop; answers with how often it was begun."""

    def __init__(self) -> None:
        self.begun = 0
        self.fails = False

    async def __call__(self) -> int:
        self.begun += 1
        await asyncio.sleep(0)
        if self.fails:
            raise ValueError(self.begun)
        return self.begun


async def test_who_asks_at_the_same_time_waits_for_one_answer() -> None:
    memory, work = Memory[str, int](room=2), Work()
    assert await asyncio.gather(*(memory.of("a", work) for _ in range(3))) == [1, 1, 1]
    assert await memory.of("a", work) == 1


async def test_what_was_asked_for_longest_ago_goes_first() -> None:
    memory, work = Memory[str, int](room=2), Work()
    for key in ("a", "b", "a", "c"):
        await memory.of(key, work)
    assert [await memory.of(key, work) for key in ("a", "c", "b")] == [1, 3, 4]


async def test_what_failed_is_worked_out_anew() -> None:
    memory, work = Memory[str, int](room=2), Work()
    work.fails = True
    failed = await asyncio.gather(*(memory.of("a", work) for _ in range(2)), return_exceptions=True)
    assert [type(error) for error in failed] == [ValueError, ValueError]
    work.fails = False
    assert await memory.of("a", work) == 2


async def test_somebody_who_no_longer_waits_stops_nobody_else() -> None:
    memory, work = Memory[str, int](room=2), Work()
    leaving, staying = (asyncio.create_task(memory.of("a", work)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == 1
    assert leaving.cancelled()


async def test_a_value_can_be_put_in_place_of_an_older_one() -> None:
    memory, work = Memory[str, int](room=2), Work()
    await memory.of("a", work)
    memory.put("a", 7)
    assert await memory.of("a", work) == 7


async def test_what_nobody_waits_for_any_more_ends_with_the_house() -> None:
    memory, ended = Memory[str, int](room=2), asyncio.Event()

    async def without_end() -> int:
        try:
            return await asyncio.get_running_loop().create_future()
        finally:
            ended.set()

    leaving = asyncio.create_task(memory.of("a", without_end))
    await asyncio.sleep(0.01)
    leaving.cancel()
    await memory.close()
    assert ended.is_set()
    assert await memory.of("a", Work()) == 1
