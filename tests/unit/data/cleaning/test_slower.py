from datetime import date, timedelta

import polars as pl
import pytest

from forecastle.core.frequency import Frequency
from forecastle.data.cleaning.rows import tidy
from forecastle.data.cleaning.rules import Rules
from forecastle.data.cleaning.slower import report_slower

START = date(2022, 1, 3)
WEEKS = [START + timedelta(weeks=week) for week in range(60)]
MONTHS = [date(2022 + month // 12, month % 12 + 1, 1) for month in range(14)]


def said(freq: str, **series: list[date]) -> list[str]:
    frame = pl.concat([pl.DataFrame({"series_id": name, "ds": days, "y": 1.0}) for name, days in series.items()])
    grid = Frequency.parse(freq)
    return [finding.message for finding in report_slower(tidy(frame, grid), Rules(freq=grid))[1]]


def test_a_series_of_months_among_weeks_is_named_as_one() -> None:
    assert said("W", a=WEEKS, b=MONTHS) == ["1 series has a value once a month, others once a week."]
    days = [START + timedelta(days=day) for day in range(120)]
    assert said("D", a=days, b=WEEKS[:17], c=days[::3]) == [
        "1 series has a value once a week, others once a day.",
        "1 series has a value every 3 days, others once a day.",
    ]


@pytest.mark.parametrize("other", [WEEKS[::4][:5], WEEKS[:3] + WEEKS[10:], [*WEEKS[:2], *WEEKS[4::4]], WEEKS])
def test_a_series_with_holes_comes_as_often_as_the_others(other: list[date]) -> None:
    assert said("W", a=WEEKS, b=other) == []


def test_series_that_all_come_alike_are_not_slower_than_others() -> None:
    assert said("W", a=MONTHS, b=MONTHS) == []
