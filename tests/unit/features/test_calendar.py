"""The calendar of a period, at every frequency."""

from datetime import date, datetime

import polars as pl
import pytest

from forecastle.core.errors import InputError
from forecastle.core.frequency import Frequency
from forecastle.features.calendar import calendar


def row_of(moment: date, freq: str, country: str | None = None) -> dict[str, float]:
    return calendar(pl.Series([moment]), Frequency.parse(freq), country=country).row(0, named=True)


def test_a_day_has_the_parts_of_its_date() -> None:
    expected = {"weekday": 5, "day": 1, "week": 9, "month": 3, "quarter": 1, "year": 2024}
    assert row_of(date(2024, 3, 1), "D") == expected


@pytest.mark.parametrize(
    ("freq", "first"),
    [
        ("15min", "minute"),
        ("h", "hour"),
        ("D", "weekday"),
        ("B", "weekday"),
        ("W", "week"),
        ("2W", "week"),
        ("MS", "month"),
        ("ME", "month"),
        ("QE", "quarter"),
        ("YS", "year"),
    ],
)
def test_every_frequency_has_a_calendar_and_holidays(freq: str, first: str) -> None:
    frequency = Frequency.parse(freq)
    moments = pl.DataFrame({"step": frequency_steps(frequency)}).select(frequency.moments(pl.col("step"))).to_series()
    table = calendar(moments, frequency, country="DE")
    assert table.columns[0] == first
    assert table.columns[-3:] == ["holidays", "days_to_holiday", "days_since_holiday"]
    assert table["days_to_holiday"].min() >= 0
    assert sum(table.null_count().row(0)) == 0


def frequency_steps(freq: Frequency) -> pl.Series:
    start = pl.DataFrame({"ds": [datetime(2024, 1, 1)]}).select(freq.steps(pl.col("ds"))).item()
    return pl.Series(range(start, start + 24))


def test_numbered_periods_have_no_calendar() -> None:
    assert calendar(pl.Series([1, 2]), Frequency.parse("step"), country="DE").width == 0


def test_holidays_of_a_period_are_counted_and_the_nearest_are_measured_in_days() -> None:
    christmas_week = row_of(date(2023, 12, 25), "W", "DE")
    assert [christmas_week[name] for name in ("holidays", "days_to_holiday", "days_since_holiday")] == [2, 0, 0]
    day_after = row_of(date(2023, 12, 27), "D", "DE")
    assert [day_after[name] for name in ("holidays", "days_to_holiday", "days_since_holiday")] == [0, 5, 1]


def test_a_month_has_the_same_holidays_wherever_its_timestamp_stands() -> None:
    assert row_of(date(2023, 12, 1), "MS", "DE")["holidays"] == row_of(date(2023, 12, 31), "ME", "DE")["holidays"] == 2


def test_a_subdivision_adds_its_own_holidays() -> None:
    epiphany = date(2024, 1, 6)
    assert row_of(epiphany, "D", "DE")["holidays"] == 0
    assert row_of(epiphany, "D", "DE-BY")["holidays"] == 1


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(InputError, match="No public holidays are known for 'XX'"):
        row_of(date(2024, 1, 1), "D", "XX")
