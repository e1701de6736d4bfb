"""Tabular models over HTTP, as a caller asks for them and a worker makes them."""

from typing import Any

import polars as pl
from starlette.testclient import TestClient


def upload(client: TestClient, name: str, table: pl.DataFrame) -> None:
    """Bring rows in as a dataset without time."""
    form = {"name": name, "timeless": "true"}
    client.post("/datasets", files={"file": (f"{name}.csv", table.write_csv())}, data=form).raise_for_status()


def queued(client: TestClient, path: str = "/tabular", **params: Any) -> str:
    """The id of a training that waits."""
    answer = client.post(path, json=params).raise_for_status()
    assert answer.status_code == 202
    return str(answer.json()["jobId"])


def carried_out(client: TestClient, job_id: str) -> dict[str, Any]:
    """What a worker makes of a training."""
    house = client.app.state.house  # type: ignore[attr-defined]

    async def work() -> Any:
        return await house.tabular.training.carry_out(await house.jobs.find(job_id), lambda _report: None)

    return client.portal.call(work)  # type: ignore[union-attr]


def train(client: TestClient, path: str = "/tabular", **params: Any) -> dict[str, Any]:
    """Queue a training, and carry it out."""
    return carried_out(client, queued(client, path, **params))
