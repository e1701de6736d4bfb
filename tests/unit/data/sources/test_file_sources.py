import bz2
import gzip
import json
import lzma
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from forecastle.core.errors import SourceError
from forecastle.data.options import ReadOptions
from forecastle.data.sources import opened
from forecastle.data.sources.table import Table
from forecastle.settings import ReadSettings

Load = Callable[..., Table]
FRAME = pl.DataFrame({"day": [date(2024, 1, 1) + timedelta(days=day) for day in range(10)], "units": range(10)})
FIRST = '{"day": "2024-01-01", "at": {"shop": "A"}, "units": 1}'
SECOND = '{"day": "2024-01-02", "at": {"shop": "A"}, "units": 2.5}'


def pack(path: Path, content: bytes) -> None:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("sales.csv", content)
    elif path.suffix == ".zst":
        FRAME.lazy().sink_csv(path, compression="zstd")
    else:
        path.write_bytes({".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}[path.suffix](content))


@pytest.mark.parametrize("ending", [".gz", ".zst", ".bz2", ".xz", ".zip"])
def test_packed_text_is_unpacked(tmp_path: Path, table: Load, ending: str) -> None:
    path = tmp_path / f"sales.csv{ending}"
    pack(path, FRAME.write_csv().encode())
    assert table(path).frame["units"].to_list() == [str(number) for number in range(10)]


def test_a_damaged_archive_is_told(tmp_path: Path, table: Load) -> None:
    path = tmp_path / "sales.csv.gz"
    path.write_bytes(gzip.compress(FRAME.write_csv().encode())[:-20])
    with pytest.raises(SourceError, match="cannot be unpacked"):
        table(path)


def test_content_counts_and_not_the_extension(tmp_path: Path, table: Load) -> None:
    FRAME.write_parquet(tmp_path / "sales.csv")
    assert table(tmp_path / "sales.csv").frame.equals(FRAME)


def test_a_parquet_file_that_was_cut_off_is_told(tmp_path: Path, table: Load) -> None:
    FRAME.write_parquet(tmp_path / "whole.parquet")
    (tmp_path / "cut.parquet").write_bytes((tmp_path / "whole.parquet").read_bytes()[:-30])
    with pytest.raises(SourceError, match=r"cut\.parquet is no readable Parquet file"):
        table(tmp_path / "cut.parquet")


@pytest.mark.parametrize(
    ("content", "kind"),
    [(bytes(range(256)), "binary"), (b"<!DOCTYPE html><html>", "HTML page"), (b"<?xml version='1.0'?>", "XML")],
)
def test_content_of_no_known_kind_is_refused_with_what_is_supported(
    tmp_path: Path, table: Load, content: bytes, kind: str
) -> None:
    (tmp_path / "sales.csv").write_bytes(content)
    with pytest.raises(SourceError, match=f"Unsupported data source: .*{kind}") as caught:
        table(tmp_path / "sales.csv")
    assert "Parquet" in caught.value.hint


@pytest.mark.parametrize("source", ["sales.docx", "gopher://host/sales"])
def test_a_name_of_no_known_kind_is_refused(table: Load, source: str) -> None:
    with pytest.raises(SourceError, match=f"Unsupported data source: {source}"):
        table(source)


def test_a_missing_file_is_told_with_the_nearest_name(tmp_path: Path, table: Load) -> None:
    FRAME.write_csv(tmp_path / "sales.csv")
    with pytest.raises(SourceError, match="There is no file") as caught:
        table(tmp_path / "sale.csv")
    assert "sales.csv" in caught.value.hint


def workbook(path: Path) -> Path:
    """A cover sheet, and a sheet with a title above its header."""
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Cover").write(0, 0, "Report")
        sheet = book.add_worksheet("Data")
        sheet.write(0, 0, "Sales 2024")
        sheet.write_row(2, 0, FRAME.columns)
        day_format = book.add_format({"num_format": "dd.mm.yyyy"})
        for row, (day, units) in enumerate(FRAME.iter_rows(), 3):
            sheet.write_datetime(row, 0, day, day_format)
            sheet.write(row, 1, units)
    return path


def test_the_sheet_with_data_and_its_header_are_found(tmp_path: Path, table: Load) -> None:
    result = table(workbook(tmp_path / "sales.xlsx"))
    assert result.frame.select(pl.col("day").cast(pl.Date), pl.col("units").cast(pl.Int64)).equals(FRAME)
    assert result.first_row == 4
    assert [finding.code for finding in result.findings] == ["sheet_chosen"]


def test_dates_as_headers_of_a_sheet_are_kept(tmp_path: Path, table: Load) -> None:
    with xlsxwriter.Workbook(tmp_path / "wide.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["sku", "sku"])
        for column, day in enumerate(FRAME["day"].head(3), 2):
            sheet.write_datetime(0, column, day, book.add_format({"num_format": "mmm yyyy"}))
        sheet.write_row(1, 0, ["A", "B", 1, 2, 3])
    columns = table(tmp_path / "wide.xlsx").frame.columns
    assert columns[:2] == ["sku", "sku_duplicated_1"]
    assert [name[:10] for name in columns[2:]] == ["2024-01-01", "2024-01-02", "2024-01-03"]


def test_an_empty_sheet_is_told(tmp_path: Path, table: Load) -> None:
    with xlsxwriter.Workbook(tmp_path / "sales.xlsx") as book:
        book.add_worksheet("Empty")
        book.add_worksheet("Blank")
    with pytest.raises(SourceError, match="no sheet with data"):
        table(tmp_path / "sales.xlsx")
    with pytest.raises(SourceError, match=r"Sheet 'Empty' of .* is empty"):
        table(tmp_path / "sales.xlsx", sheet="Empty")


@pytest.mark.parametrize("sheet", ["Data", "2"])
def test_a_sheet_can_be_named_or_numbered(tmp_path: Path, table: Load, sheet: str) -> None:
    assert len(table(workbook(tmp_path / "sales.xlsx"), sheet=sheet).frame) == len(FRAME)


def test_a_missing_sheet_is_told_with_those_there(tmp_path: Path, table: Load) -> None:
    with pytest.raises(SourceError, match="no sheet 'Sales'") as caught:
        table(workbook(tmp_path / "sales.xlsx"), sheet="Sales")
    assert "Cover, Data" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        f"[{FIRST}, {SECOND}]",
        f"{FIRST}\n\n{SECOND}\n",
        f'{{"meta": {{"pages": 1}}, "data": [{FIRST}, {SECOND}]}}',
        '{"day": ["2024-01-01", "2024-01-02"], "at.shop": ["A", "A"], "units": [1, 2.5]}',
    ],
)
def test_records_are_found_in_every_kind_of_json(tmp_path: Path, table: Load, text: str) -> None:
    (tmp_path / "sales.json").write_text(text)
    frame = table(tmp_path / "sales.json").frame
    assert frame.to_dict(as_series=False) == {
        "day": ["2024-01-01", "2024-01-02"],
        "at.shop": ["A", "A"],
        "units": [1, 2.5],
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"a": 1},', "not valid JSON: .* line 1"),
        ('{"a": 1}\n{"a": 2}\n{oops}\n', "line 3, column 2"),
        ("[1, 2]", "int values"),
        ("[]", "no records"),
        ('{"a": ' * 3000 + "1" + "}" * 3000, "too deep"),
        ('{"day": [1, 2], "units": [3], "day": [4]}', "'day' is there twice"),
        (r'[{"day": "\ud800", "units": 1}]', "text that is none"),
        ('[{"at": {"shop": "A"}, "at.shop": "B"}]', "two values of 'at.shop'"),
        ('[{"at.shop": "B", "at": {"shop": "A"}}]', "two values of 'at.shop'"),
    ],
)
def test_json_that_holds_no_records_is_refused(tmp_path: Path, table: Load, text: str, message: str) -> None:
    (tmp_path / "sales.json").write_text(text)
    with pytest.raises(SourceError, match=message):
        table(tmp_path / "sales.json")


