from collections.abc import Callable

import polars as pl
import pytest

from forecastle.core.errors import DataError
from forecastle.core.frequency import Frequency
from forecastle.data.cleaning.beginnings import drop_unobserved, trim_blanks, trim_leading_zeros
from forecastle.data.cleaning.rows import tidy
from forecastle.data.cleaning.rules import Rules
from forecastle.settings import CleanSettings

Daily = Callable[..., pl.DataFrame]
RULES = Rules(freq=Frequency.parse("D"), target="volume")


def test_a_series_before_its_first_sale_is_not_a_series_of_zeros(daily: Daily) -> None:
    rows, findings = trim_leading_zeros(tidy(daily(a=[0, 0, *[3, 2, 1] * 5], b=[1, 0, 2, 0, 0]), RULES.freq), RULES)
    assert rows.filter(series_id="a")["y"].to_list() == [3, 2, 1] * 5
    assert rows.filter(series_id="b")["y"].to_list() == [1, 0, 2, 0, 0]
    assert [(finding.code, finding.count, finding.series) for finding in findings] == [("leading_zeros", 2, ("a",))]


@pytest.mark.parametrize("values", [[0, 0, 0], [0, -1, 2], [2, 0, 0]], ids=["all zero", "temperature", "sold at once"])
def test_these_series_keep_their_zeros(daily: Daily, values: list[float]) -> None:
    rows, findings = trim_leading_zeros(tidy(daily(a=values), RULES.freq), RULES)
    assert rows["y"].to_list() == values
    assert not list(findings)


def test_zeros_at_the_start_of_a_series_that_sells_now_and_then_are_zeros(daily: Daily) -> None:
    values = [0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3]
    rows, findings = trim_leading_zeros(tidy(daily(a=values), RULES.freq), RULES)
    assert rows["y"].to_list() == values
    assert not list(findings)


def test_every_zero_before_the_first_sale_goes_when_asked_to(daily: Daily) -> None:
    trimming = Rules(freq=RULES.freq, settings=CleanSettings(leading_zeros="trim"))
    rows, _ = trim_leading_zeros(tidy(daily(a=[0, 0, 0, 2, 0, 0, 0, 1]), RULES.freq), trimming)
    assert rows["y"].to_list() == [2, 0, 0, 0, 1]


def test_leading_zeros_stay_when_asked_to(daily: Daily) -> None:
    keeping = Rules(freq=RULES.freq, settings=CleanSettings(leading_zeros="keep"))
    rows, _ = trim_leading_zeros(tidy(daily(a=[0, 0, 3]), RULES.freq), keeping)
    assert rows["y"].to_list() == [0, 0, 3]


def test_a_series_begins_with_its_first_value(daily: Daily) -> None:
    rows, findings = trim_blanks(tidy(daily(a=[None, None, 3, None, 1], b=[1, 2]), RULES.freq), RULES)
    assert rows["y"].to_list() == [3, None, 1, 1, 2]
    assert [(finding.code, finding.count) for finding in findings] == [("leading_blanks", 2)]


def test_a_series_without_any_value_is_left_out_and_named(daily: Daily) -> None:
    rows, findings = drop_unobserved(tidy(daily(a=[1, 2], b=[None, None]), RULES.freq), RULES)
    assert rows["series_id"].unique().to_list() == ["a"]
    assert [(finding.code, finding.series) for finding in findings] == [("no_values", ("b",))]


def test_a_panel_without_any_value_is_refused(daily: Daily) -> None:
    with pytest.raises(DataError, match="'volume' has no usable value in any row"):
        drop_unobserved(tidy(daily(a=[None, None], b=[None]), RULES.freq), RULES)
