from datetime import date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.core.errors import DataError, RolesError
from forecastle.core.frequency import Frequency
from forecastle.data.aggregation import to_long
from forecastle.data.dataset import Dataset, Roles

DAYS = [date(2024, 1, 1) + timedelta(days=day) for day in range(28)]
WEEK = Frequency.parse("W")


def dataset(roles: Roles, *, transactions: bool = False, **columns: object) -> Dataset:
    return Dataset(frame=pl.DataFrame(columns), roles=roles, source="test", transactions=transactions)


def test_key_values_are_joined_and_stay_recoverable() -> None:
    roles = Roles(time="day", keys=("shop", "item"), targets=("units",))
    long, _ = to_long(dataset(roles, day=DAYS[:2], shop=["A", "A"], item=[7, 7], units=[1, 2]), "units")
    assert long.frame["series_id"].unique().to_list() == ["A / 7"]
    assert long.keys.rows() == [("A / 7", "A", 7)]


def test_without_keys_the_series_is_called_like_the_target() -> None:
    long, _ = to_long(dataset(Roles(time="day", targets=("load",)), day=DAYS, load=[1.0] * 28), "load")
    assert long.frame["series_id"].unique().to_list() == ["load"]


def test_a_key_column_may_be_called_series_id() -> None:
    roles = Roles(time="day", keys=("series_id",), targets=("y",))
    long, _ = to_long(dataset(roles, day=DAYS[:2], series_id=[7, 7], y=[1, 2]), "y")
    assert long.keys.rows() == [("7",)]


def test_a_static_column_may_not_be_called_series_id() -> None:
    roles = Roles(time="day", keys=("sku",), targets=("y",), static=("series_id",))
    with pytest.raises(RolesError, match="static column cannot be called 'series_id'"):
        to_long(dataset(roles, day=DAYS[:2], sku=["a", "a"], series_id=[7, 7], y=[1, 2]), "y")


def test_rows_are_sorted_and_duplicates_left_for_cleaning() -> None:
    roles = Roles(time="day", targets=("y",))
    long, _ = to_long(dataset(roles, day=[DAYS[2], DAYS[0], DAYS[1], DAYS[0]], y=[3, 1, 2, 9]), "y")
    assert long.frame["y"].to_list() == [1, 9, 2, 3]


def test_single_sales_are_added_up() -> None:
    roles = Roles(time="at", keys=("item",), targets=("units",), price="price", promotion=("deal",))
    at = [datetime(2024, 1, day, hour) for day in range(1, 8) for hour in (9, 17)]
    data = dataset(
        roles, transactions=True, at=at, item=["a"] * 14, units=[1, 3] * 7, price=[2.0, 4.0] * 7, deal=[0, 1] * 7
    )
    long, findings = to_long(data, "units", freq=Frequency.parse("D"))
    assert long.frame.row(0, named=True) == {
        "series_id": "a", "ds": date(2024, 1, 1), "y": 4.0, "price": pytest.approx((1 * 2 + 3 * 4) / 4), "deal": 1,
    }  # fmt: skip
    assert [finding.code for finding in findings] == ["aggregated"]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 27), st.sampled_from("ab"), st.integers(-5, 50)), min_size=1, max_size=60))
def test_nothing_is_lost_in_adding_up(sales: list[tuple[int, str, int]]) -> None:
    roles = Roles(time="day", keys=("item",), targets=("units",))
    days, items, units = zip(*((DAYS[day], item, count) for day, item, count in sales), strict=True)
    data = dataset(roles, transactions=True, day=days, item=items, units=units)
    long, _ = to_long(data, "units", freq=Frequency.parse("D"))
    assert long.frame["y"].sum() == sum(units)
    assert not long.frame.select("series_id", "ds").is_duplicated().any()


