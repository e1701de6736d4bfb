import polars as pl

from forecastle.data.parsing.wide import unpivot
from forecastle.data.sources.table import Table


def test_columns_headed_by_dates_become_rows() -> None:
    table = unpivot(
        Table.of(pl.DataFrame({"sku": ["A", "B"], "2024-01": [1, 3], "2024-02": [2, 4], "2024-03": [5, 6]}))
    )
    assert table.frame.columns == ["sku", "date", "value"]
    assert table.frame.filter(pl.col("sku") == "B")["value"].to_list() == [3, 4, 6]
    assert [finding.code for finding in table.findings] == ["wide_table"]


def test_a_long_table_stays_as_it_is() -> None:
    table = Table.of(pl.DataFrame({"date": ["2024-01"], "sku": ["A"], "2024": [1]}))
    assert unpivot(table) is table
