from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.core.errors import DataError
from forecastle.data.options import ReadOptions
from forecastle.data.parsing.columns import Typed, parse
from forecastle.data.sources.table import Table


def typed(options: ReadOptions = ReadOptions(), **columns: object) -> Typed:  # noqa: B008 - a frozen value
    return parse(Table.of(pl.DataFrame(columns), row_word="line", first_row=2), options)


def codes(result: Typed) -> set[str]:
    return {finding.code for finding in result.findings}


def test_codes_with_leading_zeros_or_letters_stay_text() -> None:
    frame = typed(article=["007", "012"], invoice=["536365", "C536379"]).frame
    assert frame.schema == {"article": pl.String, "invoice": pl.String}


def test_numbers_under_a_key_name_stay_text() -> None:
    assert typed(sku=["1001", "1002"]).frame["sku"].to_list() == ["1001", "1002"]


def test_text_among_numbers_is_taken_as_missing_and_the_line_is_named() -> None:
    result = typed(volume=[*"123456789", "many", "11"])
    assert result.frame["volume"][9] is None
    (finding,) = result.findings.items
    assert (finding.code, finding.count, finding.rows) == ("not_a_number", 1, ("line 11: volume = 'many'",))


def test_words_for_no_value_are_missing_and_told() -> None:
    result = typed(volume=["1", "n/a", "-", "", None])
    assert result.frame["volume"].to_list() == [1, None, None, None, None]
    assert [finding.count for finding in result.findings] == [2]


def test_odd_numbers_are_read_the_same_where_they_are_too_many_for_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    revenue = ["R$ 1.234,50", "2,5", "1.000", None, "-", *["(7)"] * 50, "x"]
    few = typed(revenue=revenue)
    monkeypatch.setattr("forecastle.data.parsing.text.MOST_WORDS", 0)
    many = typed(revenue=revenue)
    assert many.frame.equals(few.frame)
    assert many.findings == few.findings
    assert few.frame["revenue"].head(6).to_list() == [1234.5, 2.5, 1000, None, None, -7]


def test_the_decimal_mark_is_one_for_the_file() -> None:
    frame = typed(price=["1,99", "2,49"], units=["1.200", "3.400"]).frame
    assert frame["units"].to_list() == [1200, 3400]
    assert frame["price"].to_list() == [1.99, 2.49]


def test_a_number_that_can_be_read_in_two_ways_is_told() -> None:
    assert "ambiguous_numbers" in codes(typed(units=["1.234", "2.345"]))
    assert "ambiguous_numbers" not in codes(typed(ReadOptions(decimal="."), units=["1.234"]))


def test_dates_in_several_formats_are_read_and_told() -> None:
    result = typed(date=["2024-01-05", "06.01.2024", "Jan 7, 2024"])
    assert result.frame["date"].to_list() == [date(2024, 1, 5), date(2024, 1, 6), date(2024, 1, 7)]
    assert "mixed_date_formats" in codes(result)


@pytest.mark.parametrize(
    ("dates", "severity"),
    [
        (["01/05/2024", "02/06/2024"], "warning"),
        (["01/01/2024", "02/01/2024", "01/01/2025"], "info"),
        (["01.05.2024", "02.06.2024"], None),
        (["01/05/2024", "13/06/2024"], None),
    ],
)
def test_slashed_dates_that_can_be_read_in_two_ways_are_told(dates: list[str], severity: str | None) -> None:
    found = [finding.severity for finding in typed(date=dates).findings if finding.code == "ambiguous_dates"]
    assert found == ([severity] if severity else [])


def times_in(at: list[str | None]) -> object:
    """What times are read as, and what is told; or why they are refused, as 13/01 and 01/13 in one column are."""
    try:
        result = typed(ReadOptions(time="at"), at=at)
    except DataError as error:
        return error.message, error.hint
    return result.frame.schema, result.frame["at"].to_list(), result.zones, codes(result)


@settings(deadline=None, max_examples=15)
@given(
    st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)), min_size=1, max_size=8),
    st.lists(
        st.sampled_from(["%Y-%m-%dT%H:%M:%S.%f+02:00", "%Y-%m-%d %H:%M:%SZ", "%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M %p"]),
        min_size=1,
        max_size=2,
    ),
)
def test_times_are_read_the_same_where_they_are_too_many_for_a_table(moments: list[datetime], forms: list[str]) -> None:
    at = [moment.strftime(form) for moment, form in zip(moments * 2, forms * 8, strict=False)] + [None]
    few = times_in(at)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("forecastle.data.parsing.text.MOST_WORDS", 0)
        assert times_in(at) == few


def test_a_time_column_that_is_none_is_refused_with_its_values() -> None:
    with pytest.raises(DataError, match="2 of 2 values of 'when'") as caught:
        typed(ReadOptions(time="when"), when=["soon", "later"])
    assert "line 2: when = 'soon'" in caught.value.hint


def test_a_target_without_any_number_is_refused() -> None:
    with pytest.raises(DataError, match="No value of 'volume' is a number"):
        typed(ReadOptions(targets=("volume",)), volume=["many", "few"])


def test_zoned_times_become_utc_and_zoned_midnights_local_dates() -> None:
    hours = pl.Series([datetime(2024, 7, 1, 12), datetime(2024, 7, 1, 13)]).dt.replace_time_zone("Europe/Paris")
    days = pl.Series([datetime(2024, 7, 1), datetime(2024, 7, 2)]).dt.replace_time_zone("Europe/Paris")
    result = typed(hours=hours, days=days)
    assert result.frame["hours"][0] == datetime(2024, 7, 1, 10)
    assert result.frame["days"][0] == date(2024, 7, 1)
    assert result.zones == {"hours": "Europe/Paris", "days": "Europe/Paris"}


def test_offsets_that_change_and_times_without_one_are_told() -> None:
    result = typed(ts=["2024-03-31T01:00+01:00", "2024-03-31T03:00+02:00", "2024-03-31T04:00"])
    assert {"mixed_time_zones", "missing_time_zones"} <= codes(result)
    assert result.zones == {"ts": "UTC"}


def test_spaces_around_text_are_removed_and_counted() -> None:
    result = typed(town=["Rome ", "Rome"])
    assert result.frame["town"].n_unique() == 1
    assert codes(result) == {"spaces"}


def test_a_value_between_the_rows_looked_at_first_is_not_lost() -> None:
    remarks = [None] * 90_000
    remarks[1] = "sold out"
    frame = typed(remark=pl.Series(remarks, dtype=pl.String)).frame
    assert frame["remark"].drop_nulls().to_list() == ["sold out"]


def test_a_word_far_down_in_a_column_of_numbers_is_found_and_the_others_stay_numbers() -> None:
    units = [str(row) for row in range(90_000)]
    units[50_001] = "many"
    result = typed(units=units, price=["1.5"] * 90_000, week=[str(row % 52) for row in range(90_000)])
    assert result.frame.dtypes == [pl.Int64, pl.Float64, pl.Int64]
    assert [finding.rows for finding in result.findings] == [("line 50003: units = 'many'",)]


def test_whole_numbers_written_with_decimals_are_whole() -> None:
    assert typed(units=["1.0", "2.00", None]).frame["units"].to_list() == [1, 2, None]
