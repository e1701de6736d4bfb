"""Every older schema becomes the newest one, with all that was in it."""

import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Table, inspect, select, text, update

from forecastle.core.errors import StorageError
from forecastle.core.ports import Tables
from forecastle.core.records import DatasetVersion, Job, JobKind, JobStatus, StoredDataset
from forecastle.storage.database import Database
from forecastle.storage.schema import MIGRATIONS, VERSION, newest
from forecastle.storage.tables import DATASET_VERSION, METADATA
from forecastle.storage.unit_of_work import SqlUnitOfWork

pytestmark = pytest.mark.anyio
Make = Callable[..., Any]
NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
OLDER = sorted(file.stem[:4] for file in (MIGRATIONS / "versions").glob("0*.py"))[:-1]


@pytest.fixture
async def empty(new_url: Callable[[], str]) -> AsyncIterator[Database]:
    database = await Database.open(new_url())
    yield database
    await database.close()


async def seen(database: Database, look: Callable[[Connection], Any]) -> Any:
    async with database._driver.engine.connect() as connection:
        return await connection.run_sync(look)


Columns = dict[Table, list[str]]


def columns(connection: Connection) -> Columns:
    """The tables and columns that are there, but for the revision."""
    there = [table for table in METADATA.sorted_tables if inspect(connection).has_table(table.name)]
    return {table: sorted(column["name"] for column in inspect(connection).get_columns(table.name)) for table in there}


def contents(connection: Connection, looked_at: Columns) -> dict[str, list[Any]]:
    """Every row of these columns."""
    queries = {table: select(*(table.c[name] for name in names)) for table, names in looked_at.items()}
    return {table.name: sorted(map(repr, connection.execute(query))) for table, query in queries.items()}


async def add_as_then(work: SqlUnitOfWork, version: DatasetVersion, known: Columns) -> None:
    """Keep a version as the program of that revision did."""
    row = {name: value for name, value in asdict(version).items() if name in known[DATASET_VERSION]}
    await work._transaction.write(DATASET_VERSION.insert().values(row | {"number": 1}))


async def test_migrations_make_the_tables_that_the_program_knows(database: Database) -> None:
    options = {"compare_type": True, "compare_server_default": True}
    differences = await seen(
        database, lambda c: compare_metadata(MigrationContext.configure(c, opts=options), METADATA)
    )
    assert differences == []


async def test_each_check_of_a_table_is_in_its_migration(database: Database) -> None:
    def checks(connection: Connection) -> set[str | None]:
        names = [table.name for table in METADATA.sorted_tables]
        return {check["name"] for name in names for check in inspect(connection).get_check_constraints(name)}

    assert await seen(database, checks) == {
        "ck_forecast_result_moment",
        "ck_forecast_total_moment",
        "ck_model_alias_action",
        "ck_job_status",
        "ck_override_moment",
    }


@pytest.mark.parametrize("revision", OLDER)
async def test_a_database_of_an_older_revision_keeps_its_data(
    empty: Database, revision: str, tables: Tables, make_version: Make, make_execution: Make
) -> None:
    await empty.upgrade(revision)
    known = await seen(empty, columns)
    async with empty.begin() as work:
        await work.datasets.add(StoredDataset(id="d1", name="sales", created_at=NOW))
        await add_as_then(work, make_version(), known)
        await work.executions.save(make_execution(), tables)
        await work.jobs.add(
            Job(id="j1", kind=JobKind.TRAIN, params={"a": None}, status=JobStatus.QUEUED, created_at=NOW)
        )
        await work.jobs.finish("j1", JobStatus.COMPLETED, now=NOW, result={"series": 2})
        await work.commit()
    before = await seen(empty, lambda c: contents(c, known))
    await empty.upgrade()
    assert await seen(empty, lambda c: contents(c, known)) == before
    assert sum(map(bool, before.values())) == 10
    async with empty.begin() as work:
        await work.check()
        assert (await work.datasets.version("d1")).recipe == ()


async def test_an_upgrade_that_fails_leaves_the_database_as_it_was(empty: Database) -> None:
    async with empty._driver.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE job (in_the_way int)"))
    with pytest.raises(StorageError, match=r"job.* already exists"):
        await empty.upgrade()
    assert await empty.revision() is None
    assert await seen(empty, lambda connection: inspect(connection).get_table_names()) == ["job"]


async def test_an_old_schema_and_a_newer_one_are_told_apart(empty: Database) -> None:
    await empty.upgrade()
    for revision, hint in (("0001", "forecastle db upgrade"), ("9999", "newer program")):
        async with empty._driver.engine.begin() as connection:
            await connection.execute(update(VERSION).values(version_num=revision))
        async with empty.begin() as work:
            with pytest.raises(
                StorageError, match=f"has schema {revision}; this program works with {newest()}"
            ) as told:
                await work.check()
        assert hint in told.value.hint


async def test_an_empty_database_has_no_schema_and_says_so(empty: Database) -> None:
    assert await empty.revision() is None
    async with empty.begin() as work:
        with pytest.raises(StorageError) as told:
            await work.check()
    assert "forecastle db upgrade" in told.value.hint


def test_processes_that_start_together_upgrade_once(new_url: Callable[[], str]) -> None:
    program = (
        "import asyncio, sys\n"
        "from forecastle.storage.database import Database\n"
        "async def main():\n"
        "    database = await Database.open(sys.argv[1])\n"
        "    await database.upgrade()\n"
        "    print(await database.revision())\n"
        "    await database.close()\n"
        "asyncio.run(main())"
    )
    command = [sys.executable, "-c", program, new_url()]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[0].strip() for process in started] == [newest()] * 2
