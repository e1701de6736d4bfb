"""Following a job: what its stream of events says, and when to ask for the rest of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from forecastle.client.answers import Job, JobEvent, JobResult
from forecastle.client.call import Call, named, read_as
from forecastle.core.errors import Cancelled, ForecastleError, InputError, UnavailableError
from forecastle.core.records import JobStatus

SILENCE = 60.0
"""Seconds without a byte after which a stream is given up: the server says something every 15 seconds."""

SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds until a stream that broke off is asked for again; doubled each time in vain."""

FINAL = {f"job:{status}" for status in JobStatus if status.over}


@dataclass(eq=False, kw_only=True)
class Following:
    """How far somebody has followed a job.

    last: the last event that was heard. patience: seconds to wait, in all, for a server that went away.
    over: nothing more will be heard.
    """

    job_id: str
    last: int
    patience: float
    over: bool = False

    def __post_init__(self) -> None:
        self._rest = b""
        self._connected = False
        self._told = False
        self._was_over = False
        self._waited = 0.0
        self._pause = SHORTEST_PAUSE

    def call(self) -> Call[bytes]:
        """The stream of what was not heard yet."""
        self._rest, self._told = b"", False
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(self.last)}
        return Call(method="GET", path=f"/jobs/{named(self.job_id)}/events", headers=headers, read=bytes)

    def connected(self) -> None:
        """The server is there."""
        self._connected, self._waited, self._pause = True, 0.0, SHORTEST_PAUSE

    def hear(self, chunk: bytes) -> Iterator[JobEvent]:
        """The events that a piece of the stream completes."""
        *blocks, self._rest = (self._rest + chunk).split(b"\n\n")
        for block in blocks:
            if event := _event(block):
                self.last, self._told, self.over = event.id, True, event.kind in FINAL
                yield event

    def ended(self, job: Job) -> float:
        """The stream ended before the job, or the job was over before it began, so that nothing is left to hear.

        Answers with seconds until the rest is asked for: a server that is stopping ends every stream.
        """
        self.over = self._was_over and not self._told
        self._was_over = job.status.over
        return SHORTEST_PAUSE

    def pause(self, error: UnavailableError) -> float:
        """Seconds until the stream is asked for again.

        Raises:
            UnavailableError: the server was never there, or has been away for too long.
        """
        if not self._connected or self._waited >= self.patience:
            raise error
        pause = self._pause
        self._waited += pause
        self._pause = min(2 * pause, LONGEST_PAUSE)
        return pause


def done(job: Job) -> Job:
    """A job that is over, and was carried out.

    Raises:
        Cancelled: somebody stopped it.
        ForecastleError: it failed; this is the error of its worker.
    """
    if job.status is JobStatus.CANCELLED:
        raise Cancelled(f"Job {job.id} was cancelled; it left nothing behind.", job_id=job.id)
    if job.error is not None:
        raise ForecastleError.from_dict(job.error)
    return job


def result_of(job: Job) -> JobResult:
    """What came of a job that made forecasts, or compared models.

    Raises:
        InputError: it did something else.
    """
    if job.result is None or "execution_id" not in job.result:
        raise InputError(
            f"Job {job.id} is done, and makes no forecasts: its kind is {job.kind}.",
            hint="`wait_for` answers with jobs of any kind; `result` tells what came of them.",
        )
    return read_as(JobResult, job.result)


def _event(block: bytes) -> JobEvent | None:
    """One event of a stream (HTML standard, 9.2.6); None for a comment."""
    fields: dict[str, str] = {}
    for line in block.decode().split("\n"):
        name, _, value = line.partition(":")
        fields[name] = value.removeprefix(" ")
    if "data" not in fields:
        return None
    return JobEvent(id=int(fields["id"]), kind=fields["event"], payload=json.loads(fields["data"]))
