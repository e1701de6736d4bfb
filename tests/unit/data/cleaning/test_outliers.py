from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
import pytest

from forecastle.core.frequency import Frequency
from forecastle.data.cleaning.outliers import outliers, report_outliers
from forecastle.data.cleaning.rows import tidy

Daily = Callable[..., pl.DataFrame]
DAY = Frequency.parse("D")
WEEK = np.array([10.0, 12, 11, 13, 20, 40, 35])


def noisy(weeks: int) -> np.ndarray:
    return np.tile(WEEK, weeks) + np.random.default_rng(1).normal(0, 1, 7 * weeks)


def flagged(frame: pl.DataFrame, threshold: float = 5) -> list[date]:
    return outliers(tidy(frame, DAY), 7, threshold)["ds"].to_list()


def test_a_spike_is_found_and_the_weekly_peak_is_not(daily: Daily) -> None:
    values = noisy(12)
    values[24] = 40  # as much as on a Saturday, on a Thursday
    assert flagged(daily(a=values)) == [date(2024, 1, 25)]


def test_a_trend_is_not_an_outlier(daily: Daily) -> None:
    assert flagged(daily(a=noisy(12) + 3 * np.arange(84))) == []


def test_the_size_of_a_series_does_not_matter(daily: Daily) -> None:
    values = noisy(12)
    values[24] = 90
    assert flagged(daily(a=values)) == flagged(daily(a=values * 1e-6)) == flagged(daily(a=values * 1e6))


def test_demand_that_comes_now_and_then_is_compared_with_demand(daily: Daily) -> None:
    usual = [0, 0, 0, 2, 0, 0, 3, 0, 0, 0, 1, 0] * 5
    assert flagged(daily(a=usual)) == []
    assert flagged(daily(a=[*usual, 0, 40])) == [date(2024, 3, 2)]


@pytest.mark.parametrize("values", [[5] * 30, [0] * 30, [7], [5] * 29 + [5.01]], ids=["same", "zero", "one", "a cent"])
def test_what_hardly_varies_has_no_outliers(daily: Daily, values: list[float]) -> None:
    assert flagged(daily(a=values)) == []


def test_outliers_are_reported_with_what_was_usual(daily: Daily) -> None:
    found = outliers(tidy(daily(a=[10.0] * 20 + [99] + [10] * 20), DAY), 7, 5)
    (finding,) = report_outliers(found, "volume")
    assert finding.rows == ("a, 2024-01-21: volume = 99, usually about 10",)
    assert finding.action == "flagged and kept"
