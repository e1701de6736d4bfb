from collections.abc import Callable
from datetime import date, datetime

import polars as pl

from forecastle.core.frequency import Frequency
from forecastle.data.cleaning.rows import counted, examples, is_sorted, tidy, worded

Daily = Callable[..., pl.DataFrame]
DAY = Frequency.parse("D")


def test_rows_are_sorted_by_series_and_time(daily: Daily) -> None:
    frame = daily(b=[1, 2], a=[3, 4]).reverse()
    rows = tidy(frame, DAY)
    assert is_sorted(rows)
    assert rows["y"].to_list() == [3, 4, 1, 2]


def test_two_rows_of_one_period_keep_their_order(daily: Daily) -> None:
    frame = pl.concat([daily(a=[1, 2]), daily(a=[3, 4])])
    assert tidy(frame, DAY)["y"].to_list() == [1, 3, 2, 4]


def test_not_a_number_is_missing(daily: Daily) -> None:
    assert tidy(daily(a=[1, float("nan")]), DAY)["y"].to_list() == [1, None]


def test_without_a_flag_no_day_is_closed(daily: Daily) -> None:
    assert tidy(daily(a=[1, 2]), DAY)["closed"].to_list() == [False, False]


def test_examples_are_readable_and_few(daily: Daily) -> None:
    rows = tidy(daily(a=[None, 1234.5, *range(20)]), DAY)
    assert examples(rows, "volume")[:2] == ("a, 2024-01-01: volume = missing", "a, 2024-01-02: volume = 1234.5")
    assert len(examples(rows, "volume")) == 10


def test_steps_number_the_periods() -> None:
    frame = pl.DataFrame({"series_id": "a", "ds": [date(1970, 1, 1), date(1970, 1, 3)], "y": [1, 2]})
    assert tidy(frame, DAY)["step"].to_list() == [0, 2]


def test_moments_are_shown_without_needless_seconds() -> None:
    moments = [[date(2024, 3, 4)], [datetime(2024, 3, 4, 15)], [17]]
    shown = [pl.DataFrame({"ds": moment}).select(worded(pl.col("ds"))).item() for moment in moments]
    assert shown == ["2024-03-04", "2024-03-04 15:00", "17"]


def test_counts_are_words() -> None:
    assert [counted(1, "row"), counted(12_345, "row")] == ["1 row", "12,345 rows"]
