from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from forecastle.core.errors import DataError
from forecastle.core.frequency import Frequency
from forecastle.data.cleaning.checks import drop_future, hide_closed, reject_infinite, reject_missing, settle_negative
from forecastle.data.cleaning.profile import found
from forecastle.data.cleaning.rows import tidy
from forecastle.data.cleaning.rules import Rules
from forecastle.settings import CleanSettings

Daily = Callable[..., pl.DataFrame]
DAY = Frequency.parse("D")


def rules(today: date | None = None, **settings: object) -> Rules:
    return Rules(freq=DAY, target="volume", today=today, settings=CleanSettings.model_validate(settings))


def test_infinite_values_are_refused_and_the_first_is_named(daily: Daily) -> None:
    rows = tidy(daily(a=[1, float("inf"), float("-inf")]), DAY)
    with pytest.raises(DataError, match=r"2 infinite values of 'volume'.*a, 2024-01-02: volume = inf"):
        reject_infinite(rows, rules())


def test_values_after_today_are_left_out_and_a_plan_stays(daily: Daily) -> None:
    rows = tidy(daily(a=[1, 2, 3, 4, None]), DAY)
    kept, findings = drop_future(rows, rules(date(2024, 1, 2)))
    assert kept["y"].to_list() == [1, 2, None]
    assert [(finding.code, finding.count) for finding in findings] == [("future_dates", 2)]


def test_the_period_that_holds_today_is_not_the_future() -> None:
    month = Frequency.parse("ME")
    rows = tidy(pl.DataFrame({"series_id": "a", "ds": [date(2024, 1, 31)], "y": [1.0]}), month)
    kept, _ = drop_future(rows, Rules(freq=month, today=date(2024, 1, 9)))
    assert len(kept) == 1


def test_values_after_today_stay_when_asked_to(daily: Daily) -> None:
    rows = tidy(daily(a=[1, 2, 3]), DAY)
    assert drop_future(rows, rules(date(2024, 1, 1), future="keep"))[0] is rows


@pytest.mark.parametrize(("today", "future"), [(date(2024, 1, 2), "fail"), (date(2023, 1, 1), "drop")])
def test_a_future_that_cannot_be_left_out_is_refused(daily: Daily, today: date, future: str) -> None:
    with pytest.raises(DataError, match=rf"dated after today, {today}") as error:
        drop_future(tidy(daily(a=[1, 2, 3]), DAY), rules(today, future=future))
    assert "date format" in error.value.hint


def test_numbered_periods_have_no_future() -> None:
    step = Frequency.parse("step")
    rows = tidy(pl.DataFrame({"series_id": "a", "ds": [1, 99_999], "y": [1.0, 2.0]}), step)
    assert drop_future(rows, Rules(freq=step, today=date(2024, 1, 1)))[0] is rows


def test_closed_days_and_stock_outs_are_unobserved_demand(daily: Daily) -> None:
    frame = daily(a=[5, 0, 2]).with_columns(closed=pl.Series([None, True, True]))
    rows, findings = hide_closed(tidy(frame, DAY), rules())
    assert rows["y"].to_list() == [5, None, None]
    (finding,) = findings
    assert finding.message == "2 rows marked as closed or out of stock, in 1 series; 1 of them with sales all the same."


def test_a_series_that_misses_too_much_is_refused_with_its_name_and_numbers(daily: Daily) -> None:
    rows = tidy(daily(good=range(10), bad=[1, None, None, 4, 5, 6, 7, 8, 9, 10]), DAY)
    with pytest.raises(DataError, match=r"1 of 2 series miss more than 10%.*'bad' 2 of 10 \(20%\)") as error:
        reject_missing(found(rows), rules())
    assert error.value.fields["series"] == ["bad"]
    reject_missing(found(rows), rules(missing_limit=0.2))


def test_exactly_the_limit_is_not_too_much(daily: Daily) -> None:
    reject_missing(found(tidy(daily(a=[None, *range(9)]), DAY)), rules())


def test_closed_days_and_days_before_the_listing_do_not_count_as_missing(daily: Daily) -> None:
    frame = daily(a=[1, 2, 3, None], b=[None, None, 3, 4]).with_columns(
        closed=pl.Series([False, False, False, True, *[False] * 4])
    )
    table = found(tidy(frame, DAY))
    assert table["n_missing"].to_list() == [0, 0]
    assert table["n_listed"].to_list() == [3, 2]


def test_blanks_before_anything_was_observed_count_as_missing(daily: Daily) -> None:
    table = found(tidy(daily(a=[None, None, 3, 4]), DAY))
    assert table["missing_share"].to_list() == [0.5]


@pytest.mark.parametrize(("policy", "expected"), [("keep", [3, -1]), ("zero", [3, 0])])
def test_negative_values_are_kept_or_set_to_zero_and_always_reported(
    daily: Daily, policy: str, expected: list[float]
) -> None:
    rows, findings = settle_negative(tidy(daily(a=[3, -1]), DAY), rules(negative=policy))
    assert rows["y"].to_list() == expected
    assert [(finding.code, finding.count, finding.rows) for finding in findings] == [
        ("negative", 1, ("a, 2024-01-02: volume = -1",))
    ]


def test_negative_values_fail_when_asked_to(daily: Daily) -> None:
    with pytest.raises(DataError, match=r"1 negative value of 'volume', in 1 series. The first: a, 2024-01-02: "):
        settle_negative(tidy(daily(a=[3, -1]), DAY), rules(negative="fail"))
