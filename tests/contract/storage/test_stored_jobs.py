"""Jobs and their events in every database."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from forecastle.core.errors import NotFoundError
from forecastle.core.progress import StepReport
from forecastle.core.records import Execution, Job, JobKind, JobStatus
from forecastle.storage.database import Database
from forecastle.storage.unit_of_work import SqlUnitOfWork

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
LEASE = timedelta(seconds=15)
LATER = NOW + timedelta(seconds=16)


def job(id: str, **changes: Any) -> Job:  # noqa: A002
    given = {"kind": JobKind.TRAIN, "params": {"dataset": "sales"}, "status": JobStatus.QUEUED, "created_at": NOW}
    return Job(id=id, **{**given, **changes})


def report(job_id: str, percent: float = 10.0) -> StepReport:
    return StepReport(job_id=job_id, step=1, name="load", percent=percent, message="3 series", eta_seconds=None)


async def claim(
    work: SqlUnitOfWork, worker: str = "w1", *, now: datetime = NOW, job_id: str | None = None
) -> Job | None:
    return await work.jobs.claim(worker, now=now, lease=LEASE, job_id=job_id)


async def claimed(work: SqlUnitOfWork, job_id: str, **changes: Any) -> Job:
    await work.jobs.add(job(job_id, **changes))
    found = await claim(work, job_id=job_id)
    assert found is not None
    return found


async def kinds(work: SqlUnitOfWork) -> list[str]:
    return [event.kind for event in await work.jobs.events(after=0)]


async def test_a_job_is_kept_once_and_comes_back_as_it_was(database: Database) -> None:
    async with database.begin() as work:
        assert await work.jobs.add(job("j1"))
        assert not await work.jobs.add(job("j1", params={"dataset": "other"}))
        assert await work.jobs.find("j1") == job("j1")
        with pytest.raises(NotFoundError, match="'j2'"):
            await work.jobs.find("j2")


async def test_jobs_are_listed_newest_first_and_by_status(database: Database) -> None:
    async with database.begin() as work:
        for number in range(4):
            await work.jobs.add(job(f"j{number}", created_at=NOW + timedelta(seconds=number)))
        await work.jobs.finish("j2", JobStatus.CANCELLED, now=NOW)
        assert [found.id for found in await work.jobs.list()] == ["j3", "j2", "j1", "j0"]
        assert [found.id for found in await work.jobs.list(limit=2, offset=1)] == ["j2", "j1"]
        assert [found.id for found in await work.jobs.list(status=(JobStatus.CANCELLED,))] == ["j2"]


async def test_the_job_that_has_waited_longest_is_claimed_first(database: Database) -> None:
    async with database.begin() as work:
        await work.jobs.add(job("young", created_at=NOW))
        await work.jobs.add(job("old", created_at=NOW - timedelta(hours=1)))
        first = await claim(work)
        assert first == job(
            "old", created_at=NOW - timedelta(hours=1), status=JobStatus.RUNNING, started_at=NOW, attempts=1,
            worker="w1", lease_until=NOW + LEASE,
        )  # fmt: skip
        assert (await claim(work) or first).id == "young"
        assert await claim(work) is None


async def test_a_job_that_pauses_is_only_taken_by_its_name(database: Database) -> None:
    async with database.begin() as work:
        await claimed(work, "j1")
        await work.jobs.release("j1", "w1", not_before=LATER, error={"code": "x"})
        assert await claim(work) is None
        assert (await work.jobs.find("j1")).attempts == 1
        assert await claim(work, job_id="j1") is not None
        await work.jobs.release("j1", "w1", not_before=LATER, error=None)
        assert (await work.jobs.find("j1")).attempts == 1
        assert await claim(work, now=LATER) is not None


async def test_a_job_whose_lease_ran_out_is_taken_over_and_lost_to_its_worker(database: Database) -> None:
    async with database.begin() as work:
        await claimed(work, "j1")
        assert await claim(work, "w2", now=NOW + LEASE) is None
        taken = await claim(work, "w2", now=LATER)
        assert taken
        assert (taken.worker, taken.attempts) == ("w2", 2)
        assert await work.jobs.renew("j1", "w1", until=LATER + LEASE) is None
        renewed = await work.jobs.renew("j1", "w2", until=LATER + LEASE)
        assert renewed
        assert renewed.lease_until == LATER + LEASE


async def test_a_lost_job_without_attempts_left_fails(database: Database) -> None:
    async with database.begin() as work:
        await claimed(work, "j1", max_attempts=1)
        assert await claim(work, "w2", now=LATER) is None
        failed = await work.jobs.find("j1")
        assert failed.status is JobStatus.FAILED
        assert (failed.error or {})["code"] == "worker_lost"
        assert await kinds(work) == ["job:failed"]


async def test_a_lost_job_whose_results_are_kept_is_taken_once_more_to_tell_of_them(
    database: Database, execution: Execution
) -> None:
    async with database.begin() as work:
        await claimed(work, execution.id, max_attempts=1)
        taken = await claim(work, "w2", now=LATER)
        assert taken
        assert (taken.id, taken.attempts) == (execution.id, 2)


async def test_cancelling_ends_a_waiting_job_and_asks_the_worker_of_a_running_one(database: Database) -> None:
    async with database.begin() as work:
        await claimed(work, "runs")
        await work.jobs.add(job("waits"))
        assert (await work.jobs.request_cancel("waits", now=NOW)).status is JobStatus.CANCELLED
        assert (await work.jobs.request_cancel("waits", now=LATER)).finished_at == NOW
        assert (await work.jobs.request_cancel("runs", now=NOW)).status is JobStatus.RUNNING
        held = await work.jobs.renew("runs", "w1", until=LATER)
        assert held
        assert held.cancel_requested
        assert await kinds(work) == ["job:cancelled"]
        with pytest.raises(NotFoundError):
            await work.jobs.request_cancel("nothing", now=NOW)


@pytest.mark.parametrize("given_back", [True, False])
async def test_a_job_to_be_cancelled_is_not_taken_up_again(database: Database, given_back: bool) -> None:  # noqa: FBT001
    async with database.begin() as work:
        await claimed(work, "j1")
        await work.jobs.request_cancel("j1", now=NOW)
        if given_back:
            await work.jobs.release("j1", "w1", not_before=NOW, error=None)
        assert await claim(work, "w2", now=LATER) is None
        assert (await work.jobs.find("j1")).status is JobStatus.CANCELLED


async def test_progress_and_end_are_events_in_their_order(database: Database) -> None:
    async with database.begin() as work:
        await claimed(work, "j1")
        for percent in (10.0, 20.0):
            await work.jobs.report("j1", report("j1", percent))
        assert (await work.jobs.find("j1")).report == report("j1", 20.0)
        assert await work.jobs.finish("j1", JobStatus.COMPLETED, now=LATER, result={"series": 3})
        events = await work.jobs.events(after=0)
        last = await work.jobs.last_event()
        assert [event.payload.get("percent") for event in events] == [10.0, 20.0, None]
        assert events[-1].payload == {"job_id": "j1", "duration": 16.0, "results": {"series": 3}}
        assert (events[-1].id, events[-1].at) == (last, LATER)
        assert await work.jobs.events(after=events[0].id, job_id="j1", limit=1) == [events[1]]
        assert await work.jobs.events(after=0, job_id="j2") == []


async def test_a_job_ends_once_and_is_silent_afterwards(database: Database) -> None:
    async with database.begin() as work:
        assert await work.jobs.last_event() == 0
        await claimed(work, "j1")
        error = {"code": "data_error", "message": "no rows", "hint": ""}
        assert await work.jobs.finish("j1", JobStatus.FAILED, now=NOW, error=error)
        assert not await work.jobs.finish("j1", JobStatus.COMPLETED, now=NOW, result={})
        await work.jobs.report("j1", report("j1"))
        [event] = await work.jobs.events(after=0)
        assert event.payload == {"job_id": "j1", **error}
        found = await work.jobs.find("j1")
        assert (found.status, found.error, found.result, found.report) == (JobStatus.FAILED, error, None, None)


async def test_eight_workers_on_two_servers_never_take_the_same_job(database: Database, url: str) -> None:
    async with database.begin() as work:
        for number in range(40):
            await work.jobs.add(job(f"j{number}"))
        await work.commit()

    async def take_all(server: Database, worker: str) -> list[str]:
        taken = []
        while True:
            async with server.begin() as work:
                found = await claim(work, worker)
                await work.commit()
            if found is None:
                return taken
            taken.append(found.id)

    other = await Database.open(url, pool=4)
    taken = await asyncio.gather(*(take_all((database, other)[n % 2], f"w{n}") for n in range(8)))
    await other.close()
    assert sorted(job_id for part in taken for job_id in part) == sorted(f"j{number}" for number in range(40))


async def test_whoever_follows_the_events_misses_none(database: Database) -> None:
    async def told(job_id: str) -> None:
        async with database.begin() as work:
            await work.jobs.report(job_id, report(job_id))
            await work.commit()

    async with database.begin() as work:
        await claimed(work, "slow")
        await claimed(work, "quick")
        await work.commit()
    async with database.begin() as slow, database.begin() as follower:
        await slow.jobs.report("slow", report("slow"))
        quick = asyncio.create_task(told("quick"))
        await asyncio.sleep(0.2)
        assert await follower.jobs.events(after=0) == []
        await slow.commit()
        await quick
    async with database.begin() as follower:
        assert [event.job_id for event in await follower.jobs.events(after=0)] == ["slow", "quick"]


async def test_fifty_units_of_work_at_once_all_get_their_turn(database: Database, url: str) -> None:
    other = await Database.open(url, pool=10)

    async def write(server: Database, number: int) -> None:
        async with server.begin() as work:
            assert await work.jobs.list(limit=1) is not None
            await work.jobs.add(job(f"j{number}"))
            await work.commit()

    await asyncio.gather(*(write((database, other)[number % 2], number) for number in range(50)))
    await other.close()
    async with database.begin() as work:
        assert len(await work.jobs.list()) == 50


async def test_old_progress_is_forgotten_and_endings_are_not(database: Database) -> None:
    async with database.begin() as work:
        for name in ("old", "running"):
            await claimed(work, name)
            await work.jobs.report(name, report(name))
        await work.jobs.finish("old", JobStatus.COMPLETED, now=NOW, result={})
        assert await work.jobs.purge(NOW) == 0
        assert await work.jobs.purge(LATER) == 1
        told = [(event.job_id, event.kind) for event in await work.jobs.events(after=0)]
    assert told == [("running", "job:progress"), ("old", "job:completed")]


async def test_jobs_are_counted_by_kind_and_by_where_they_stand(database: Database) -> None:
    async with database.begin() as work:
        await work.jobs.add(job("1"))
        await work.jobs.add(job("2"))
        await work.jobs.add(job("3", kind=JobKind.TABULAR, status=JobStatus.FAILED))
        counts = await work.jobs.counts()
    assert counts == {(JobKind.TRAIN, JobStatus.QUEUED): 2, (JobKind.TABULAR, JobStatus.FAILED): 1}
