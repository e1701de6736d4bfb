from datetime import date, datetime, timedelta

import polars as pl
import pytest

from forecastle.data.dataset import Dataset, Roles
from forecastle.data.frequency import frequency_of, infer_frequency


def every(interval: str, start: date, end: date) -> pl.Series:
    if isinstance(start, datetime):
        return pl.datetime_range(start, end, interval, eager=True)
    return pl.date_range(start, end, interval, eager=True)


def found(moments: pl.Series) -> str:
    return str(frequency_of(pl.DataFrame({"t": moments}), time="t").freq)


@pytest.mark.parametrize(
    ("interval", "start", "end", "freq"),
    [
        ("1d", date(2024, 1, 1), date(2024, 3, 1), "D"), ("1w", date(2024, 1, 6), date(2024, 9, 1), "W-SAT"),
        ("2w", date(2024, 1, 3), date(2024, 9, 1), "2W-WED"), ("1mo", date(2024, 1, 1), date(2024, 9, 1), "MS"),
        ("1mo", date(2024, 1, 15), date(2024, 9, 15), "MS+14"), ("1q", date(2022, 1, 1), date(2024, 9, 1), "QS"),
        ("1y", date(2012, 1, 1), date(2024, 9, 1), "YS"), ("6mo", date(2012, 1, 1), date(2024, 9, 1), "2QS"),
        ("1h", datetime(2024, 1, 1), datetime(2024, 1, 9), "h"),
        ("15m", datetime(2024, 1, 1), datetime(2024, 1, 3), "15min"),
        ("1d", datetime(2024, 1, 1, 23), datetime(2024, 3, 1, 23), "D"),
    ],
)  # fmt: skip
def test_regular_moments_tell_their_frequency(interval: str, start: date, end: date, freq: str) -> None:
    assert found(every(interval, start, end)) == freq


def test_month_ends_and_year_ends_are_told_from_starts() -> None:
    months = every("1mo", date(2020, 1, 1), date(2024, 1, 1)).dt.month_end()
    assert found(months) == "ME"
    assert found(months.filter(months.dt.month() == 12)) == "YE"


def test_days_without_weekends_are_business_days() -> None:
    days = every("1d", date(2024, 1, 1), date(2024, 3, 1))
    assert found(days.filter(days.dt.weekday() <= 5)) == "B"


def test_a_clock_change_does_not_hide_the_hours() -> None:
    hours = every("1h", datetime(2024, 3, 30), datetime(2024, 4, 2))
    assert found(hours.filter(hours != datetime(2024, 3, 31, 2))) == "h"


def test_missing_periods_do_not_change_the_frequency() -> None:
    weeks = every("1w", date(2024, 1, 1), date(2024, 12, 30))
    assert found(weeks.gather([0, 1, 5, 6, 9, 20, 22, 23, 40])) == "W-MON"


def test_a_few_rows_off_the_grid_are_named() -> None:
    weeks = every("1w", date(2024, 1, 1), date(2024, 12, 30)).to_list()
    weeks[10] += timedelta(days=2)
    guess = frequency_of(pl.DataFrame({"t": weeks}), time="t")
    assert str(guess.freq) == "W-MON"
    assert (guess.n_irregular, guess.irregular) == (1, ("row 11: t = 2024-03-13",))


def test_whole_numbers_are_steps() -> None:
    assert found(pl.Series([40, 41, 42, 45])) == "step"
    assert found(pl.Series([10, 20, 30])) == "10step"


def test_each_series_may_start_elsewhere() -> None:
    a, b = every("1mo", date(2020, 1, 1), date(2021, 1, 1)), every("1mo", date(2022, 5, 1), date(2023, 1, 1))
    frame = pl.DataFrame({"t": pl.concat([a, b]), "k": ["a"] * len(a) + ["b"] * len(b)})
    guess = frequency_of(frame, time="t", keys=("k",))
    assert (str(guess.freq), guess.confidence) == ("MS", 1.0)


def test_one_moment_tells_nothing() -> None:
    assert frequency_of(pl.DataFrame({"t": [date(2024, 1, 1)]}), time="t").confidence < 0.5


@pytest.mark.parametrize(("gap", "freq"), [(1, "D"), (4, "W-MON")])
def test_single_sales_are_counted_by_days_or_by_weeks_where_most_days_have_none(gap: int, freq: str) -> None:
    days = [date(2024, 1, 1) + timedelta(days=step * gap + step % min(gap, 2)) for step in range(200 // gap)]
    dataset = Dataset(
        frame=pl.DataFrame({"t": days, "y": 1}), roles=Roles(time="t", targets=("y",)), source="x", transactions=True
    )
    assert str(infer_frequency(dataset).freq) == freq
