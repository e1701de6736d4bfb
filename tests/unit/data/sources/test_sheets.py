"""Workbooks read piece by piece, as those are that are too large for memory."""

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.core.errors import SourceError
from forecastle.data.options import ReadOptions
from forecastle.data.read import read as read_dataset
from forecastle.data.sources import opened
from forecastle.data.sources.table import Table
from forecastle.settings import ReadSettings

PIECEWISE = ReadSettings(max_workbook_bytes=1_500)
"""Less than any workbook has, and more than the texts of those here."""
Cells = Sequence[Sequence[object]]


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    def make(rows: Cells, **options: object) -> Path:
        path = tmp_path / "sales.xlsx"
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm", **options}) as workbook:
            for number, row in enumerate(rows):
                sheet = workbook.get_worksheet_by_name("Sales") or workbook.add_worksheet("Sales")
                sheet.write_row(number, 0, row)
        return path

    return make


def read(path: Path, limits: ReadSettings = PIECEWISE, **options: str) -> Table:
    with opened(path, options=ReadOptions(**options), settings=limits) as table:  # type: ignore[arg-type]
        return replace(table, rows=table.frame.lazy())  # its files are gone afterwards


def both(path: Path) -> tuple[Table, Table]:
    return read(path), read(path, ReadSettings())


def test_a_large_workbook_has_the_values_that_a_small_one_has(book: Callable[..., Path]) -> None:
    rows = [
        ["Sales of 2024"],
        ["day", "item", "units", "price", "promo", "note"],
        [datetime(2024, 1, 5), "A & B", 3, 1.5, True, None],
        [datetime(2024, 1, 6, 12, 30), "A & B", -4, 2, False, "sold out"],
        [],
        [datetime(2024, 1, 7), "Größe", None, 1e20, True, None],
    ]
    large, small = both(book(rows))
    assert large.frame.equals(small.frame)
    assert large.frame["units"].dtype == small.frame["units"].dtype == pl.Int64
    assert large.first_row == small.first_row == 3


def test_empty_rows_before_the_header_are_no_data_and_are_counted(book: Callable[..., Path]) -> None:
    large, small = both(book([[], [None, "Sales"], [], ["item", "units", "price"], ["A", 3, 1.5], ["B", 4, 2.5]]))
    assert large.frame.equals(small.frame)
    assert small.frame["price"].to_list() == [1.5, 2.5]
    assert large.first_row == small.first_row == 5


def test_an_empty_column_before_the_others_is_left_out(book: Callable[..., Path]) -> None:
    path = book([[None, "day", "units"], *([None, datetime(2024, 1, day), day % 3] for day in range(1, 20))])
    assert read_dataset(path, settings=PIECEWISE).frame.columns == ["day", "units"]


@settings(deadline=None, max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(1950, 1, 1), datetime(2080, 1, 1)).map(lambda at: at.replace(microsecond=0)),
            st.sampled_from(["x", "yz", None]),
            st.floats(-1e6, 1e6, allow_nan=False) | st.none(),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_a_sheet_holds_is_read_the_same_in_both_ways(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[object, ...]]
) -> None:
    path = tmp_path_factory.mktemp("books") / "sales.xlsx"
    pl.DataFrame(rows, schema=["at", "item", "units"], orient="row").write_excel(path)
    large, small = both(path)
    assert large.frame.with_columns(pl.col("at").cast(pl.Datetime("ms"))).rows() == small.frame.rows()


@pytest.mark.parametrize("odd", ["soon", 7, 1.5])
def test_dates_beside_other_values_become_text(book: Callable[..., Path], odd: object) -> None:
    large, small = both(book([["day"], [datetime(2024, 1, 5)], [odd], [datetime(2024, 1, 6, 12)]]))
    assert large.frame["day"].to_list() == ["2024-01-05 00:00:00", str(odd), "2024-01-06 12:00:00"]
    assert large.frame.equals(small.frame)
    assert [finding.code for finding in large.findings] == ["mixed_types"]


