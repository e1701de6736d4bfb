"""What only a server can do to us: refuse, go away, come back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from forecastle.core.errors import StorageError
from forecastle.core.records import StoredDataset
from forecastle.storage.database import Database

pytestmark = pytest.mark.anyio
OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
async def database(make_database: Callable[[], str]) -> AsyncIterator[Database]:
    database = await Database.open(make_database(), pool=2)
    await database.upgrade()
    yield database
    await database.close()


async def cut_connections(url: str) -> None:
    admin = await Database.open(url, pool=1)
    async with admin._driver.engine.connect() as connection:
        await connection.execute(OTHERS)
    await admin.close()


async def test_an_unreachable_server_is_told_without_the_password() -> None:
    with pytest.raises(StorageError, match=r"postgresql://planner:\*\*\*@localhost:1/forecasts") as told:
        await Database.open("postgresql://planner:s3cret@localhost:1/forecasts?sslmode=prefer")
    assert "s3cret" not in f"{told.value}{told.value.fields}"
    assert "database runs" in told.value.hint


async def test_a_database_that_is_not_there_is_named(make_database: Callable[[], str]) -> None:
    path, _, query = make_database().partition("?")
    with pytest.raises(StorageError, match='database "nothing" does not exist'):
        await Database.open(f"{path.rpartition('/')[0]}/nothing?{query}")


async def test_connections_that_were_cut_are_made_anew(make_database: Callable[[], str]) -> None:
    url = make_database()
    database = await Database.open(url, pool=2)
    await database.upgrade()
    async with database.begin() as work:
        await work.check()
    await cut_connections(url)
    async with database.begin() as work:
        await work.check()
    await database.close()


async def test_work_that_is_cut_off_is_told_and_undone(make_database: Callable[[], str]) -> None:
    url = make_database()
    database = await Database.open(url, pool=2)
    await database.upgrade()

    async def cut_off() -> None:
        async with database.begin() as work:
            await work.datasets.add(StoredDataset(id="d1", name="sales", created_at=datetime(2026, 11, 22, tzinfo=UTC)))
            await cut_connections(url)
            await work.commit()

    with pytest.raises(StorageError):
        await cut_off()
    async with database.begin() as work:
        assert await work.datasets.list() == []
    await database.close()


async def test_a_question_that_is_given_up_does_not_cost_a_connection(database: Database) -> None:
    async def look_for_ever() -> None:
        async with database.begin() as work:
            while True:
                await work.check()

    for _ in range(5):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(look_for_ever(), 0.02)
    async with database.begin() as one, database.begin() as two:
        await asyncio.gather(one.check(), two.check())


async def test_more_work_than_connections_waits_its_turn(database: Database) -> None:
    async def look() -> None:
        async with database.begin() as work:
            await work.check()
            await asyncio.sleep(0.01)

    await asyncio.gather(*(look() for _ in range(20)))
