from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.data.options import ReadOptions
from forecastle.data.parsing.wide import unpivot
from forecastle.data.read import read
from forecastle.data.sources.table import Table

FIND_OUT = ReadOptions()


def test_columns_headed_by_dates_become_rows(tmp_path: Path) -> None:
    wide = pl.DataFrame({"sku": ["A", "B"], "2024-01": [1, 3], "2024-02": [2, 4], "2024-03": [5, 6]})
    table = unpivot(Table.of(wide), FIND_OUT, tmp_path)
    assert table.frame.columns == ["sku", "date", "value"]
    assert table.frame["sku"].to_list() == ["A"] * 3 + ["B"] * 3
    assert table.frame["value"].to_list() == [1, 2, 5, 3, 4, 6]
    assert [finding.code for finding in table.findings] == ["wide_table"]


def test_a_long_table_stays_as_it_is(tmp_path: Path) -> None:
    table = Table.of(pl.DataFrame({"date": ["2024-01"], "sku": ["A"], "2024": [1]}))
    assert unpivot(table, FIND_OUT, tmp_path) is table


cells = st.sampled_from([None, 0, 1, 7, 1200])
wide_rows = st.lists(st.tuples(st.sampled_from(["A", "B", "Ü-1"]), cells, cells, cells), min_size=1, max_size=12)


@settings(max_examples=20)
@given(rows=wide_rows, size=st.integers(1, 20), written=st.booleans())
def test_a_wide_table_in_pieces_is_the_whole_table_unpivoted(
    rows: list[tuple[str, int | None, int | None, int | None]],
    size: int,
    written: bool,  # noqa: FBT001 - hypothesis passes it by name
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    months = ["2024-01-01", "2024-02-01", "2024-03-01"]
    schema = {"sku": pl.String} | dict.fromkeys(months, pl.String if written else pl.Int64)
    frame = pl.DataFrame(rows, schema=schema, orient="row", strict=False)
    expected = frame.unpivot(months, index="sku", variable_name="date", value_name="value")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("forecastle.data.parsing.wide.CELLS", size)
        patch.setattr("forecastle.data.sources.pieces.LONG", 10 * size)
        table = unpivot(Table.of(frame), FIND_OUT, tmp_path_factory.mktemp("pieces"))
    found = table.frame.with_columns(pl.col("date").cast(pl.String))
    assert found.sort(pl.all()).equals(expected.sort(pl.all()))


def test_a_wide_file_reads_the_same_whether_it_is_long_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "plan.csv"
    file.write_text(
        "sku;Lager;05.01.2024;12.01.2024;19.01.2024\nA; Nord;1.200,5;;3\nB;Süd;2,5;x;4\n" + "C;Ost;1;2;3\n" * 30,
        encoding="utf-8",
    )
    short = read(file)
    for name in ("pieces", "text"):
        monkeypatch.setattr(f"forecastle.data.sources.{name}.LONG", 0)
    monkeypatch.setattr("forecastle.data.parsing.wide.CELLS", 7)
    long = read(file)
    assert long.frame.equals(short.frame)
    assert (long.roles, long.findings) == (short.roles, short.findings)
    assert {finding.code for finding in long.findings} == {"wide_table", "spaces", "not_a_number"}
