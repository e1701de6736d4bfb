"""A house with a forecast, and somebody who looks at its page without a browser."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from nicegui import app, ui
from nicegui.testing import User
from nicegui.testing.general import nicegui_reset_globals
from nicegui.testing.user_simulation import user_simulation
from starlette.testclient import TestClient

from forecastle.bootstrap.house import open_house
from forecastle.core.progress import unheard
from forecastle.core.records import JobKind
from forecastle.server.api.app import create_app
from forecastle.server.web.app import install
from forecastle.server.web.parts.watching import leave
from forecastle.server.web.shell import shell
from forecastle.services.house import House
from forecastle.settings import Settings
from own_house import settings_in

HOSTILE = "<img src=x onerror=alert(1)> & Söhne"
"""A series whose name would do something if it were read as HTML."""


def sales() -> pl.DataFrame:
    """Two products in two shops, 60 weeks; one of the names is hostile."""
    weeks = [date(2024, 1, 1) + timedelta(weeks=week) for week in range(60)]
    rows = [
        {"week": week, "shop": shop, "sku": sku, "volume": level + number % 4, "revenue": 2.5 * (level + number % 4)}
        for shop, sku, level in (("North", "A", 20), ("North", HOSTILE, 40), ("South", "A", 5))
        for number, week in enumerate(weeks)
    ]
    return pl.DataFrame(rows)


async def _train(settings: Settings, folder: Path) -> str:
    file = folder / "sales.csv"
    sales().write_csv(file)

    async with open_house(settings) as house:
        await house.datasets.upload(file, name="shop", filename=file.name)
        asked = {"dataset": "shop", "horizon": 4, "models": ["ets", "seasonal_naive"]}
        job = await house.jobs.start(JobKind.TRAIN, asked)
        await house.runner.carry_out(job, unheard)
        return job.id


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, str]:
    """The settings of a house with a training, and the id of that."""
    folder = tmp_path_factory.mktemp("trained")
    settings = settings_in(folder)
    return settings, asyncio.run(_train(settings, folder))


@pytest.fixture
async def house(trained: tuple[Settings, str]) -> AsyncIterator[House]:
    """That house, open. Tests leave it as they find it, or change what no other looks at."""
    async with open_house(trained[0], upgrade=False) as opened:
        yield opened
        await leave()


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[House]:
    """A house with nothing in it."""
    async with open_house(settings_in(tmp_path)) as opened:
        yield opened
        await leave()


@pytest.fixture
def execution(trained: tuple[Settings, str]) -> str:
    """The id of its forecast."""
    return trained[1]


@pytest.fixture
async def look() -> AsyncIterator[User]:
    """Somebody with a page that is not open yet; `opened` says in which house.

    NiceGUI collects garbage before and after: of what the page makes, not of all libraries once more.
    """
    with _old_objects_left_alone():
        async with user_simulation(root=shell) as user:
            yield user


@contextmanager
def _old_objects_left_alone() -> Iterator[None]:
    gc.freeze()
    yield
    gc.unfreeze()


async def opened(look: User, house: House, path: str) -> None:
    """Open a page of a house."""
    app.state.served = SimpleNamespace(state=SimpleNamespace(house=house))
    await look.open(path)


HERE = "http://127.0.0.1:8000"
HTML = {"accept": "text/html"}


def served(settings: Settings) -> Iterator[TestClient]:
    """The whole server with its page. NiceGUI knows one app at a time, so that a file of tests has one."""
    with _old_objects_left_alone(), nicegui_reset_globals():
        app = create_app(settings, lambda: open_house(settings, upgrade=False))
        install(app)
        with TestClient(app, base_url=HERE, follow_redirects=False) as client:
            yield client


async def sees(look: User, target: str | type[ui.element]) -> None:
    """Something comes into sight, however slow the machine is."""
    await look.should_see(target, retries=300)
