import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from forecastle.core.errors import DataError
from forecastle.data.options import ReadOptions
from forecastle.data.parsing.text import Column, Context, distinct_values, read_text
from forecastle.data.parsing.words import Words, read_words
from forecastle.data.sources.table import Table

CONTEXT = Context(options=ReadOptions(), decimal=".", row_word="line", first_row=2)
TEXTS = st.sampled_from([
    "12", "7", "1.5", "1,234.5", "n/a", "NA", "", " a ", "a", "b", "2024-01-05", "2024-01-06", "05/01/2024",
    "13/01/2024",
    "yes", "no", "true", "007", "x9",
])  # fmt: skip


def table_of(texts: list[str | None], name: str = "column") -> Table:
    return Table.of(pl.DataFrame({name: pl.Series(texts, dtype=pl.String)}))


@given(words=st.lists(st.none() | TEXTS, min_size=1, max_size=6), rows=st.lists(st.integers(0, 5), max_size=40))
def test_a_column_read_by_its_words_is_the_column_read_row_by_row(words: list[str | None], rows: list[int]) -> None:
    texts = [words[row % len(words)] for row in (*range(len(words)), *rows)]
    table = table_of(texts)
    sample = distinct_values(table.sample["column"])

    def read(how: str) -> Column | str:
        try:
            return (
                read_words(table, "column", sample, CONTEXT)
                if how == "words"
                else read_text(table.column("column"), sample, CONTEXT)
            )
        except DataError as error:
            return str(error)

    by_words, by_rows = read("words"), read("rows")
    if isinstance(by_words, str) or isinstance(by_rows, str):
        assert by_words == by_rows
        return
    assert by_words.values.equals(by_rows.values, check_dtypes=True, null_equal=True)
    assert (by_words.zone, by_words.findings.items) == (by_rows.zone, by_rows.findings.items)


def test_the_words_of_a_column_are_each_there_once() -> None:
    column = Words.of(table_of(["b", None, "a", "b", "b", "a"]), "column")
    assert sorted(column.words) == ["a", "b"]
    assert column.spread(column.words).to_list() == ["b", None, "a", "b", "b", "a"]
    assert column.repeated
    assert not Words.of(table_of([None, None]), "column").repeated
