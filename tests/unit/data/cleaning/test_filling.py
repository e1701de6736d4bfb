from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from forecastle.core.frequency import Frequency, Unit
from forecastle.data.cleaning.clean import clean
from forecastle.data.cleaning.filling import drop_missing, fill_missing, report_missing
from forecastle.data.cleaning.rows import tidy
from forecastle.data.cleaning.rules import Rules
from forecastle.settings import CleanSettings

Daily = Callable[..., pl.DataFrame]
DAY = Frequency.parse("D")


def rules(method: str) -> Rules:
    return Rules(freq=DAY, settings=CleanSettings.model_validate({"missing": method}))


def filled(frame: pl.DataFrame, method: str) -> list[float | None]:
    return fill_missing(tidy(frame, DAY), rules(method))[0]["y"].to_list()


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("keep", [1, None, None, 4, 10, None]),
        ("interpolate", [1, 2, 3, 4, 10, 10]),
        ("forward_fill", [1, 1, 1, 4, 10, 10]),
        ("mean", [1, 5, 5, 4, 10, 5]),
        ("median", [1, 4, 4, 4, 10, 4]),
    ],
)
def test_each_method_fills_what_is_missing(daily: Daily, method: str, expected: list[float | None]) -> None:
    assert filled(daily(a=[1, None, None, 4, 10, None]), method) == expected


def test_no_series_is_filled_from_its_neighbour(daily: Daily) -> None:
    frame = daily(a=[1, None], b=[None, 100])
    assert filled(frame, "interpolate") == [1, 1, 100, 100]
    assert filled(frame, "forward_fill") == [1, 1, None, 100]


def test_seasonal_filling_puts_the_season_back(daily: Daily) -> None:
    week = [10, 20, 30, 40, 50, 60, 70]
    values = week * 6
    assert filled(daily(a=[*values[:16], None, None, *values[18:]]), "seasonal") == pytest.approx(values, rel=0.05)


def numbered(week: list[float], weeks: int, holes: tuple[int, ...]) -> pl.DataFrame:
    values = [None if place in holes else value for place, value in enumerate(week * weeks)]
    return pl.DataFrame({"series_id": "a", "ds": range(len(values)), "y": values}, strict=False)


def test_the_season_of_numbered_periods_is_found_or_named() -> None:
    week = [10.0, 40, 20, 30, 50, 70, 60]
    step = Rules(freq=Frequency(Unit.STEP), settings=CleanSettings(missing="seasonal", missing_limit=1))
    for weeks, rules in ((12, step), (3, replace(step, seasons=(7,)))):
        cleaned = clean(numbered(week, weeks, holes=(8, 12)), rules).rows["y"]
        assert cleaned.to_list() == pytest.approx(week * weeks, rel=0.2)
    unnamed = clean(numbered(week, 3, holes=(8, 12)), step).rows["y"]
    assert unnamed[8] == pytest.approx(15)  # too short a history to tell: a line between 10 and 20


def test_seasonal_filling_of_sales_is_never_negative(daily: Daily) -> None:
    week = [0, 0, 0, 0, 0, 0, 70]
    assert min(filled(daily(a=[*week, 0, None, 0, 0, None, 0, 70, *week]), "seasonal")) >= 0


def test_closed_days_stay_unobserved_whatever_the_method(daily: Daily) -> None:
    frame = daily(a=[1, None, None, 4]).with_columns(closed=pl.Series([False, True, False, False]))
    assert filled(frame, "interpolate") == [1, None, 3, 4]


def test_every_filled_value_is_counted(daily: Daily) -> None:
    _, findings = fill_missing(tidy(daily(a=[1, None, None, 4], b=[1, 2]), DAY), rules("interpolate"))
    assert [(finding.code, finding.count, finding.series) for finding in findings] == [("filled", 2, ("a",))]


def test_dropping_takes_out_rows_without_a_value_and_leaves_closed_days(daily: Daily) -> None:
    frame = daily(a=[1, None, None, 4]).with_columns(closed=pl.Series([False, True, False, False]))
    rows, _ = drop_missing(tidy(frame, DAY), rules("drop"))
    assert rows["y"].to_list() == [1, None, 4]


def test_missing_values_are_reported_with_what_is_done_about_them(daily: Daily) -> None:
    _, findings = report_missing(tidy(daily(a=[1, None], b=[1, 2]), DAY), rules("mean"))
    (finding,) = findings
    assert finding.message == "1 row without a value of 'y' (25.0%), in 1 series."
    assert finding.action == "filled with the mean of their series"
    assert finding.rows == ("a, 2024-01-02: y = missing",)
