"""Tabular models, as a caller asks for them and a worker makes them."""

from pathlib import Path
from typing import Any

import polars as pl
from starlette.testclient import TestClient

from forecastle.core.progress import unheard
from forecastle.services.house import House
from house_sales import demographics, sales


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
        return await house.tabular.training.carry_out(await house.jobs.find(job_id), unheard)

    return client.portal.call(work)  # type: ignore[union-attr]


def train(client: TestClient, path: str = "/tabular", **params: Any) -> dict[str, Any]:
    """Queue a training, and carry it out."""
    return carried_out(client, queued(client, path, **params))


async def two_versions(house: House, folder: Path) -> None:
    """Two versions of the model `houses`, of which the second leads; the files that they learned from in a folder."""
    for name, table in (("houses", sales()), ("zips", demographics())):
        table.write_csv(folder / f"{name}.csv")
        await house.tables.bring(str(folder / f"{name}.csv"), name=name)
    asked = {"dataset": "houses", "target": "price", "model": "linear", "join": "zips", "on": "zipcode"}
    for columns in (["bedrooms", "zipcode"], []):
        job = await house.tabular.training.start(asked | {"columns": columns})
        await house.tabular.training.carry_out(job, unheard)
