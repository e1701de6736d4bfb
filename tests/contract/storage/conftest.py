"""Databases of both kinds with the newest schema, and what is kept in them."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest
from sqlalchemy import text

from forecastle.core.ports import Tables
from forecastle.core.records import DatasetVersion, Decision, Execution, ModelVersion, StoredDataset
from forecastle.storage.database import Database
from forecastle.storage.tables import METADATA
from forecastle.storage.transaction import Transaction

from .rows import classification, forecasts, leaderboard, metrics

NOW = datetime(2026, 11, 22, 6, 30, 0, 123456, tzinfo=UTC)


async def upgraded(url: str) -> str:
    database = await Database.open(url)
    await database.upgrade()
    await database.close()
    return url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Makes an empty database of one kind after the other; answers with its URL."""
    if request.param == "postgresql":
        make: Callable[[], str] = request.getfixturevalue("make_database")
        return make
    return lambda: f"sqlite:///{tmp_path_factory.mktemp('database') / 'forecastle.db'}"


@pytest.fixture(scope="session")
def shared(new_url: Callable[[], str]) -> str:
    """One database for all tests, for migrations take longer than most of them."""
    return asyncio.run(upgraded(new_url()))


@pytest.fixture
async def url(shared: str, new_url: Callable[[], str]) -> str:
    """A database with the newest schema and nothing in it: a copy of the file, or the same one emptied."""
    if shared.startswith("sqlite"):
        url = new_url()
        shutil.copy(shared.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
        return url
    database = await Database.open(shared, pool=1)
    names = ", ".join(table.name for table in METADATA.sorted_tables)
    async with database._driver.engine.begin() as connection:
        await connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    await database.close()
    return shared


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = await Database.open(url, pool=10)
    yield database
    await database.close()


@pytest.fixture
async def transaction(database: Database) -> AsyncIterator[Transaction]:
    """To look at the tables themselves."""
    transaction = Transaction(database._driver)
    yield transaction
    await transaction.close()


@pytest.fixture
def make_version() -> Callable[..., DatasetVersion]:
    """Makes versions of the dataset `d1`, changed as asked."""
    version = DatasetVersion(
        id="v1",
        dataset_id="d1",
        number=0,
        created_at=NOW,
        source="sales.csv",
        rows=3,
        manifest={"data.parquet": "ab12", "dataset.json": "cd34"},
        columns=({"column": "Größe", "role": "key", "confidence": 0.9},),
        findings=({"code": "gaps", "series": ["A", "B"]},),
    )
    return lambda **changes: replace(version, **changes)


@pytest.fixture
def make_execution() -> Callable[..., Execution]:
    """Makes trainings on the dataset version `v1`, changed as asked."""
    execution = Execution(
        id="e1",
        kind="train",
        dataset_version_id="v1",
        created_at=NOW,
        horizon=2,
        freq="W-SAT",
        targets=("volume", "revenue"),
        series=2,
        duration_seconds=1.5,
        summary={"forecasts": 8},
        manifest={"seed": 1, "request": {"horizon": None}},
        steps=({"number": 1, "status": "done"},),
        findings=({"code": "gaps"},),
    )
    return lambda **changes: replace(execution, **changes)


@pytest.fixture
async def kept(database: Database, make_version: Callable[..., DatasetVersion]) -> DatasetVersion:
    """The first version of the dataset `sales`."""
    async with database.begin() as work:
        await work.datasets.add(StoredDataset(id="d1", name="sales", created_at=NOW))
        version = await work.datasets.add_version(make_version())
        await work.commit()
    return version


@pytest.fixture
async def execution(database: Database, kept: DatasetVersion, make_execution: Callable[..., Execution]) -> Execution:
    """A training on that version, kept without rows."""
    execution = make_execution(dataset_version_id=kept.id)
    async with database.begin() as work:
        await work.executions.save(execution, Tables())
        await work.commit()
    return execution


@pytest.fixture
def tables() -> Tables:
    """Two series, two targets, two weeks; sorted as they are read."""
    return Tables(forecasts=forecasts(), metrics=metrics(), leaderboard=leaderboard(), classification=classification())


@pytest.fixture
def full(tables: Tables) -> Tables:
    """These with totals: the whole and two shops in two weeks, for one of the targets."""
    nodes = pl.DataFrame({"level": ["total", "shop", "shop"], "node": ["total", "south", 'say "north"']})
    said = tables.forecasts.filter(series_id="A", target="volume").drop("series_id", "model")
    return replace(tables, totals=nodes.join(said, how="cross", maintain_order="left_right"))


@pytest.fixture
def make_model() -> Callable[..., ModelVersion]:
    """Makes model versions of `ets_volume`, changed as asked."""
    version = ModelVersion(
        id="m1",
        dataset_id="d1",
        family="ets",
        target="volume",
        number=0,
        label="",
        execution_id="e1",
        created_at=NOW,
        metrics={"wape": 0.12, "mape": None},
        parameters={"seed": 1},
        libraries={"polars": "2.1.0"},
        data_hash="ff",
        manifest={"state.npz": "ee56"},
    )
    return lambda **changes: replace(version, **changes)


@pytest.fixture
def make_decision() -> Callable[..., Decision]:
    """Makes lines of the log of `ets_volume`, changed as asked."""
    decision = Decision(
        id=0,
        dataset_id="d1",
        name="ets_volume",
        at=NOW,
        action="promote",
        version_id="m1",
        challenger_id=None,
        metric="mape",
        champion_value=None,
        challenger_value=0.12,
        by="backtest",
        reason="the first version",
    )
    return lambda **changes: replace(decision, **changes)
