from typing import Any

import pytest

from forecastle.client import AsyncClient, Client
from forecastle.core.errors import Cancelled, DataError, InputError, NotFoundError, UnavailableError
from forecastle.core.progress import StepReport
from forecastle.core.records import JobStatus

RESULT = {
    "execution_id": "x", "series": 2, "forecasts": 8, "horizon": 4, "champions": [], "leaders": [], "findings": 0,
}  # fmt: skip


@pytest.fixture
def job(served: Any, client: Client, shop: str) -> str:
    """A job that a worker has begun, and reported of."""
    job_id = client.train(shop).id
    served.claim(job_id)
    served.report(job_id, 10)
    return job_id


def test_a_job_is_followed_until_it_is_over(served: Any, client: Client, job: str) -> None:
    events = client.follow(job)
    first = next(events)
    assert first.report == StepReport(
        job_id=job, step=1, name="load", percent=10, message="so\u2028far", eta_seconds=None
    )
    served.finish(job, JobStatus.COMPLETED, result=RESULT)
    (last,) = events
    assert (last.kind, last.payload["results"], last.report) == ("job:completed", RESULT, None)
    assert [event.id for event in client.follow(job)] == [first.id, last.id]
    assert list(client.follow(job, after=last.id)) == []


def test_a_stream_that_breaks_off_goes_on_where_it_was(served: Any, line: Any, job: str) -> None:
    with Client(line.url) as client:
        events = client.follow(job)
        heard = [next(events)]
        for percent in (20, 30):
            served.do(line.cut)
            served.report(job, percent)
            heard.append(next(events))
        served.do(line.cut)
        served.finish(job, JobStatus.CANCELLED)
        heard += events
    assert [event.payload.get("percent") for event in heard] == [10, 20, 30, None]
    assert heard[-1].kind == "job:cancelled"


def test_a_server_that_stays_away_is_given_up(served: Any, line: Any, job: str) -> None:
    with Client(line.url) as client:
        events = client.follow(job, patience=0.2)
        next(events)
        served.do(line.close)
        with pytest.raises(UnavailableError, match=line.url):
            next(events)
        with pytest.raises(UnavailableError):
            next(client.follow(job))


def test_whoever_waits_is_told_how_far_it_is_and_what_came_of_it(served: Any, client: Client, job: str) -> None:
    served.report(job, 50)
    served.finish(job, JobStatus.COMPLETED, result=RESULT)
    told: list[float] = []
    result = client.wait(job, progress=lambda report: told.append(report.percent))
    assert (told, result.series, result.champions) == ([10, 50], 2, ())


def test_a_job_that_makes_no_forecasts_is_waited_for_as_a_job(served: Any, client: Client, shop: str) -> None:
    job = client.start_cleaning(shop, [{"step": "missing"}]).id
    served.claim(job)
    served.finish(job, JobStatus.COMPLETED, result={"dataset": shop, "version": 2})
    assert client.wait_for(job).result == {"dataset": shop, "version": 2}
    with pytest.raises(InputError, match="makes no forecasts: its kind is clean"):
        client.wait(job)


def test_a_failed_job_raises_the_error_of_its_worker(served: Any, client: Client, job: str) -> None:
    served.finish(job, JobStatus.FAILED, error=DataError("12 values are text.", hint="Mend them.", rows=12).as_dict())
    with pytest.raises(DataError, match=r"12 values are text\.\nMend them\.") as caught:
        client.wait(job)
    assert caught.value.fields == {"rows": 12}


def test_a_cancelled_job_raises_cancelled(served: Any, client: Client, job: str) -> None:
    assert client.cancel(job).cancel_requested
    served.finish(job, JobStatus.CANCELLED)
    with pytest.raises(Cancelled, match=job):
        client.wait(job)


def test_a_job_nobody_knows_is_not_waited_for(client: Client) -> None:
    with pytest.raises(NotFoundError, match="'7'"):
        client.wait("7")


async def followed(served: Any, line: Any, job: str) -> list[Any]:
    import asyncio

    async with AsyncClient(line.url) as client:
        events = client.follow(job)
        heard = [await anext(events)]
        await asyncio.to_thread(served.do, line.cut)
        await asyncio.to_thread(served.finish, job, JobStatus.COMPLETED, result=RESULT)
        heard += [event async for event in events]
        return [*[event.kind for event in heard], await client.wait(job)]


def test_the_other_client_follows_and_waits_just_so(served: Any, line: Any, job: str) -> None:
    import asyncio

    *kinds, result = asyncio.run(followed(served, line, job))
    assert kinds == ["job:progress", "job:completed"]
    assert result.forecasts == 8
