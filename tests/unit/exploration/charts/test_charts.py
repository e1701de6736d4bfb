from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
import pytest
from statsmodels.tsa.stattools import acf, pacf

from forecastle.core.errors import InputError
from forecastle.exploration.charts.calendar import calendar_chart, seasonal_chart
from forecastle.exploration.charts.correlation import autocorrelation_chart
from forecastle.exploration.charts.distribution import distribution_chart
from forecastle.exploration.charts.lines import comparison_chart, series_chart
from forecastle.exploration.line import Line

LineFrom = Callable[..., Line]


def test_a_short_series_is_drawn_whole_with_its_gaps(line_from: LineFrom) -> None:
    chart = series_chart(line_from([1.0, None, 3.0]), 10)
    assert chart.points["y"].to_list() == [1.0, None, 3.0]
    assert (chart.periods, chart.observed, chart.thinned) == (3, 2, False)


def test_100_000_points_are_thinned_to_as_many_as_are_wanted(line_from: LineFrom) -> None:
    values = np.sin(np.arange(100_000) / 500)
    chart = series_chart(line_from(list(values), "h"), 1000)
    assert (len(chart.points), chart.periods, chart.thinned) == (1000, 100_000, True)
    assert chart.points["y"].max() == pytest.approx(1.0, abs=1e-3)


def test_before_and_after_count_every_period_that_differs(line_from: LineFrom) -> None:
    before = line_from([1.0, None, 3.0, 4.0])
    after = line_from([1.0, 2.0, 9.0, None, 5.0])
    chart = comparison_chart(before, after, 10)
    assert (chart.changed, chart.appeared, chart.vanished, chart.periods) == (1, 2, 1, 5)
    thin = comparison_chart(line_from([1.0] * 500), line_from([1.0] * 250 + [7.0] + [1.0] * 249), 20)
    assert thin.changed == 1
    assert thin.points.filter(pl.col("after") == 7.0)["before"].to_list() == [1.0]


def test_a_histogram_counts_every_value_once() -> None:
    values = pl.Series("y", [*np.random.default_rng(1).normal(size=500), None, 40.0])
    chart = distribution_chart(values)
    assert chart.bins["count"].sum() == chart.count == 501
    assert (chart.missing, chart.box["greatest"]) == (1, 40.0)
    assert chart.whiskers[1] < 40
    assert chart.beyond >= 1


@pytest.mark.parametrize(("values", "bins"), [([2.0] * 9, 1), ([0, 1] * 5, 2), ([0, 1, 2, 9], 5)])
def test_whole_numbers_have_no_more_bins_than_there_are_between_them(values: list[float], bins: int) -> None:
    assert len(distribution_chart(pl.Series("y", values)).bins) == bins


def test_text_has_no_distribution() -> None:
    with pytest.raises(InputError, match="not numbers"):
        distribution_chart(pl.Series("sku", ["a"]))


def test_autocorrelations_are_those_of_statsmodels(line_from: LineFrom) -> None:
    values = np.random.default_rng(2).normal(size=120).cumsum()
    chart = autocorrelation_chart(line_from(list(values)), 12)
    assert chart.lags["acf"].to_list() == pytest.approx(acf(values, nlags=12)[1:])
    assert chart.lags["pacf"].to_list() == pytest.approx(pacf(values, nlags=12, method="ldb")[1:])
    assert chart.bound == pytest.approx(0.1789, abs=1e-4)


def test_a_constant_has_no_autocorrelation(line_from: LineFrom) -> None:
    with pytest.raises(InputError, match="without variation"):
        autocorrelation_chart(line_from([3.0] * 20))


@pytest.mark.parametrize(
    ("freq", "season", "first", "last"),
    [
        ("MS", None, ("2024", 1), ("2025", 12)),
        ("W-MON", None, ("2024", 1), ("2025", 52)),
        ("D", None, ("2024-01-01", 1), ("2024-01-08", 7)),
        ("h", None, ("2024-01-01", 1), ("2024-01-02", 24)),
        ("D", 5, ("1", 1), ("2", 5)),
    ],
)
def test_seasons_follow_the_calendar_where_it_has_them(
    line_from: LineFrom, freq: str, season: int | None, first: tuple[str, int], last: tuple[str, int]
) -> None:
    length = season or {"MS": 12, "W-MON": 52, "D": 7, "h": 24}[freq]
    chart = seasonal_chart(line_from([1.0, 2.0] * length, freq), season)
    assert (chart.values.row(0)[:2], chart.values.row(-1)[:2]) == (first, last)
    assert chart.positions["count"].sum() == 2 * length


def test_two_seasons_must_fit(line_from: LineFrom) -> None:
    with pytest.raises(InputError, match="two seasons of 12"):
        seasonal_chart(line_from([1.0] * 23, "MS"))


@pytest.mark.parametrize(
    ("freq", "rows", "columns", "cell"),
    [
        ("D", "weekday", "week", (1, "2024-01-01")),
        ("W-MON", "year", "week", (2024, 1)),
        ("MS", "year", "month", (2024, 1)),
        ("QS", "year", "quarter", (2024, 1)),
        ("YS", "decade", "year", (2020, 4)),
    ],
)
def test_the_calendar_is_laid_out_by_its_unit(
    line_from: LineFrom, freq: str, rows: str, columns: str, cell: tuple[object, object]
) -> None:
    chart = calendar_chart(line_from([5.0, None, 1.0], freq))
    assert (chart.rows, chart.columns, chart.cells.row(0)[:2]) == (rows, columns, cell)


def test_hours_are_added_up_to_days(line_from: LineFrom) -> None:
    cells = calendar_chart(line_from([1.0] * 30, "h")).cells
    assert cells["ds"].to_list() == [date(2024, 1, 1), date(2024, 1, 2)]
    assert cells["y"].to_list() == [24.0, 6.0]


def test_numbered_periods_are_in_no_calendar(line_from: LineFrom) -> None:
    with pytest.raises(InputError, match="no calendar"):
        calendar_chart(line_from([1.0], "step", 3))  # type: ignore[arg-type]
