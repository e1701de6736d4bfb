from collections.abc import Callable
from pathlib import Path

import pytest

from forecastle.core.errors import SourceError
from forecastle.data.sources.table import Table

Load = Callable[..., Table]


def write(folder: Path, content: str | bytes, name: str = "sales.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, table: Load, delimiter: str) -> None:
    text = "date,shop,units\n2024-01-01,A,1\n2024-01-02,A,2\n".replace(",", delimiter)
    assert table(write(tmp_path, text)).frame.shape == (2, 3)


def test_a_decimal_comma_is_not_taken_for_a_delimiter(tmp_path: Path, table: Load) -> None:
    result = table(write(tmp_path, "date;load\n2024-01-01;1,5\n2024-01-02;2,5\n"))
    assert result.frame.columns == ["date", "load"]
    assert result.decimal == ","


def test_a_delimiter_can_be_named(tmp_path: Path, table: Load) -> None:
    assert table(write(tmp_path, "a~b\n1~2\n"), delimiter="~").frame.columns == ["a", "b"]
    with pytest.raises(SourceError, match="not one character"):
        table(write(tmp_path, "a,b\n1,2\n"), delimiter="::")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(tmp_path: Path, table: Load, encoding: str) -> None:
    path = write(tmp_path, "Größe,Straße\n1,Köln\n2,Preço €\n".encode(encoding))
    assert table(path).frame.columns == ["Größe", "Straße"]
    assert table(path).frame["Straße"].to_list() == ["Köln", "Preço €"]


def test_one_western_word_is_enough_to_know_a_western_file(tmp_path: Path, table: Load) -> None:
    text = "Datum;Größe;Absatz\n" + "02.01.2023;12;3\n" * 50
    assert table(write(tmp_path, text.encode("latin-1"))).frame.columns == ["Datum", "Größe", "Absatz"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", "日期,门店,销量\n" + "2024年1月1日,北京,5\n" * 3),
        ("cp1251", "дата,магазин,количество\n" + "2024-01-01,Москва,5\n" * 3),
    ],
)
def test_encodings_of_other_scripts_are_found(tmp_path: Path, table: Load, encoding: str, text: str) -> None:
    frame = table(write(tmp_path, text.encode(encoding))).frame
    assert ",".join(frame.columns) == text.splitlines()[0]


def test_an_encoding_that_does_not_fit_is_refused(tmp_path: Path, table: Load) -> None:
    with pytest.raises(SourceError, match="not ascii text"):
        table(write(tmp_path, "größe,x\n1,2\n"), encoding="ascii")


def test_titles_above_the_header_are_skipped_and_lines_keep_their_numbers(tmp_path: Path, table: Load) -> None:
    result = table(write(tmp_path, "Sales report\nprinted today\n\ndate,units\n2024-01-01,1\n2024-01-02,2\n"))
    assert result.frame.columns == ["date", "units"]
    assert (result.row_word, result.first_row) == ("line", 5)


def test_a_file_without_header_gets_column_names(tmp_path: Path, table: Load) -> None:
    result = table(write(tmp_path, "2024-01-01,A,1\n2024-01-02,A,2\n"))
    assert result.frame.columns == ["column_1", "column_2", "column_3"]
    assert [finding.code for finding in result.findings] == ["no_header"]


def test_years_as_headers_are_a_header(tmp_path: Path, table: Load) -> None:
    assert table(write(tmp_path, "sku,2021,2022,2023\nA,1,2,3\n")).frame.columns == ["sku", "2021", "2022", "2023"]


def test_ragged_lines_are_named(tmp_path: Path, table: Load) -> None:
    result = table(write(tmp_path, 'a,b,c\n1,2,3\n1,2\n1,2,3,4\n"1,5",2,3\n'))
    assert result.frame.height == 4
    assert [finding.rows for finding in result.findings] == [("line 3: 2 fields", "line 4: 4 fields")]


def test_quoted_line_breaks_stay_inside_their_field(tmp_path: Path, table: Load) -> None:
    assert table(write(tmp_path, 'a,b\n1,"two\nlines"\n3,4\n')).frame["b"].to_list() == ["two\nlines", "4"]


@pytest.mark.parametrize(("content", "message"), [("", "is empty"), ("\n\n", "is empty"), ("a,b\n", "no rows")])
def test_a_file_without_rows_is_refused(tmp_path: Path, table: Load, content: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        table(write(tmp_path, content))


def test_a_quote_that_is_never_closed_is_told(tmp_path: Path, table: Load) -> None:
    rows = "".join(f"2024-01-{day:02d},{day}\n" for day in range(1, 29)) * 10
    with pytest.raises(SourceError, match="cannot be read as text separated by ','") as caught:
        table(write(tmp_path, f'date,units\n{rows}2024-02-01,"5\n{rows}'))
    assert "unclosed quote" in caught.value.hint
