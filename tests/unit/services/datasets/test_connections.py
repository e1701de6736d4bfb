"""Sources by name: nobody who may read them learns where they are, or how to get in."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from forecastle.bootstrap.house import open_house
from forecastle.core.errors import InputError, SourceError
from forecastle.services.datasets.intake import hidden
from forecastle.services.house import House
from forecastle.settings import Settings

from ..conftest import sales


@pytest.fixture
def house_settings(settings: Settings, tmp_path: Path) -> Settings:
    sales(12).write_csv(tmp_path / "sales.csv")
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("create table sales (week text, sku text, volume real)")
        database.executemany("insert into sales values (?, ?, ?)", sales(12).cast({"week": str}).rows())
    told = {"urls": {"shop": f"sqlite:///{tmp_path}/shop.db", "gone": "postgresql://ana:s3cret@127.0.0.1:9/shop"}}
    return Settings.model_validate(settings.model_dump() | {"connections": told})


def test_a_connection_is_read_under_its_name(house_settings: Settings, tmp_path: Path) -> None:
    async def use() -> None:
        async with open_house(house_settings) as house:
            version = await house.datasets.connect("connection:shop", name="shop")
            assert (version.rows, version.source) == (48, "connection:shop")
            opened = await house.datasets.open(version)
            assert str(tmp_path) not in repr((version, opened.source, opened.findings))

    asyncio.run(use())


def test_a_connection_that_fails_tells_nothing_of_its_url(house_settings: Settings) -> None:
    async def use() -> None:
        async with open_house(house_settings) as house:
            with pytest.raises(SourceError, match="connection:gone could not be read") as caught:
                await house.datasets.connect("connection:gone", name="x")
            told = repr(caught.value.as_dict())
            assert not [secret for secret in ("ana", "s3cret", "127.0.0.1", "postgresql://") if secret in told]
            assert caught.value.__cause__ is None

    asyncio.run(use())


def test_an_unknown_connection_is_refused_with_those_there_are(house_settings: Settings) -> None:
    async def refused(house: House) -> None:
        with pytest.raises(InputError, match=r"(?s)no 'connection:none'.*shop, gone"):
            await house.datasets.connect("connection:none", name="x")

    async def use() -> None:
        async with open_house(house_settings) as house:
            await refused(house)

    asyncio.run(use())


def test_settings_do_not_show_urls_when_they_are_printed(house_settings: Settings) -> None:
    assert "s3cret" not in repr(house_settings)


def test_every_part_of_a_url_is_hidden_as_it_is_written_and_as_it_is_meant() -> None:
    url = "postgresql://a%40b:p%2Fw@db.example.com:5432/shop"
    error = SourceError("a@b has the wrong password p/w for db.example.com (shop)", hint="p%2Fw")
    assert str(hidden(error, url, "X")) == "X has the wrong password X for X (X)\nX"
