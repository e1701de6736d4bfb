import sqlite3
from pathlib import Path

import pytest

from forecastle.core.errors import SourceError
from forecastle.data.options import ReadOptions
from forecastle.data.sources import opened
from forecastle.data.sources.table import Table
from forecastle.settings import ReadSettings

ROWS = [("A", None, 1), ("A", None, 2), ("B", None, None), ("B", 2.5, 4), ("C", 3, "n/a"), ("C", 4, b"x")]


def shop(path: Path, rows: list[tuple[object, ...]]) -> str:
    with sqlite3.connect(path) as connection:
        connection.execute("create table sales (sku, price, units)")
        connection.executemany("insert into sales values (?, ?, ?)", rows)
    connection.close()
    return f"sqlite:///{path}"


def read(url: str, query: str | None = None) -> Table:
    with opened(url, options=ReadOptions(query=query), settings=ReadSettings()) as table:
        return Table.of(table.frame, findings=table.findings)


@pytest.mark.parametrize(("cells", "long"), [(1, 0), (6, 1 << 20), (1 << 20, 1 << 20)])
def test_types_are_the_same_however_many_rows_come_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cells: int, long: int
) -> None:
    monkeypatch.setattr("forecastle.data.sources.sql.CELLS", cells)
    monkeypatch.setattr("forecastle.data.sources.pieces.LONG", long)
    table = read(shop(tmp_path / "shop.db", ROWS[:5]))
    assert table.frame["price"].to_list() == [None, None, None, 2.5, 3.0]
    assert table.frame["units"].to_list() == ["1", "2", None, "4", "n/a"]
    assert [finding.rows for finding in table.findings] == [("units: numbers and text",)]


def test_bytes_beside_numbers_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forecastle.data.sources.sql.CELLS", 1)
    with pytest.raises(SourceError, match="'units' holds binary and numbers and text"):
        read(shop(tmp_path / "shop.db", ROWS))


def test_columns_of_one_name_are_refused_for_one_would_be_lost(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="more than one column named sku"):
        read(shop(tmp_path / "shop.db", ROWS[:2]), "select sku, price, units as sku from sales")


@pytest.mark.parametrize("url", ["sqlite:///{}?password=s3cret", "postgresql://anna:s3cret@127.0.0.1:1/{}"])
def test_a_password_is_in_no_error(tmp_path: Path, url: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(url.format(tmp_path / "none.db"))
    assert "s3cret" not in f"{caught.value.message} {caught.value.hint} {caught.value.__cause__}"


@pytest.mark.parametrize("scheme", ["mysql", "mariadb", "oracle"])
def test_a_driver_that_is_not_installed_or_finds_no_server_is_told(scheme: str) -> None:
    with pytest.raises(SourceError, match=r"The driver '.*' for .* is not installed|could not be read"):
        read(f"{scheme}://user@127.0.0.1:9/shop")