@pytest.mark.parametrize("cells", [1, 7, 1_000])
def test_rows_come_in_pieces(book: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, cells: int) -> None:
    path = book([["item", "town", "units"], *([f"A{row % 9}", None if row % 5 else "Rome", row] for row in range(90))])
    whole = read(path, ReadSettings()).frame
    monkeypatch.setattr("forecastle.data.sources.sheets.PIECE", 100)
    monkeypatch.setattr("forecastle.data.sources.excel.CELLS", cells)
    monkeypatch.setattr("forecastle.data.sources.pieces.LONG", 0)
    assert read(path).frame.equals(whole)


def test_the_sheet_with_most_cells_is_read_or_the_one_asked_for(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "sales.xlsx") as workbook:
        for name, count in (("Notes", 1), ("Sales", 60), ("Empty", 0)):
            sheet = workbook.add_worksheet(name)
            sheet.write_column(0, 0, ["units", *range(count)] if count else [])
    path = tmp_path / "sales.xlsx"
    assert [len(read(path).frame), len(read(path, sheet="1").frame), len(read(path, sheet="Notes").frame)] == [60, 1, 1]
    with pytest.raises(SourceError, match="Sheet 'Empty' of"):
        read(path, sheet="Empty")
    with pytest.raises(SourceError, match="no sheet 'Prices'"):
        read(path, sheet="Prices")


@pytest.mark.parametrize("damaged", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"])
def test_a_part_that_is_damaged_is_told(book: Callable[..., Path], damaged: str) -> None:
    path = book([["units"], ["many"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content[: len(content) // 2] if name == damaged else content)
    with pytest.raises(SourceError, match=r"sales\.xlsx is no readable workbook"):
        read(path)


def test_texts_that_are_too_large_for_memory_are_refused(book: Callable[..., Path]) -> None:
    path = book([["item"], *([f"item number {number}"] for number in range(100))])
    with pytest.raises(SourceError, match="more than 1,500 bytes of texts once it is unpacked") as caught:
        read(path)
    assert "CSV" in caught.value.hint


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('t="inlineStr"><is><r><t>two </t></r><r><t>styles</t></r><rPh><t>said</t></rPh></is>', "two styles"),
        ('t="str"><f>A1</f><v>found</v>', "found"),
        ('t="e"><v>#N/A</v>', None),
        ('t="d"><v>2024-01-05T10:30:00</v>', datetime(2024, 1, 5, 10, 30)),
        ("><v>1E+3</v>", 1000),
        ("><v>123456789012345678</v>", 123456789012345678.0),
    ],
)  # fmt: skip
def test_cells_of_every_kind_are_read(book: Callable[..., Path], cell: str, expected: object) -> None:
    path = book([["item", "units"], [1]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            new = content.replace(
                b'<c r="A2"><v>1</v>', f'<c r="B2"><v>7</v></c><c r="A2" {cell}'.replace(" >", ">").encode()
            )
            archive.writestr(name, new)
    assert read(path).frame["item"].to_list() == [expected]


def changed(path: Path, old: bytes, new: bytes) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(old, new))
    return path


def test_a_day_beyond_all_calendars_is_missing(book: Callable[..., Path]) -> None:
    path = book([["day", "units"], [datetime(2024, 1, 5), 1], [datetime(2024, 1, 6), 2]])
    far = changed(path, b"<v>45296</v>", b"<v>99999999</v>")
    assert read(far).frame["day"].to_list() == [None, datetime(2024, 1, 6)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<c r="A2"', b'<c r="ZZZZZZ2"'),
        (b'<row r="2"', b'<row r="999999999"'),
        (b'<row r="2"', b'<row r="-5"'),
        (b'<c r="B2" t="s"><v>2</v>', b'<c r="B2" t="s"><v>9</v>'),
    ],
)
def test_a_cell_outside_of_every_sheet_fills_no_memory(book: Callable[..., Path], old: bytes, new: bytes) -> None:
    path = book([["units", "item"], [1, "A"]])
    with pytest.raises(SourceError, match="no readable workbook"):
        read(changed(path, old, new))


def test_days_are_counted_from_1904_where_the_workbook_says_so(book: Callable[..., Path]) -> None:
    assert read(book([["day"], [datetime(2024, 1, 5)]], date_1904=True)).frame["day"].to_list() == [
        datetime(2024, 1, 5)
    ]