def test_a_folder_and_a_pattern_are_read_in_order_of_names(tmp_path: Path, table: Load) -> None:
    FRAME.tail(5).write_csv(tmp_path / "b.csv")
    FRAME.head(5).write_csv(tmp_path / "a.csv")
    (tmp_path / "README.md").write_text("not data")
    (tmp_path / ".hidden.csv").write_text("x")
    for source in (tmp_path, tmp_path / "*.csv"):
        assert table(source).frame["units"].cast(pl.Int64).to_list() == list(range(10))


def test_files_with_other_columns_are_named(tmp_path: Path, table: Load) -> None:
    FRAME.write_csv(tmp_path / "a.csv")
    FRAME.drop("units").write_csv(tmp_path / "b.csv")
    (finding,) = table(tmp_path).findings.items
    assert finding.rows == ("b.csv has no units",)


def test_a_folder_without_data_and_a_pattern_without_match_are_told(tmp_path: Path, table: Load) -> None:
    with pytest.raises(SourceError, match="holds no data files"):
        table(tmp_path)
    with pytest.raises(SourceError, match="No file matches"):
        table(tmp_path / "*.csv")


def database(path: Path, *tables: str) -> Path:
    for name in tables:
        FRAME.with_columns(pl.col("day").cast(pl.String)).write_database(name, f"sqlite:///{path}")
    return path


