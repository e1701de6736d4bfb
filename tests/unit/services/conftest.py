"""A house on SQLite and local files, and the work that a worker would do in it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
import pytest

from forecastle.bootstrap.house import open_house
from forecastle.core.progress import unheard
from forecastle.core.records import JobKind
from forecastle.data.options import ReadOptions
from forecastle.services.house import House
from forecastle.settings import Settings
from own_house import settings_in

Answer = TypeVar("Answer")
Visit = Callable[[Callable[[House], Awaitable[Answer]]], Answer]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path, forecast={"paths": 50}, backtest={"paths": 50, "windows": 1})


@pytest.fixture
def visit(settings: Settings) -> Visit:
    """Open the house for one visit."""

    def open_and_use(use: Callable[[House], Awaitable[Answer]]) -> Answer:
        async def opened() -> Answer:
            async with open_house(settings) as house:
                return await use(house)

        return asyncio.run(opened())

    return open_and_use


def sales(weeks: int) -> pl.DataFrame:
    """So many weeks of four products."""
    start = date(2024, 1, 1)
    return pl.DataFrame(
        [
            {"week": start + timedelta(weeks=week), "sku": f"S{sku}", "volume": 10.0 * (sku + 1) + week % (3 + sku)}
            for sku in range(4)
            for week in range(weeks)
        ]
    )


async def bring(house: House, weeks: int, folder: Path) -> None:
    """Upload so many weeks into the dataset `shop`."""
    file = folder / f"{weeks}.csv"
    sales(weeks).write_csv(file)
    await house.datasets.upload(file, name="shop", filename=file.name, options=ReadOptions(targets=("volume",)))


async def carry_out(house: House, kind: JobKind, **params: Any) -> Mapping[str, Any]:
    """Start a job and do it, as a worker's process does."""
    job = await house.jobs.start(kind, params)
    return await house.runner.carry_out(job, unheard)
