"""Long work: started, listed, looked at, cancelled."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from forecastle.client.answers import Job, QueuedJob
from forecastle.client.call import Call, given, named, reading, several
from forecastle.core.records import JobKind, JobStatus

NOTHING: Mapping[str, Any] = {}


class Params(TypedDict, total=False):
    """What a job can be told; what is left out is found out from the data.

    version: of the dataset; the newest when left out. horizon: periods. targets: columns to forecast. models: models to
    run. freq: the period, such as `W`. seasons: season lengths in periods. hierarchy: columns whose totals are
    forecast too. time_limit: seconds the work may take.
    """

    version: int
    horizon: int
    targets: Sequence[str]
    models: Sequence[str]
    freq: str
    seasons: Sequence[int]
    hierarchy: Sequence[str]
    time_limit: float


def train(dataset: str | None = None, **params: Unpack[Params]) -> Call[QueuedJob]:
    """Compare models on the past, keep the fitted ones as versions, and forecast.

    dataset: may be left out while there is one only. params: `horizon`, `targets`, `models`, `freq`, `seasons`,
    `hierarchy`, `time_limit`, `version`.

    Raises:
        InputError: the request is not valid; whether the data can be used is found out by the job.
    """
    return queued("/train", _asked(dataset, params))


def backtest(dataset: str | None = None, **params: Unpack[Params]) -> Call[QueuedJob]:
    """Compare models on past windows, and forecast nothing; takes what `train` takes."""
    return queued("/backtest", _asked(dataset, params))


def forecast(dataset: str | None = None, **params: Unpack[Params]) -> Call[QueuedJob]:
    """Forecast with the champions, once they have taken in the newest version of the data; takes what `train` takes."""
    return queued("/forecast/execute", {"type": JobKind.FORECAST.value, "params": _asked(dataset, params)})


def jobs(*, status: str | Sequence[str] = (), limit: int = 100, offset: int = 0) -> Call[tuple[Job, ...]]:
    """Jobs, the newest first. status: only jobs with that status, or one of several, such as `running`."""
    query = {"status": several(status), "limit": limit, "offset": offset}
    return Call(method="GET", path="/jobs", query=query, read=reading(tuple[Job, ...], "jobs"))


def job(job_id: str) -> Call[Job]:
    """One job: its status, how far it is, and its result.

    Raises:
        NotFoundError: there is no such job.
    """
    return Call(method="GET", path=f"/jobs/{named(job_id)}", read=reading(Job))


def cancel(job_id: str) -> Call[Job]:
    """Stop a job: at once if it still waits, or else when its worker hears of it; one that is over stays as it is.

    Raises:
        NotFoundError: there is no such job.
    """
    return Call(method="DELETE", path=f"/jobs/{named(job_id)}", read=reading(Job))


def queued(path: str, body: Mapping[str, Any], *, query: Mapping[str, Any] = NOTHING) -> Call[QueuedJob]:
    """A call that starts a job."""
    return Call(method="POST", path=path, body=body, query=query, read=_read_queued)


def _read_queued(answer: bytes) -> QueuedJob:
    told = json.loads(answer)
    return QueuedJob(id=told["jobId"], status=JobStatus(told["status"]))


def _asked(dataset: str | None, params: Params) -> dict[str, Any]:
    return given({"dataset": dataset, **params})
