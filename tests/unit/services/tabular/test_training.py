"""A tabular model is trained as a job, kept as a version, and leads or challenges like any other."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from forecastle.core.errors import ConflictError, InputError, NotFoundError
from forecastle.core.progress import unheard
from forecastle.core.records import JobKind
from forecastle.services.house import House
from house_sales import BASIC, demographics, sales

ASKED = {"dataset": "houses", "target": "price", "model": "linear", "required": BASIC, "join": "zips", "on": "zipcode"}
Visit = Callable[[Callable[[House], Awaitable[Any]]], Any]


async def bring(house: House, folder: Path, count: int = 300) -> None:
    """The sales as dataset `houses`, and what is known about zip codes as `zips`."""
    sales(count).write_csv(folder / "houses.csv")
    demographics().write_csv(folder / "zips.csv")
    for name in ("houses", "zips"):
        await house.tables.bring(str(folder / f"{name}.csv"), name=name)


async def trained(house: House, **params: Any) -> Mapping[str, Any]:
    """Train as a worker's process does."""
    job = await house.tabular.training.start(ASKED | params)
    return await house.tabular.training.carry_out(job, unheard)


def test_the_first_version_leads_and_a_better_one_takes_over(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, tmp_path)
        first = await trained(house, columns=["bedrooms"], required=[])
        second = await trained(house)
        third = await trained(house, columns=["bedrooms"], required=[])
        assert [told["leads"] for told in (first, second, third)] == [True, True, False]
        standing = await house.models.find("tabular_houses_price")
        assert standing.champion is not None
        assert (standing.champion.number, len(standing.versions)) == (2, 3)
        assert (await house.models.rollback("tabular_houses_price", by="me")).number == 1

    visit(use)


def test_a_job_whose_results_are_kept_is_not_run_again(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, tmp_path)
        job = await house.tabular.training.start(ASKED)
        once = await house.tabular.training.carry_out(job, unheard)
        again = await house.tabular.training.carry_out(job, unheard)
        assert once == again
        assert len((await house.models.find("tabular_houses_price")).versions) == 1

    visit(use)


REFUSED: tuple[tuple[dict[str, Any], type[Exception]], ...] = (
    ({"target": "cost"}, InputError), ({"on": None}, InputError), ({"name": "a/b"}, InputError),
    ({"dataset": "cars"}, NotFoundError), ({"join": "cars"}, NotFoundError), ({"required": ["rooms"]}, InputError),
)  # fmt: skip


def test_what_cannot_be_trained_is_refused_before_it_is_queued(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, tmp_path)
        for changes, error in REFUSED:
            with pytest.raises(error):
                await house.tabular.training.start(ASKED | changes)
        assert await house.jobs.list() == []

    visit(use)


def test_a_name_stays_with_its_dataset_and_target(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, tmp_path)
        await trained(house, name="prices")
        with pytest.raises(ConflictError, match="price of houses"):
            await house.tabular.training.start(ASKED | {"name": "prices", "target": "grade"})

    visit(use)


def test_a_table_without_time_is_kept_but_forecasts_nothing(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, tmp_path)
        version = await house.datasets.version("zips")
        assert (await house.tables.rows(version)).equals(demographics())
        with pytest.raises(InputError, match="without time"):
            await house.datasets.open(version)
        with pytest.raises(InputError, match="without time"):
            await house.jobs.start(JobKind.TRAIN, {"dataset": "zips"})
        assert await house.jobs.list() == []

    visit(use)


def test_models_of_series_and_of_rows_do_not_get_in_each_others_way(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, tmp_path)
        await trained(house)
        version = await house.datasets.version("houses")
        assert await house.versions.champions(version.dataset_id) == ()
        assert await house.executions.list() == []
        assert len(await house.executions.list(kind="tabular")) == 1
        retrained = await house.models.retrain("tabular_houses_price")
        assert (retrained.kind, retrained.params["target"]) == (JobKind.TABULAR, "price")

    visit(use)
