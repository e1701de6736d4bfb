"""Compressed content that is not what it seems."""

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from forecastle.core.errors import SourceError
from forecastle.data.options import ReadOptions
from forecastle.data.sources import opened
from forecastle.data.sources.table import Table
from forecastle.settings import ReadSettings

LIMIT = ReadSettings(max_unpacked_bytes=100_000, max_workbook_bytes=100_000)
ROWS = b"day,units\n" + b"2024-01-01,1\n" * 50_000
"""More than is allowed here, though a few hundred bytes once packed."""


def zipped(content: bytes, name: str = "sales.csv") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def read(path: Path) -> Table:
    with opened(path, options=ReadOptions(), settings=LIMIT) as table:
        return table


@pytest.mark.parametrize(
    ("ending", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress), ("zip", zipped)]
)
def test_content_that_is_too_large_is_not_unpacked(tmp_path: Path, ending: str, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / f"sales.csv.{ending}"
    path.write_bytes(pack(ROWS))
    assert path.stat().st_size < 5_000
    with pytest.raises(SourceError, match=r"(?s)more than 100,000 bytes.*read\.max_unpacked_bytes"):
        read(path)


def test_zstd_is_limited_too(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv.zst"
    pl.DataFrame({"day": ["2024-01-01"] * 50_000, "units": 1}).lazy().sink_csv(path, compression="zstd")
    with pytest.raises(SourceError, match="more than 100,000 bytes"):
        read(path)


def test_what_is_packed_twice_is_read_and_what_is_packed_thrice_is_not(tmp_path: Path) -> None:
    small = b"day,units\n2024-01-01,1\n2024-01-02,2\n"
    twice, thrice = tmp_path / "twice.zip", tmp_path / "thrice.zip"
    twice.write_bytes(zipped(gzip.compress(small), "sales.csv.gz"))
    thrice.write_bytes(zipped(twice.read_bytes(), "twice.zip"))
    assert len(read(twice).sample) == 2
    with pytest.raises(SourceError, match="packed more than 2 times"):
        read(thrice)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "sales.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["day", "units"])
        sheet.write_row(1, 0, ["2024-01-01", 3])
    return path


def add(book: Path, name: str, content: bytes) -> None:
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)


def test_a_workbook_that_swells_is_refused_before_it_is_opened(book: Path) -> None:
    add(book, "xl/worksheets/sheet2.xml", b" " * 5_000_000)
    with pytest.raises(SourceError, match="more than 100,000 bytes"):
        read(book)


def test_a_workbook_that_lies_about_its_size_is_refused(book: Path) -> None:
    add(book, "xl/worksheets/sheet2.xml", b" " * 90_000)
    lying = book.read_bytes().replace((90_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    book.write_bytes(lying)
    with pytest.raises(SourceError, match="no readable workbook"):
        read(book)


def test_macros_are_not_run_and_this_is_said(book: Path) -> None:
    assert [finding.code for finding in read(book).findings] == []
    add(book, "xl/vbaProject.bin", b"Sub Auto_Open()")
    renamed = book.rename(book.with_suffix(".xlsm"))
    table = read(renamed)
    assert table.sample["units"].to_list() == [3.0]
    assert [(finding.code, finding.action.split(";")[0]) for finding in table.findings] == [("macros", "none was run")]


def test_a_parquet_file_that_swells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    pl.select(day=pl.lit("2024-01-01").repeat_by(100_000).explode()).write_parquet(path)
    assert path.stat().st_size < 5_000
    with pytest.raises(SourceError, match="more than 100,000 bytes"):
        read(path)