def test_an_incomplete_last_week_is_left_out_and_told() -> None:
    days = [date(2024, 1, 1) + timedelta(days=day) for day in range(7 * 6 + 3)]
    roles = Roles(time="day", targets=("units",))
    long, findings = to_long(dataset(roles, day=days, units=[1] * len(days)), "units", freq=WEEK)
    assert long.frame["y"].to_list() == [7.0] * 6
    (partial,) = [finding for finding in findings if finding.code == "partial_period"]
    assert (partial.count, partial.rows) == (3, ("week 2024-02-12: 3 of usually 7",))


def test_a_sum_of_nothing_is_missing_and_not_zero() -> None:
    roles = Roles(time="day", targets=("units",))
    values = [None] * 7 + [1] * 21
    long, _ = to_long(dataset(roles, day=DAYS, units=values), "units", freq=WEEK)
    assert long.frame["y"].to_list() == [None, 7.0, 7.0, 7.0]


def test_the_data_keep_their_own_weekday() -> None:
    saturdays = [date(2024, 1, 6) + timedelta(weeks=week) for week in range(20)]
    long, _ = to_long(dataset(Roles(time="t", targets=("y",)), t=saturdays, y=range(20)), "y", freq=WEEK)
    assert str(long.freq) == "W-SAT"
    assert long.frame["ds"].to_list() == saturdays


def test_rows_off_the_grid_are_moved_to_their_period_and_named() -> None:
    weeks = [date(2024, 1, 1) + timedelta(weeks=week, days=week == 5) for week in range(30)]
    long, findings = to_long(dataset(Roles(time="t", targets=("y",)), t=weeks, y=range(30)), "y")
    assert long.frame["ds"][5] == date(2024, 2, 5)
    assert [finding.rows for finding in findings if finding.code == "irregular_dates"] == [("row 6: t = 2024-02-06",)]


def test_covariates_static_columns_and_closed_days_come_along() -> None:
    roles = Roles(
        time="t", keys=("k",), targets=("v",), past=("y",), static=("size",), closed="open", closed_value=False
    )
    data = dataset(roles, t=DAYS, k=["a"] * 28, v=range(28), y=range(28), size=["big"] * 28, open=[1, 0] * 14)
    long, _ = to_long(data, "v")
    assert long.covariates.past == ("y_",)
    assert long.frame["closed"].to_list() == [False, True] * 14
    assert long.static is not None
    assert long.static.rows() == [("a", "big")]


def test_a_blank_key_is_kept_as_a_series_and_told() -> None:
    roles = Roles(time="t", keys=("k",), targets=("y",))
    long, findings = to_long(dataset(roles, t=DAYS[:4], k=["a", "a", None, None], y=[1, 2, 3, 4]), "y")
    assert long.frame["series_id"].unique(maintain_order=True).to_list() == ["(blank)", "a"]
    assert [finding.code for finding in findings] == ["blank_keys"]


def test_two_series_never_share_a_name() -> None:
    roles = Roles(time="t", keys=("a", "b"), targets=("y",))
    data = dataset(roles, t=DAYS[:2], a=["x / y", "x"], b=["z", "y / z"], y=[1, 2])
    with pytest.raises(RolesError, match="both be called 'x / y / z'"):
        to_long(data, "y")


def test_periods_cannot_be_split() -> None:
    months = [date(2024, month, 1) for month in range(1, 13)]
    with pytest.raises(DataError, match="once a month"):
        to_long(dataset(Roles(time="t", targets=("y",)), t=months, y=range(12)), "y", freq=WEEK)


def test_a_calendar_frequency_needs_dates() -> None:
    with pytest.raises(DataError, match="whole numbers"):
        to_long(dataset(Roles(time="t", targets=("y",)), t=range(12), y=range(12)), "y", freq=WEEK)


def test_a_target_that_is_not_there_is_named() -> None:
    with pytest.raises(RolesError, match="no numeric column 'sales'"):
        to_long(dataset(Roles(time="t", targets=("y",)), t=DAYS, y=range(28)), "sales")
