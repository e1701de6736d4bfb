import polars as pl

from forecastle.data.parsing.tidying import tidy
from forecastle.data.sources.table import Table


def test_headers_are_stripped_and_the_nameless_named_by_their_place() -> None:
    frame = pl.DataFrame({" date ": ["2024-01-01"], "": [5]})
    assert tidy(Table.of(frame)).frame.columns == ["date", "column_2"]


def test_nameless_columns_without_values_are_left_out() -> None:
    frame = pl.DataFrame({"date": ["2024-01-01"], "": [None], "_duplicated_0": [None]})
    assert tidy(Table.of(frame)).frame.columns == ["date"]


def test_headers_that_read_like_patterns_are_named_by_their_place() -> None:
    frame = pl.DataFrame({"date": ["2024-01-01"], "*": [5], "^.*$": [6], "": [None]})
    assert tidy(Table.of(frame)).frame.to_dicts() == [{"date": "2024-01-01", "column_2": 5, "column_3": 6}]


def test_names_that_would_become_the_same_stay() -> None:
    assert tidy(Table.of(pl.DataFrame({"a": [1], "a ": [2]}))).frame.columns == ["a", "a "]


def test_repeated_names_are_told() -> None:
    (finding,) = tidy(Table.of(pl.DataFrame({"a": [1], "a_duplicated_0": [2]}))).findings.items
    assert (finding.code, finding.rows) == ("repeated_columns", ("a_duplicated_0",))
