"""The client for programs that do other things while they wait."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from types import TracebackType
from typing import Self, TypeVar

import httpx

from forecastle.client.answers import Job, JobEvent, JobResult
from forecastle.client.call import Call
from forecastle.client.calls import jobs
from forecastle.client.connection import NO_HEADERS, PATIENCE, TIMEOUT, URL, connection, listening
from forecastle.client.following import Following, done, result_of
from forecastle.client.methods import Methods
from forecastle.client.problems import check, reaching, read
from forecastle.core.errors import UnavailableError
from forecastle.core.progress import StepReport

T = TypeVar("T")


class AsyncClient(Methods):
    """A Forecastle server, as a program sees it; close it, or use it in an `async with` statement.

    url: where it answers. timeout: seconds it may be silent. headers: sent with every request, for a proxy before it.

    An error of the server is raised here as the same error of `forecastle.core.errors`; a server that cannot be reached
    is an `UnavailableError`.
    """

    def __init__(self, url: str = URL, *, timeout: float = TIMEOUT, headers: Mapping[str, str] = NO_HEADERS) -> None:
        self.url = url
        self._http = httpx.AsyncClient(**connection(url, timeout, headers))

    async def run(self, call: Call[T]) -> T:
        """Send one call and read its answer."""
        with reaching(self.url), call.sending() as parts:
            answer = await self._http.request(call.method, call.path, **parts)
        return read(answer, call.read)

    async def follow(
        self, job_id: str, *, after: int = 0, patience: float = PATIENCE
    ) -> AsyncGenerator[JobEvent, None]:
        """The events of a job that come after the event `after`, as they happen, until the job is over.

        A stream that breaks off is resumed where it was. patience: seconds to wait for a server that is away.

        Raises:
            NotFoundError: there is no such job.
            UnavailableError: the server was away for too long.
        """
        following = Following(job_id=job_id, last=after, patience=patience)
        while not following.over:
            try:
                async with aclosing(self._listen(following)) as events:
                    async for event in events:
                        yield event
                if not following.over:
                    await asyncio.sleep(following.ended(await self.run(jobs.job(job_id))))
            except UnavailableError as error:
                await asyncio.sleep(following.pause(error))

    async def wait(
        self, job_id: str, *, progress: Callable[[StepReport], None] | None = None, patience: float = PATIENCE
    ) -> JobResult:
        """Wait for a job that makes forecasts or compares models, and return its result. progress: told how far it is.

        Raises:
            Cancelled: somebody stopped the job.
            ForecastleError: the job failed; this is the error of its worker.
            InputError: it is a job of another kind; `wait_for` waits for those.
        """
        return result_of(await self.wait_for(job_id, progress=progress, patience=patience))

    async def wait_for(
        self, job_id: str, *, progress: Callable[[StepReport], None] | None = None, patience: float = PATIENCE
    ) -> Job:
        """Wait for a job of any kind, and return it with its `result`. progress: told how far it is.

        Raises:
            Cancelled: somebody stopped the job.
            ForecastleError: the job failed; this is the error of its worker.
        """
        async with aclosing(self.follow(job_id, patience=patience)) as events:
            async for event in events:
                if progress and event.report:
                    progress(event.report)
        return done(await self.run(jobs.job(job_id)))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _listen(self, following: Following) -> AsyncGenerator[JobEvent, None]:
        call = following.call()
        waiting = listening(self._http.timeout)
        with reaching(self.url), call.sending() as parts:
            async with self._http.stream(call.method, call.path, timeout=waiting, **parts) as answer:
                if not answer.is_success:
                    await answer.aread()
                    check(answer)
                following.connected()
                async for chunk in answer.aiter_bytes():
                    for event in following.hear(chunk):
                        yield event
