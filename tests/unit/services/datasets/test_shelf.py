"""Versions on this machine: fetched once, remembered, and let go of when there is no room."""

import asyncio
from pathlib import Path

import polars as pl
import pytest

from forecastle.core.errors import InputError, NotFoundError
from forecastle.services.datasets.charts import Subject
from forecastle.services.datasets.shelf import Opened, Shelf
from forecastle.services.house import House

from ..conftest import Visit, sales


async def bring(house: House, folder: Path, *, name: str = "shop", weeks: int = 60) -> None:
    sales(weeks).write_csv(folder / "sales.csv")
    await house.datasets.bring(str(folder / "sales.csv"), name=name)


def test_a_question_that_is_remembered_is_answered_once(visit: Visit, tmp_path: Path) -> None:
    asked: list[str] = []

    def question(opened: Opened) -> int:
        asked.append(opened.version.source)
        return opened.rows.collect().height

    async def use(house: House) -> None:
        await bring(house, tmp_path)
        ask = [house.shelf.ask("shop", None, question, remember="rows") for _ in range(3)]
        assert await asyncio.gather(*ask) == [240, 240, 240]

    visit(use)
    assert asked == ["sales.csv"]


def test_a_question_that_failed_is_asked_again(visit: Visit, tmp_path: Path) -> None:
    answers = iter([InputError("not now"), 7])

    def question(_opened: Opened) -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def use(house: House) -> None:
        await bring(house, tmp_path)
        with pytest.raises(InputError):
            await house.shelf.ask("shop", None, question, remember="it")
        assert await house.shelf.ask("shop", None, question, remember="it") == 7

    visit(use)


def test_versions_that_nobody_looks_at_make_room(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, tmp_path)
        await bring(house, tmp_path, weeks=61)
        shelf = Shelf(datasets=house.datasets, artifacts=house.shelf.artifacts, room=1)
        first, second = await house.datasets.version("shop", 1), await house.datasets.version("shop", 2)
        async with shelf.opened(first) as one, shelf.opened(second) as two:
            assert (one.folder.exists(), two.folder.exists()) == (True, True)
        async with shelf.opened(second):
            assert not one.folder.exists()
        await shelf.close()
        assert not two.folder.exists()

    visit(use)


def test_a_series_all_of_them_and_two_versions_are_drawn(visit: Visit, tmp_path: Path) -> None:
    async def use(house: House) -> None:
        await bring(house, tmp_path)
        changed = sales(60).with_columns(volume=sales(60)["volume"].set(sales(60)["volume"] > 42, 1.0))
        changed.write_csv(tmp_path / "changed.csv")
        await house.datasets.bring(str(tmp_path / "changed.csv"), name="shop")
        one = await house.charts.series("shop", Subject(series_id="S1"))
        all_ = await house.charts.series("shop", Subject(version=1))
        both = await house.charts.comparison("shop", Subject(series_id="S3"), before=1)
        assert (one.points["y"][0], all_.points["y"][0]) == (20.0, 100.0)
        assert both.points.filter(pl.col("before") > 42)["after"].to_list() == [1.0] * both.changed
        assert (await house.previews.series("shop", search="s3")).table["series_id"].to_list() == ["S3"]
        with pytest.raises(NotFoundError, match="Did you mean 'S3'"):
            await house.charts.calendar("shop", Subject(series_id="S33"))

    visit(use)
