from datetime import date

import polars as pl
import pytest

from forecastle.core.errors import DataError, InputError, RolesError

from .conftest import history, take

TWICE = pl.concat([history([[1, 2, 3]]), history([[10]]).with_columns(price=9.0)])


@pytest.mark.parametrize(
    ("keep", "expected"), [("last", 10.0), ("first", 1.0), ("sum", 11.0), ("mean", 5.5), ("max", 10.0), ("min", 1.0)]
)
def test_of_duplicates_one_row_is_left(keep: str, expected: float) -> None:
    outcome = take(TWICE, {"step": "duplicates", "keep": keep})
    assert outcome.dataset.frame["volume"].to_list() == [expected, 2.0, 3.0]
    assert outcome.changes[0].rows_removed == 1


def test_examples_of_rows_leave_out_bytes_which_no_answer_can_hold() -> None:
    (change,) = take(TWICE.with_columns(scan=pl.lit(b"\xff")), {"step": "duplicates"}).changes
    assert change.rows_example is not None
    first = {"day": date(2024, 1, 1), "sku": "S0"}
    assert change.rows_example["before"][0] == first | {"volume": 1.0, "price": 2.0}
    assert change.rows_example["after"][0] == first | {"volume": 10.0, "price": 9.0}


def test_duplicates_are_refused_where_somebody_wants_that() -> None:
    with pytest.raises(DataError, match=r"Step 1 \(duplicates\): 1 row"):
        take(TWICE, {"step": "duplicates", "keep": "fail"})


def test_a_filter_keeps_what_fits_everything() -> None:
    frame = history([[1, 20, 3, 40], [50, 60, 70, 80]])
    step = {"step": "filter", "where": "volume > 10 and not (sku == 'S1')", "first": "2024-01-02", "last": "2024-01-03"}
    assert take(frame, step).dataset.frame["volume"].to_list() == [20.0]
    assert take(frame, {"step": "filter", "series": ["S1"], "min_length": 4}).changes[0].series_after == 1
    with pytest.raises(DataError, match="No row would be left"):
        take(frame, {"step": "filter", "min_length": 5})
    with pytest.raises(RolesError, match="dates, not such as 7"):
        take(frame, {"step": "filter", "first": 7})


def test_every_period_gets_a_row_and_nothing_is_made_up() -> None:
    frame = history([[1, 2, 3, 4], [5, 6, 7, 8]]).filter(~pl.col("volume").is_in([2.0, 8.0]))
    missing = take(frame, {"step": "align", "until": "data"})
    assert missing.dataset.frame["volume"].to_list() == [1, None, 3, 4, 5, 6, 7, None]
    assert missing.changes[0].rows_added == 2
    zeros = take(frame, {"step": "align", "absent": "zero"}).dataset.frame
    assert zeros["volume"].to_list() == [1, 0, 3, 4, 5, 6, 7]
    assert zeros["day"].to_list()[:2] == [date(2024, 1, 1), date(2024, 1, 2)]


def test_days_become_weeks_by_a_rule_for_each_column() -> None:
    frame = history([[1.0] * 7 + [2.0] * 7])  # 2024-01-01 is a Monday
    weekly = take(frame, {"step": "resample", "freq": "W", "rules": {"price": "max"}})
    assert weekly.dataset.frame["volume"].to_list() == [7.0, 14.0]
    assert weekly.dataset.frame["price"].to_list() == [4.0, 4.0]
    assert weekly.dataset.frame["day"].to_list() == [date(2024, 1, 1), date(2024, 1, 8)]
    usual = take(frame, {"step": "resample", "freq": "W"}).dataset.frame
    assert usual["price"][0] == pytest.approx((2 + 3 + 4 + 2 + 3 + 4 + 2) / 7)


def test_a_week_that_the_data_reach_in_part_is_left_out_or_kept_as_asked() -> None:
    frame = history([[1.0] * 16])
    dropped, kept = (
        take(frame, {"step": "resample", "freq": "W", "partial": partial}).dataset.frame["volume"].to_list()
        for partial in ("drop", "keep")
    )
    assert (dropped, kept) == ([7, 7], [7, 7, 2])


def test_sums_that_lack_a_part_are_counted() -> None:
    frame = history([[1.0, None, *[1.0] * 12], [None] * 7 + [2.0] * 7])
    outcome = take(frame, {"step": "resample", "freq": "W"})
    assert outcome.dataset.frame["volume"].to_list() == [6, 7, None, 14]
    assert (outcome.changes[0].found, outcome.changes[0].examples) == ({"volume": 1}, ())
    assert take(frame, {"step": "missing"}, {"step": "resample", "freq": "W"}).changes[1].found == {}


def test_a_period_cannot_be_split() -> None:
    with pytest.raises(DataError, match="cannot be split into h"):
        take(history([[1, 2, 3]]), {"step": "resample", "freq": "h"})
    with pytest.raises(InputError, match=r"step 1 \(resample\), freq: .*Unknown frequency"):
        take(history([[1, 2, 3]]), {"step": "resample", "freq": "fortnight"})


def test_a_run_of_zeros_in_a_series_that_sells_is_a_stock_out_and_rare_sales_are_not() -> None:
    steady = [5.0] * 20 + [0.0] * 4 + [5.0] * 20
    rare = [5.0 if day % 5 == 0 else 0.0 for day in range(44)]
    outcome = take(history([steady, rare]), {"step": "stock_outs"})
    assert outcome.dataset.frame["closed"].to_list() == [20 <= day < 24 for day in range(44)] + [False] * 44
    assert outcome.dataset.roles.closed == "closed"
    assert outcome.changes[0].found == {"volume": 4}


def test_a_column_with_the_stock_tells_when_the_shelf_was_empty() -> None:
    frame = history([[5, 0, 0]]).with_columns(stock=pl.Series([3, 0, 1]))
    assert take(frame, {"step": "stock_outs", "stock": "stock"}).dataset.frame["closed"].to_list() == [
        False,
        True,
        False,
    ]
