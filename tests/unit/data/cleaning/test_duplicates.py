from collections.abc import Callable
from datetime import datetime

import polars as pl
import pytest

from forecastle.core.errors import DataError
from forecastle.core.frequency import Frequency
from forecastle.data.cleaning.duplicates import merge_duplicates
from forecastle.data.cleaning.rows import tidy
from forecastle.data.cleaning.rules import Rules
from forecastle.settings import CleanSettings

Daily = Callable[..., pl.DataFrame]
DAY = Frequency.parse("D")


def rules(duplicates: str) -> Rules:
    return Rules(freq=DAY, target="volume", settings=CleanSettings.model_validate({"duplicates": duplicates}))


@pytest.fixture
def doubled(daily: Daily) -> pl.DataFrame:
    """Series a with its second day given three times: 2, then 5, then missing."""
    frame = daily(a=[1, 2, 3], b=[4, 4])
    again = frame[1:2].with_columns(y=5.0)
    blank = frame[1:2].with_columns(y=pl.lit(None, pl.Float64))
    return tidy(pl.concat([frame, again, blank]), DAY)


def test_the_last_row_of_each_period_is_kept(doubled: pl.DataFrame) -> None:
    rows, findings = merge_duplicates(doubled.filter(pl.col("y").is_not_null()), rules("last"))
    assert rows["y"].to_list() == [1, 5, 3, 4, 4]
    (finding,) = findings
    assert (finding.code, finding.count, finding.series) == ("duplicates", 1, ("a",))
    assert finding.rows == ("a, 2024-01-02: volume = 5",)


def test_duplicates_are_added_up_and_missing_ones_add_nothing(doubled: pl.DataFrame) -> None:
    rows, _ = merge_duplicates(doubled, rules("sum"))
    assert rows["y"].to_list() == [1, 7, 3, 4, 4]
    assert rows.columns == doubled.columns


def test_the_sum_of_missing_values_is_missing(daily: Daily) -> None:
    frame = daily(a=[None])
    rows, _ = merge_duplicates(tidy(pl.concat([frame, frame]), DAY), rules("sum"))
    assert rows["y"].to_list() == [None]


def test_duplicates_fail_when_asked_to_and_the_message_names_the_row(doubled: pl.DataFrame) -> None:
    with pytest.raises(DataError, match=r"2 rows repeating a day.*in 1 series.*a, 2024-01-02: volume = 5") as error:
        merge_duplicates(doubled, rules("fail"))
    assert "clean.duplicates" in error.value.hint


def test_a_panel_without_duplicates_is_left_alone(daily: Daily) -> None:
    rows = tidy(daily(a=[1, 2], b=[1, 2]), DAY)
    merged, findings = merge_duplicates(rows, rules("fail"))
    assert merged is rows
    assert not list(findings)


def test_an_hour_that_comes_twice_on_an_autumn_sunday_is_called_daylight_saving() -> None:
    moments = [datetime(2024, 10, 27, hour) for hour in (0, 1, 2, 2, 3)]
    hour = Frequency.parse("h")
    rows = tidy(pl.DataFrame({"series_id": "a", "ds": moments, "y": [1.0, 2, 3, 4, 5]}), hour)
    _, findings = merge_duplicates(rows, Rules(freq=hour))
    assert [finding.code for finding in findings] == ["duplicates", "daylight_saving"]
