from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.data.parsing.moments import LIKELY, DayOrder, Moments, find_moments, read_moments
from forecastle.data.parsing.numbered import number_moments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-05", date(2024, 1, 5)), ("2024/1/5", date(2024, 1, 5)), ("20240105", date(2024, 1, 5)),
        ("25.01.2024", date(2024, 1, 25)), ("01/25/2024", date(2024, 1, 25)), ("25-01-24", date(2024, 1, 25)),
        ("2024-05", date(2024, 5, 1)), ("05/2024", date(2024, 5, 1)), ("202405", date(2024, 5, 1)),
        ("2024", date(2024, 1, 1)), ("2024-W05", date(2024, 1, 29)), ("2024W05-3", date(2024, 1, 31)),
        ("KW 5 2024", date(2024, 1, 29)), ("2024Q2", date(2024, 4, 1)), ("Q2 2024", date(2024, 4, 1)),
        ("Jan 2024", date(2024, 1, 1)), ("fev/24", date(2024, 2, 1)), ("März 2024", date(2024, 3, 1)),
        ("5 janvier 2024", date(2024, 1, 5)), ("5 de maio de 2024", date(2024, 5, 5)),
        ("March 5, 2024", date(2024, 3, 5)), ("Fri, 5 Jan 2024", date(2024, 1, 5)), ("2024年1月5日", date(2024, 1, 5)),
        ("2024-01-05 10:30", datetime(2024, 1, 5, 10, 30)),
        ("2024-01-05T10:30:15.5", datetime(2024, 1, 5, 10, 30, 15, 500000)),
        ("25/1/2024 3:15 PM", datetime(2024, 1, 25, 15, 15)),
        ("2024-01-05T10:30:00+02:00", datetime(2024, 1, 5, 8, 30)),
    ],
)  # fmt: skip
def test_moments_are_read_in_many_ways_of_writing(text: str, expected: date) -> None:
    assert read_moments(pl.Series([text])).to_list() == [expected]


@pytest.mark.parametrize("text", ["hello", "2024-13-01", "31/02/2024", "2024-W53", "2024-01-05 25:00", "12:30", ""])
def test_what_is_no_moment_is_null(text: str) -> None:
    assert read_moments(pl.Series([text])).to_list() == [None]


@settings(deadline=None, max_examples=50)
@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d %b %Y", "%B %d, %Y"]))
def test_a_date_survives_its_formatting(day: date, form: str) -> None:
    assert read_moments(pl.Series([day.strftime(form)])).to_list() == [day]


def found(*texts: str) -> Moments:
    return find_moments(pl.LazyFrame({"text": texts}), "text")


def test_one_value_above_twelve_decides_the_order_for_the_whole_column() -> None:
    texts = ("01/05/2024", "01/13/2024")
    assert found(*texts).order == DayOrder(day_first=False)
    assert read_moments(pl.Series(texts)).to_list() == [date(2024, 1, 5), date(2024, 1, 13)]


@pytest.mark.parametrize("form", ["01/{month:02d}/2024", "{month:02d}/01/2024"])
def test_monthly_dates_are_told_by_their_constant_day(form: str) -> None:
    texts = [form.format(month=month) for month in range(1, 13)]
    assert found(*texts).order.decided_by == "pattern"
    assert read_moments(pl.Series(texts))[1] == date(2024, 2, 1)


def test_the_day_comes_first_before_a_dot() -> None:
    assert found("01.02.2024", "02.02.2024").order == DayOrder(day_first=True, decided_by="dots")


def test_what_nothing_decides_is_read_day_first_and_said() -> None:
    assert found("01/05/2024", "02/06/2024").order == DayOrder(day_first=True, decided_by="custom")


def test_offsets_are_collected_and_midnights_stay_local_dates() -> None:
    texts = ("2024-03-30T00:00:00+01:00", "2024-04-01T00:00:00+02:00")
    assert found(*texts).zones == ("+01:00", "+02:00")
    assert read_moments(pl.Series(texts)).to_list() == [date(2024, 3, 30), date(2024, 4, 1)]


def test_a_way_of_writing_that_the_first_texts_do_not_have_is_found() -> None:
    moments = found(*["2024-01-05"] * LIKELY, "Jan 7, 2024", "soon")
    assert moments.shapes == {"year-month-day": LIKELY, "month-name day, year": 1}
    assert moments.unread == 1


def test_a_format_given_is_followed() -> None:
    moments = read_moments(pl.Series(["05|2024|01"]), date_format="%d|%Y|%m")
    assert moments.to_list() == [date(2024, 1, 5)]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (20240105, date(2024, 1, 5)), (202402, date(2024, 2, 1)), (202452, date(2024, 12, 23)),
        (2024, date(2024, 1, 1)),
        (45296, date(2024, 1, 5)), (1704448800, datetime(2024, 1, 5, 10)), (1704448800000, datetime(2024, 1, 5, 10)),
    ],
)  # fmt: skip
def test_whole_numbers_can_be_moments(number: int, expected: date) -> None:
    read = number_moments(pl.Series([number]), hinted=True)
    assert read is not None
    assert read[1].to_list() == [expected]


def test_doubtful_numbers_need_a_hint() -> None:
    assert number_moments(pl.Series([2020, 2021]), hinted=False) is None
    assert number_moments(pl.Series([1, 2, 3]), hinted=True) is None
    assert number_moments(pl.Series([20241301]), hinted=True) is None
