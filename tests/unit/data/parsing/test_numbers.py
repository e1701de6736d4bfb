import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.data.parsing.numbers import decimal_mark, digits_to_number, to_number, word_for_true


def number(text: str, decimal: str = ".") -> float | None:
    return pl.DataFrame({"text": [text]}).select(to_number(pl.col("text"), decimal)).item()


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("12", ".", 12), ("-3.5", ".", -3.5), ("1,234.5", ".", 1234.5), ("1.234,5", ",", 1234.5), ("0,5", ",", 0.5),
        ("1.234", ",", 1234), ("1 234,56", ",", 1234.56), ("1'234.50", ".", 1234.5), ("12 345 678", ".", 12345678),
        ("R$ 1.200,50", ",", 1200.5), ("€5", ".", 5), ("5 €", ".", 5), ("12,5 %", ",", 12.5), ("(300)", ".", -300),
        ("300-", ".", -300), ("−7", ".", -7), ("1e3", ".", 1000),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, decimal: str, value: float) -> None:
    assert number(text, decimal) == value


@pytest.mark.parametrize("text", ["abc", "12O", "1.2.3", "1,23,4", "85123A", "", "5 pcs"])
def test_what_is_no_number_is_null(text: str) -> None:
    assert number(text) is None


@settings(deadline=None, max_examples=50)
@given(st.integers(-(10**9), 10**9), st.sampled_from(".,"))
def test_a_number_survives_its_formatting(value: int, decimal: str) -> None:
    text = f"{value / 100:,.2f}"
    if decimal == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    assert number(text, decimal) == pytest.approx(value / 100)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text("0123456789.,-+ e%()", max_size=9), min_size=1, max_size=20), st.sampled_from(".,"))
def test_what_is_read_fast_is_what_is_read_with_care(texts: list[str], decimal: str) -> None:
    read = pl.DataFrame({"text": texts}).select(
        digits_to_number(pl.col("text"), decimal).alias("fast"), to_number(pl.col("text"), decimal).alias("careful")
    )
    assert read.filter(pl.col("fast").is_not_null()).select((pl.col("fast") == pl.col("careful")).all()).item()


def test_one_telling_value_decides_the_decimal_mark_of_a_file() -> None:
    assert decimal_mark([pl.Series(["1.234", "2.345"]), pl.Series(["0,5"])], default=".").mark == ","
    assert decimal_mark([pl.Series(["1,234.50"])], default=",").mark == "."


def test_where_nothing_tells_the_default_is_taken_and_an_example_given() -> None:
    mark = decimal_mark([pl.Series(["1.234"])], default=",")
    assert (mark.mark, mark.example) == (",", "1.234")


def test_two_words_of_a_pair_are_flags() -> None:
    assert word_for_true(pl.Series(["Sim", "não", None])) == "sim"
    assert word_for_true(pl.Series(["red", "green"])) is None
