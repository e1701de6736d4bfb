from collections.abc import Callable
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from forecastle.core.errors import DataError
from forecastle.core.frequency import Frequency
from forecastle.data.cleaning.gaps import fill_gaps, reject_stray_dates
from forecastle.data.cleaning.rows import tidy
from forecastle.data.cleaning.rules import Rules

Daily = Callable[..., pl.DataFrame]
DAY = Frequency.parse("D")


def on(frame: pl.DataFrame, freq: str = "D", *, transactions: bool = False) -> tuple[pl.DataFrame, Rules]:
    grid = Frequency.parse(freq)
    return tidy(frame, grid), Rules(freq=grid, transactions=transactions)


@pytest.fixture
def holed(daily: Daily) -> pl.DataFrame:
    """Series a without its third and fourth day of six; b sold on the first two days only."""
    return daily(a=range(1, 7), b=[8, 9]).filter(~pl.col("y").is_in([3.0, 4.0]))


def test_a_period_without_a_row_of_periodic_data_is_not_observed(holed: pl.DataFrame) -> None:
    rows, findings = fill_gaps(*on(holed))
    assert rows.filter(series_id="a")["y"].to_list() == [1, 2, None, None, 5, 6]
    assert rows.filter(series_id="b")["y"].to_list() == [8, 9]
    (finding,) = findings
    assert (finding.code, finding.count, finding.series) == ("gaps", 2, ("a",))
    assert finding.rows == ("a: no row from 2024-01-03 to 2024-01-04 (2 periods)",)


def test_a_period_without_a_transaction_is_zero_up_to_the_end_of_the_panel(holed: pl.DataFrame) -> None:
    rows, findings = fill_gaps(*on(holed, transactions=True))
    assert rows.filter(series_id="a")["y"].to_list() == [1, 2, 0, 0, 5, 6]
    assert rows.filter(series_id="b")["y"].to_list() == [8, 9, 0, 0, 0, 0]
    assert [(finding.code, finding.count) for finding in findings] == [("absent_zero", 6)]


def test_periods_before_the_first_row_never_exist(daily: Daily) -> None:
    late = daily(a=[1, 2, 3], b=[None, None, 5]).drop_nulls()
    rows, _ = fill_gaps(*on(late, transactions=True))
    assert rows.filter(series_id="b")["ds"].to_list() == [date(2024, 1, 3)]


@pytest.mark.parametrize("freq", ["W-SAT", "MS", "ME", "QE", "B", "2W"])
def test_new_rows_stand_on_the_grid_of_any_frequency(freq: str) -> None:
    grid = Frequency.parse(freq)
    steps = pl.DataFrame({"series_id": "a", "step": [600, 601, 604]})
    frame = steps.with_columns(grid.moments(pl.col("step")).alias("ds"), pl.lit(1.0).alias("y")).drop("step")
    rows, _ = fill_gaps(*on(frame, freq))
    assert rows["step"].to_list() == [600, 601, 602, 603, 604]
    assert rows.select(grid.on_grid(pl.col("ds")).all()).item()


def test_covariates_of_new_rows_are_null(holed: pl.DataFrame) -> None:
    rows, _ = fill_gaps(*on(holed.with_columns(price=pl.lit(2.5))))
    assert rows.filter(series_id="a")["price"].to_list() == [2.5, 2.5, None, None, 2.5, 2.5]


def test_a_date_far_from_all_others_is_refused_and_named(daily: Daily) -> None:
    stray = pl.concat([daily(a=range(30)), pl.DataFrame({"series_id": "a", "ds": [date(1900, 1, 1)], "y": [1.0]})])
    with pytest.raises(DataError, match=r"45,\d\d\d days between 1900-01-01 and 2024-01-01"):
        reject_stray_dates(*on(stray))


def test_a_seldom_sold_product_has_no_stray_dates() -> None:
    days = [date(2020, 1, 1), date(2021, 2, 3), date(2022, 12, 24)]
    rows, findings = reject_stray_dates(*on(pl.DataFrame({"series_id": "a", "ds": days, "y": [1.0, 1, 1]})))
    assert len(rows) == 3
    assert not list(findings)


def test_gaps_too_large_to_fill_are_refused(monkeypatch: pytest.MonkeyPatch, holed: pl.DataFrame) -> None:
    monkeypatch.setattr("forecastle.data.cleaning.gaps.MOST_ROWS_ADDED", 1)
    monkeypatch.setattr("forecastle.data.cleaning.gaps.MOST_ROWS_ADDED_FOR_EACH", 0)
    with pytest.raises(DataError, match="2 periods without a row lie between 6 rows") as error:
        fill_gaps(*on(holed))
    assert "coarser frequency" in error.value.hint


def half_hours(first: datetime, *missing: datetime) -> pl.DataFrame:
    moments = [first + timedelta(minutes=30 * number) for number in range(48)]
    kept = [moment for moment in moments if moment not in missing]
    return pl.DataFrame({"series_id": "a", "ds": kept, "y": [1.0] * len(kept)})


def test_an_hour_that_a_local_clock_leaps_over_in_spring_is_named() -> None:
    leapt = (datetime(2024, 3, 31, 2), datetime(2024, 3, 31, 2, 30))
    _, findings = fill_gaps(*on(half_hours(datetime(2024, 3, 31), *leapt), "30min"))
    found = {finding.code: finding for finding in findings}
    assert (found["daylight_saving"].count, found["daylight_saving"].series) == (1, ("a",))
    assert found["daylight_saving"].rows == ("a: no row at 2024-03-31 02:00",)


@pytest.mark.parametrize(
    ("first", "missing"),
    [
        (datetime(2024, 3, 30), [2, 2.5]),  # a Saturday
        (datetime(2024, 3, 31), [2]),  # half an hour
        (datetime(2024, 3, 31), [12, 12.5]),  # by day
        (datetime(2024, 6, 30), [2, 2.5]),  # in summer
    ],
)
def test_other_holes_are_not_blamed_on_the_clock(first: datetime, missing: list[float]) -> None:
    _, findings = fill_gaps(*on(half_hours(first, *(first + timedelta(hours=hour) for hour in missing)), "30min"))
    assert [finding.code for finding in findings] == ["gaps"]
