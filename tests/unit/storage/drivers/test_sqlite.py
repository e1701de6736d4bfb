"""What can go wrong with a file, and what it is called then."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forecastle.core.errors import StorageError
from forecastle.core.records import StoredDataset
from forecastle.storage.database import Database

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(f"sqlite:///{tmp_path}/new/folder/forecastle.db", pool=1)
    await database.upgrade()
    yield database
    await database.close()


async def add(database: Database, name: str = "sales") -> None:
    async with database.begin() as work:
        await work.datasets.add(StoredDataset(id=name, name=name, created_at=NOW))
        await work.commit()


async def pragma(database: Database, statement: str) -> object:
    async with database._driver.engine.connect() as connection:
        answer = await connection.exec_driver_sql(f"PRAGMA {statement}")
        return answer.scalar() if answer.returns_rows else None


async def test_the_folder_is_made_and_readers_do_not_wait_for_writers(database: Database) -> None:
    assert await pragma(database, "journal_mode") == "wal"
    assert await pragma(database, "foreign_keys") == 1


async def test_a_full_disk_is_told_and_nothing_half_written_stays(database: Database) -> None:
    await pragma(database, f"max_page_count = {await pragma(database, 'page_count')}")
    with pytest.raises(StorageError, match="full") as told:
        await add(database, "x" * 100_000)
    assert "Make room" in told.value.hint
    await pragma(database, "max_page_count = 100000")
    await add(database)
    async with database.begin() as work:
        assert [dataset.name for dataset in await work.datasets.list()] == ["sales"]


async def test_a_file_that_may_not_be_written_is_told(database: Database) -> None:
    await pragma(database, "query_only = ON")
    with pytest.raises(StorageError, match="readonly database") as told:
        await add(database)
    assert "right to write" in told.value.hint


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("not a database, " * 100)
    with pytest.raises(StorageError, match=r"notes\.db failed: file is not a database"):
        await Database.open(f"sqlite:///{tmp_path}/notes.db")


async def test_whoever_waits_for_a_new_file_that_another_makes_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: pytest.fail("the event loop stood still"))
    with closing(sqlite3.connect(tmp_path / "new.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        opening = asyncio.create_task(Database.open(f"sqlite:///{tmp_path}/new.db"))
        await asyncio.sleep(0.1)
        assert not opening.done()
        other.rollback()
        database = await opening
    assert await pragma(database, "journal_mode") == "wal"
    await database.close()


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"folder of .* could not be made"):
        await Database.open(f"sqlite:///{tmp_path}/file/forecastle.db")


@pytest.mark.parametrize("url", ["", "forecastle.db", "mysql://root@localhost/sales"])
async def test_what_is_not_the_url_of_a_database_is_told(url: str) -> None:
    with pytest.raises(StorageError) as told:
        await Database.open(url)
    assert "sqlite:///FILE or postgresql://" in told.value.hint


async def test_a_missing_driver_comes_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "asyncpg", None)
    with pytest.raises(StorageError, match="'asyncpg' of postgresql is not installed") as told:
        await Database.open("postgresql://planner@localhost/forecasts")
    assert told.value.hint == "pip install 'forecastle[postgres]'"


async def test_a_writer_that_has_read_before_does_not_come_too_late(database: Database, tmp_path: Path) -> None:
    other = await Database.open(f"sqlite:///{tmp_path}/new/folder/forecastle.db")
    async with database.begin() as work:
        assert await work.datasets.list() == []
        await add(other, "first")
        await work.datasets.add(StoredDataset(id="second", name="second", created_at=NOW))
        await work.commit()
    await other.close()
    async with database.begin() as work:
        assert {dataset.name for dataset in await work.datasets.list()} == {"first", "second"}


async def test_readers_go_on_while_one_writes(database: Database, tmp_path: Path) -> None:
    other = await Database.open(f"sqlite:///{tmp_path}/new/folder/forecastle.db")
    async with database.begin() as writer, other.begin() as reader:
        await writer.datasets.add(StoredDataset(id="d1", name="sales", created_at=NOW))
        assert await reader.datasets.list() == []
        await writer.commit()
    await other.close()
