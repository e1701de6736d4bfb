"""Datasets, versions and series in every database."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Table, func, select

from forecastle.core.errors import ConflictError, NotFoundError
from forecastle.core.ports import Tables
from forecastle.core.records import DatasetVersion, Execution, StoredDataset, StoredRecipe
from forecastle.storage.database import Database
from forecastle.storage.tables import METADATA, PRODUCT
from forecastle.storage.transaction import Transaction

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
Make = Callable[..., Any]


async def add(database: Database, name: str, *, id: str, at: datetime = NOW) -> None:  # noqa: A002
    async with database.begin() as work:
        await work.datasets.add(StoredDataset(id=id, name=name, created_at=at))
        await work.commit()


async def delete(database: Database, dataset_id: str, at: datetime = NOW) -> None:
    async with database.begin() as work:
        await work.datasets.delete(dataset_id, at)
        await work.commit()


async def test_a_dataset_is_found_by_its_name_and_by_its_id(database: Database) -> None:
    await add(database, "Umsätze 2026", id="d1")
    async with database.begin() as work:
        found = await work.datasets.find("Umsätze 2026")
        assert found == await work.datasets.find("d1")
        assert found == StoredDataset(id="d1", name="Umsätze 2026", created_at=NOW)
        with pytest.raises(NotFoundError, match="'umsätze'"):
            await work.datasets.find("umsätze")


async def test_a_name_is_taken_until_its_dataset_is_deleted(database: Database) -> None:
    await add(database, "sales", id="d1")
    with pytest.raises(ConflictError, match="There is a dataset 'sales' already"):
        await add(database, "sales", id="d2")
    await delete(database, "d1")
    await add(database, "sales", id="d3")
    async with database.begin() as work:
        assert [dataset.id for dataset in await work.datasets.list()] == ["d3"]


async def test_datasets_are_listed_newest_first_without_deleted_ones(database: Database) -> None:
    for number in range(3):
        await add(database, f"sales {number}", id=str(number), at=NOW + timedelta(seconds=number))
    await delete(database, "1")
    async with database.begin() as work:
        assert [dataset.id for dataset in await work.datasets.list()] == ["2", "0"]
        with pytest.raises(NotFoundError):
            await work.datasets.find("1")


async def test_a_version_comes_back_as_it_was_kept(database: Database, kept: DatasetVersion) -> None:
    async with database.begin() as work:
        assert kept.number == 1
        assert await work.datasets.version("d1") == kept
        assert await work.datasets.version("d1", 1) == kept
        with pytest.raises(NotFoundError, match="version 2"):
            await work.datasets.version("d1", 2)


async def test_versions_added_at_once_each_get_a_number(database: Database, kept: DatasetVersion) -> None:
    async def one_more(number: int) -> int:
        async with database.begin() as work:
            added = await work.datasets.add_version(replace(kept, id=f"more-{number}"))
            await work.commit()
        return added.number

    numbers = await asyncio.gather(*map(one_more, range(7)))
    assert sorted(numbers) == [2, 3, 4, 5, 6, 7, 8]
    async with database.begin() as work:
        assert [version.number for version in await work.datasets.versions("d1")] == [8, 7, 6, 5, 4, 3, 2, 1]


async def test_a_version_remembers_where_it_comes_from(database: Database, kept: DatasetVersion) -> None:
    steps = ({"step": "missing", "method": "mean"},)
    child = replace(kept, id="v2", parent=1, recipe=steps, by="ana", note="ohne Lücken", content_hash="ff00")
    async with database.begin() as work:
        assert await work.datasets.add_version(child) == replace(child, number=2)
        assert await work.datasets.version("d1") == replace(child, number=2)


async def test_a_deleted_version_leaves_its_lineage_and_later_its_files(
    database: Database, kept: DatasetVersion
) -> None:
    async with database.begin() as work:
        second = await work.datasets.add_version(replace(kept, id="v2", manifest={"rows.parquet": "ef56"}))
        await work.datasets.delete_version(second.id, NOW)
        assert [version.number for version in await work.datasets.versions("d1")] == [1]
        assert [version.number for version in await work.datasets.lineage("d1")] == [2, 1]
        assert (await work.datasets.version("d1")).number == 1
        with pytest.raises(NotFoundError, match="version 2"):
            await work.datasets.version("d1", 2)
        assert (await work.datasets.add_version(replace(kept, id="v3"))).number == 3
        assert "ef56" in await work.referenced()
        assert await work.datasets.prune_versions(NOW) == 0
        assert await work.datasets.prune_versions(NOW + timedelta(seconds=1)) == 1
        assert await work.datasets.prune_versions(NOW + timedelta(seconds=1)) == 0
        assert "ef56" not in await work.referenced()


async def test_a_pin_is_set_and_taken_out(database: Database, kept: DatasetVersion) -> None:
    async with database.begin() as work:
        await work.datasets.pin_version(kept.id, NOW)
        assert (await work.datasets.version("d1")).pinned_at == NOW
        await work.datasets.pin_version(kept.id, None)
        assert await work.datasets.version("d1") == kept


async def test_the_executions_of_one_version_are_told_from_others(database: Database, execution: Execution) -> None:
    async with database.begin() as work:
        assert [one.id for one in await work.executions.list(version_id=execution.dataset_version_id)] == ["e1"]
        assert await work.executions.list(version_id="v2") == []


async def test_a_recipe_under_a_known_name_takes_the_place_of_the_older_one(database: Database) -> None:
    recipe = StoredRecipe(name="täglich", steps=({"step": "align"},), saved_at=NOW, by="ana")
    async with database.begin() as work:
        await work.recipes.put(replace(recipe, note="old"))
        await work.recipes.put(recipe)
        await work.recipes.put(replace(recipe, name="a"))
        assert await work.recipes.find("täglich") == recipe
        assert [one.name for one in await work.recipes.list()] == ["a", "täglich"]
        await work.recipes.remove("täglich")
        with pytest.raises(NotFoundError, match="'täglich'"):
            await work.recipes.find("täglich")


async def test_known_series_stay_and_new_ones_are_added(
    database: Database, kept: DatasetVersion, transaction: Transaction
) -> None:
    first = pl.DataFrame({"series_id": ["A / 1", "B / 1"], "item": ["A", "B"], "store": [1, 1]})
    second = pl.DataFrame({"series_id": ["B / 1", 'C "/" 2'], "item": ["other", 'C "'], "store": [9, 2]})
    async with database.begin() as work:
        await work.datasets.save_series(kept.dataset_id, first)
        await work.datasets.save_series(kept.dataset_id, second)
        await work.commit()
    rows = await transaction.read(select(PRODUCT.c.series_id, PRODUCT.c["keys"]).order_by(PRODUCT.c.id))
    assert [tuple(row.values()) for row in rows] == [
        ("A / 1", {"item": "A", "store": 1}),
        ("B / 1", {"item": "B", "store": 1}),
        ('C "/" 2', {"item": 'C "', "store": 2}),
    ]


async def test_series_remembered_by_many_at_once_are_kept_once(
    database: Database, kept: DatasetVersion, transaction: Transaction
) -> None:
    async def remember(start: int) -> None:
        async with database.begin() as work:
            ids = [f"S{number}" for number in range(start, start + 50)]
            await work.datasets.save_series(kept.dataset_id, pl.DataFrame({"series_id": ids}))
            await work.commit()

    await asyncio.gather(*(remember(10 * number) for number in range(6)))
    assert await count(transaction, PRODUCT) == 100


async def test_purging_removes_all_of_a_deleted_dataset_and_nothing_of_others(
    database: Database,
    execution: Execution,
    full: Tables,
    make_model: Make,
    make_decision: Make,
    transaction: Transaction,
) -> None:
    async with database.begin() as work:
        await work.executions.save(replace(execution, id="e2"), full)
        await work.models.add(make_model())
        await work.models.decide(make_decision())
        await work.commit()
    await add(database, "other", id="d2")
    await delete(database, "d1", NOW)
    async with database.begin() as work:
        assert await work.datasets.purge(NOW) == 0
        assert await work.datasets.purge(NOW + timedelta(seconds=1)) == 1
        assert await work.datasets.purge(NOW + timedelta(seconds=1)) == 0
        assert await work.executions.find("e2") is None
        assert await work.referenced() == set()
        await work.commit()
    counts = {table.name: await count(transaction, table) for table in METADATA.sorted_tables}
    assert {name for name, rows in counts.items() if rows} == {"dataset"}
    assert counts["dataset"] == 1


async def count(transaction: Transaction, table: Table) -> int:
    return int((await transaction.read(select(func.count().label("rows")).select_from(table)))[0]["rows"])
