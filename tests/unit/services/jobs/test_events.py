import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forecastle.bootstrap.house import open_house
from forecastle.core.progress import StepReport
from forecastle.core.records import JobKind
from forecastle.services.house import House
from own_house import settings_in

from ..conftest import bring


@asynccontextmanager
async def running_job(folder: Path) -> AsyncIterator[tuple[House, str]]:
    """A house with a job that a worker has begun."""
    async with open_house(settings_in(folder)) as house:
        await bring(house, 8, folder)
        job = await house.jobs.start(JobKind.TRAIN, {})
        async with house.jobs.begin() as work:
            await work.jobs.claim("test", now=datetime.now(UTC), lease=timedelta(minutes=5), job_id=job.id)
            await work.commit()
        yield house, job.id


async def report(house: House, job_id: str, *percents: int) -> None:
    async with house.jobs.begin() as work:
        for percent in percents:
            told = StepReport(job_id=job_id, step=4, name="ETS", percent=percent, message="", eta_seconds=None)
            await work.jobs.report(job_id, told)
        await work.commit()


def test_what_a_slow_listener_has_no_room_for_is_read_again_when_it_is_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forecastle.services.jobs.events.MOST", 20)
    count = 60

    async def scene() -> list[float]:
        async with running_job(tmp_path) as (house, job_id), aclosing(house.events.follow(after=0)) as events:
            first = asyncio.create_task(anext(events))
            await asyncio.sleep(0.1)
            await report(house, job_id, 0)
            seen = [(await first).payload["percent"]]
            await report(house, job_id, *range(1, count))
            (mailbox,) = house.events.listeners
            while not mailbox.full():
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            return seen + [(await anext(events)).payload["percent"] for _ in range(1, count)]

    assert asyncio.run(scene()) == list(range(count))


def test_a_house_that_closes_ends_every_listener_s_stream(tmp_path: Path) -> None:
    async def scene() -> list[str]:
        async with running_job(tmp_path) as (house, job_id):
            listening = asyncio.create_task(kinds(house, job_id))
            await asyncio.sleep(0.1)
            await house.events.close()
            return await asyncio.wait_for(listening, 5)

    assert asyncio.run(scene()) == []


def test_a_job_that_is_over_has_a_stream_that_ends(tmp_path: Path) -> None:
    async def scene() -> tuple[list[str], list[str]]:
        async with running_job(tmp_path) as (house, _):
            waiting = await house.jobs.start(JobKind.TRAIN, {})
            await house.jobs.cancel(waiting.id)
            return await kinds(house, waiting.id), await kinds(house, waiting.id, after=10_000)

    assert asyncio.run(scene()) == (["job:cancelled"], [])


async def kinds(house: House, job_id: str, *, after: int = 0) -> list[str]:
    """What kinds of events a job's stream tells until it ends."""
    return [event.kind async for event in house.jobs.follow(job_id, after=after)]


def test_those_who_begin_to_listen_at_once_share_one_look(tmp_path: Path) -> None:
    async def scene() -> int:
        async with running_job(tmp_path) as (house, job_id):
            streams = [house.events.follow(after=0, job_id=job_id) for _ in range(3)]
            firsts = [asyncio.create_task(anext(stream)) for stream in streams]
            await asyncio.sleep(0.1)
            looking = [task for task in asyncio.all_tasks() if "Events._look" in repr(task)]
            await report(house, job_id, 0)
            await asyncio.gather(*firsts)
            for stream in streams:
                await stream.aclose()
            return len(looking)

    assert asyncio.run(scene()) == 1