def test_an_sqlite_file_is_a_source_by_url_and_by_path(tmp_path: Path, table: Load) -> None:
    path = database(tmp_path / "shop.db", "sales")
    for source in (path, f"sqlite:///{path}"):
        assert table(source).frame["units"].to_list() == list(range(10))


def test_a_query_and_a_table_can_be_named(tmp_path: Path, table: Load) -> None:
    url = f"sqlite:///{database(tmp_path / 'shop.db', 'sales', 'plans')}"
    assert len(table(url, query="SELECT * FROM sales WHERE units > 6").frame) == 3
    assert len(table(url, table="plans").frame) == 10
    with pytest.raises(SourceError, match="holds 2 tables") as caught:
        table(url)
    assert "plans, sales" in caught.value.hint


@pytest.mark.parametrize(
    "query", ["DROP TABLE sales", "DELETE FROM sales", "INSERT INTO sales VALUES ('2025-01-01', 1)"]
)
def test_a_query_changes_nothing_in_the_database(tmp_path: Path, table: Load, query: str) -> None:
    path = database(tmp_path / "shop.db", "sales")
    with pytest.raises(SourceError, match="readonly"):
        table(path, query=query)
    assert len(table(path).frame) == len(FRAME)


def test_a_table_that_is_not_there_is_named(tmp_path: Path, table: Load) -> None:
    with pytest.raises(SourceError, match="has no table 'sold'"):
        table(database(tmp_path / "shop.db", "sales"), table="sold")


def test_a_database_file_that_is_not_there_is_not_made(tmp_path: Path, table: Load) -> None:
    with pytest.raises(SourceError, match="No such database file"):
        table(f"sqlite:///{tmp_path / 'shop.db'}")
    assert not (tmp_path / "shop.db").exists()


def test_memory_file_systems_are_read_through_fsspec(table: Load) -> None:
    import fsspec

    with fsspec.open("memory://shop/sales.json", "w") as file:
        file.write(json.dumps([{"day": "2024-01-01", "units": 1}]))
    assert table("memory://shop/sales.json").frame["units"].to_list() == [1]


def test_a_store_is_not_fetched_beyond_a_limit() -> None:
    import fsspec

    with fsspec.open("memory://shop/large.csv", "w") as file:
        file.write("day,units\n" + "2024-01-01,1\n" * 10)
    with (
        pytest.raises(SourceError, match=r"has 140 bytes, more than the 100 that are fetched"),
        opened("memory://shop/large.csv", options=ReadOptions(), settings=ReadSettings(max_bytes=100)),
    ):
        pass


def test_long_records_one_a_line_are_laid_out_and_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "sales.ndjson"
    records = [
        {"day": f"2024-01-{day:02}", "units": day} | ({"note": "late"} if day > 20 else {}) for day in range(1, 29)
    ]
    file.write_text("\n".join(map(json.dumps, records)), encoding="ascii")
    with opened(file, options=ReadOptions(), settings=ReadSettings()) as short:
        expected = short.frame
    monkeypatch.setattr("forecastle.data.sources.pieces.LONG", 0)
    monkeypatch.setattr("forecastle.data.sources.json.CELLS", 20)
    with opened(file, options=ReadOptions(), settings=ReadSettings()) as long:
        assert long.frame.equals(expected)
        assert long.sample.equals(expected)
