import polars as pl

from forecastle.data.parsing.written import Facts, written


def test_a_column_of_text_is_counted_in_one_pass() -> None:
    texts = ["1", "2.5", " 3", "many", None]
    rows = pl.LazyFrame({"units": texts})
    column = written(rows, {"units": pl.Series(texts[:2])}, frozenset())["units"]
    assert column.facts == Facts(there=4, whole=2, plain=2, exact=False, padded=1)
    assert column.first(column.text.str.contains("m"), None, 5) == [(3, "many")]


def test_numbers_are_not_looked_for_among_words_unless_they_must_be_there() -> None:
    rows, sample = pl.LazyFrame({"shop": ["Rome", "12"]}), {"shop": pl.Series(["Rome"])}
    assert written(rows, sample, frozenset())["shop"].facts.plain == 0
    assert written(rows, sample, frozenset({"shop"}))["shop"].facts.plain == 1
