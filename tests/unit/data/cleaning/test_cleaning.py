from collections.abc import Callable
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from forecastle.core.errors import DataError
from forecastle.core.frequency import Frequency
from forecastle.data.cleaning.clean import clean
from forecastle.data.cleaning.rules import Rules
from forecastle.settings import CleanSettings

Daily = Callable[..., pl.DataFrame]
DAY = Frequency.parse("D")
METHODS = ("keep", "drop", "interpolate", "forward_fill", "mean", "median", "seasonal")

value = st.none() | st.sampled_from([0.0, 0.0, 1.0, 2.5, 7.0, -3.0, 1000.0])
row = st.tuples(st.sampled_from("ab"), st.integers(0, 25), value, st.booleans() | st.none())
settings = st.builds(
    CleanSettings,
    missing=st.sampled_from(METHODS),
    missing_limit=st.just(1.0),
    duplicates=st.sampled_from(["last", "sum"]),
    absent=st.sampled_from(["zero", "missing"]),
    negative=st.sampled_from(["keep", "zero"]),
    leading_zeros=st.sampled_from(["auto", "trim", "keep"]),
)


def frame_of(rows: list[tuple[str, int, float | None, bool | None]]) -> pl.DataFrame:
    moments = [(series, date(2024, 1, 1) + timedelta(days=day), y, closed) for series, day, y, closed in rows]
    schema = {"series_id": pl.String, "ds": pl.Date, "y": pl.Float64, "closed": pl.Boolean}
    return pl.DataFrame(moments, schema=schema, orient="row")


observable = st.lists(row, min_size=1, max_size=30).filter(
    lambda rows: any(y is not None and not closed for _, _, y, closed in rows)
)


@example(
    [("a", 0, 0.0, None), ("a", 9, None, None), ("a", 10, 1.0, None)],
    CleanSettings(missing="interpolate", missing_limit=1.0, absent="zero"),
)
@given(observable, settings)
def test_cleaning_twice_equals_cleaning_once(
    rows: list[tuple[str, int, float | None, bool | None]], chosen: CleanSettings
) -> None:
    rules = Rules(freq=DAY, settings=chosen)
    try:
        once = clean(frame_of(rows), rules).rows
    except DataError:
        return  # the last of the duplicates hides the only value
    again = clean(once.drop("step"), rules).rows
    assert_frame_equal(again.select(once.columns), once)


@given(observable, settings)
def test_every_period_between_first_and_last_has_one_row(
    rows: list[tuple[str, int, float | None, bool | None]], chosen: CleanSettings
) -> None:
    try:
        cleaned = clean(frame_of(rows), Rules(freq=DAY, settings=chosen)).rows
    except DataError:
        return
    steps = cleaned.group_by("series_id").agg(pl.len(), (pl.col("step").max() - pl.col("step").min() + 1).alias("span"))
    assert steps.filter(pl.col("len") != pl.col("span")).is_empty()
    assert cleaned.sort("series_id", "ds").equals(cleaned)


def test_what_is_missing_is_never_filled_with_zero(daily: Daily) -> None:
    cleaned = clean(daily(a=[5, None, *[5] * 18], b=[1, 2]), Rules(freq=DAY))
    assert cleaned.rows.filter(pl.col("y").is_null())["ds"].to_list() == [date(2024, 1, 2)]
    assert (cleaned.rows["y"] == 0).sum() == 0


def test_known_covariates_after_the_history_are_a_plan_and_not_missing_values(daily: Daily) -> None:
    frame = daily(a=[1, 2, 3, None, None]).with_columns(promo=pl.Series([0, 1, 0, 1, 1]))
    cleaned = clean(frame, Rules(freq=DAY, planned=True))
    assert cleaned.rows["y"].to_list() == [1, 2, 3]
    assert cleaned.plan["promo"].to_list() == [1, 1]
    assert [finding.action for finding in cleaned.findings if finding.code == "plan"] == [
        "taken as the plan for the future"
    ]


def test_blank_rows_after_today_are_no_missing_values_either(daily: Daily) -> None:
    frame = daily(a=[1, 2, 3, None, None])
    assert clean(frame, Rules(freq=DAY, today=date(2024, 1, 3))).rows["y"].to_list() == [1, 2, 3]
    with pytest.raises(DataError, match=r"'a' 2 of 5 \(40%\)"):
        clean(frame, Rules(freq=DAY))


def test_a_plan_without_any_history_is_refused(daily: Daily) -> None:
    with pytest.raises(DataError, match=r"'a' 2 of 2 \(100%\)"):
        clean(daily(a=[None, None]), Rules(freq=DAY, planned=True))


def test_a_dropped_value_of_a_transaction_file_is_no_sale(daily: Daily) -> None:
    settings = CleanSettings(missing="drop", missing_limit=1)
    cleaned = clean(daily(a=[1, None, 3]), Rules(freq=DAY, settings=settings, transactions=True))
    assert cleaned.rows["y"].to_list() == [1, 0, 3]


def test_everything_that_was_done_is_told(daily: Daily) -> None:
    frame = pl.concat([daily(a=[0, 5, None, 5, -5], b=[1]), daily(b=[1])])
    settings = CleanSettings(missing_limit=0.5, missing="interpolate", negative="zero", leading_zeros="trim")
    codes = {finding.code for finding in clean(frame, Rules(freq=DAY, settings=settings)).findings}
    assert codes == {"duplicates", "missing", "negative", "leading_zeros", "filled", "short", "ended"}
