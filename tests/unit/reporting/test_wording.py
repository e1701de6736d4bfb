from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.core.frequency import Frequency
from forecastle.reporting import wording


@pytest.mark.parametrize(
    ("value", "words"),
    [(1234567.8, "1,234,568"), (123.4, "123"), (12.34, "12.3"), (1.234, "1.23"), (0.1234, "0.123"), (0.0, "0")],
)
def test_numbers_have_about_three_digits(value: float, words: str) -> None:
    assert wording.number(value) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "0 %"), (0.001, "less than 1 %"), (0.254, "25 %"), (0.999, "more than 99 %"), (1.0, "100 %")],
)
def test_a_few_are_not_called_none_and_nearly_all_not_all(share: float, words: str) -> None:
    assert wording.part(share) == words


@pytest.mark.parametrize("value", [None, nan, inf])
def test_an_unknown_number_is_a_dash_and_never_a_zero(value: float | None) -> None:
    assert wording.number(value) == wording.percent(value) == wording.luck(value) == "–"


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_a_written_number_is_within_one_percent_of_the_number(value: float) -> None:
    assert float(wording.number(value).replace(",", "")) == pytest.approx(value, rel=0.01, abs=0.0005)


@pytest.mark.parametrize(
    ("skill", "words"),
    [
        (0.124, "12 % smaller than that of repeating last year"),
        (-0.5, "50 % larger than that of repeating last year"),
        (0.001, "the same as that of repeating last year"),
    ],
)
def test_skill_is_said_in_words(skill: float, words: str) -> None:
    assert wording.better(skill, "repeating last year") == words


def test_horizons_and_yardsticks_speak_the_language_of_the_period() -> None:
    assert wording.ahead(1, Frequency.parse("MS")) == "1 month"
    assert wording.ahead(13, Frequency.parse("W-SAT")) == "13 weeks"
    assert wording.ahead(4, Frequency.parse("2W")) == "4 × 2 weeks"
    assert wording.repeating(Frequency.parse("D"), 7) == "repeating last week"
    assert wording.repeating(Frequency.parse("15min"), 96) == "repeating the day before"
    assert wording.repeating(Frequency.parse("YS"), 1) == "repeating the last value"
    assert wording.repeating(Frequency.parse("step"), 12) == "repeating the last 12 steps"


@pytest.mark.parametrize(
    ("growth", "words"), [(0.031, "3.1 % more than"), (-0.2, "20.0 % less than"), (0, "as much as")]
)
def test_change_is_said_in_words(growth: float, words: str) -> None:
    assert wording.change(growth) == words
