from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.core.errors import InputError
from forecastle.core.frequency import HORIZONS, WEEKDAYS, Frequency, Unit

Moment = date | int

WRITTEN = ["min", "15min", "h", "6h", "D", "B", "step", "2step", "MS", "ME", "3MS", "QS", "QE", "YS", "YE"]
WRITTEN += ["MS+14", "2QS+40"]
WRITTEN += [f"{every}W-{day}" for every in ("", "2") for day in WEEKDAYS]
frequencies = st.sampled_from(WRITTEN).map(Frequency.parse)
numbers = st.lists(st.integers(-500, 5_000), min_size=1, max_size=20)


def moments(freq: Frequency, numbers: list[int]) -> pl.Series:
    return pl.DataFrame({"step": numbers}).select(freq.moments(pl.col("step")).alias("ds")).to_series()


def steps(freq: Frequency, values: pl.Series) -> list[int]:
    return values.to_frame("ds").select(freq.steps(pl.col("ds"))).to_series().to_list()


@given(frequencies, numbers)
def test_a_step_number_survives_the_way_to_a_moment_and_back(freq: Frequency, numbers: list[int]) -> None:
    assert steps(freq, moments(freq, numbers)) == numbers


@given(frequencies, numbers)
def test_later_steps_are_later_moments(freq: Frequency, numbers: list[int]) -> None:
    rising = sorted(set(numbers))
    values = moments(freq, rising)
    assert values.is_sorted()
    assert values.n_unique() == len(rising)


@given(frequencies, numbers)
def test_every_moment_the_frequency_makes_is_on_its_grid(freq: Frequency, numbers: list[int]) -> None:
    values = moments(freq, numbers).to_frame("ds")
    assert values.select(freq.on_grid(pl.col("ds")).all()).item()


@given(
    frequencies.filter(lambda freq: freq.unit is not Unit.STEP),
    st.datetimes(datetime(1980, 1, 1), datetime(2060, 1, 1)),
)
def test_snapping_a_moment_to_the_grid_twice_changes_nothing_more(freq: Frequency, moment: datetime) -> None:
    once = moments(freq, steps(freq, pl.Series([moment])))
    assert moments(freq, steps(freq, once)).to_list() == once.to_list()


@pytest.mark.parametrize("text", WRITTEN)
def test_a_frequency_is_written_as_it_is_read(text: str) -> None:
    freq = Frequency.parse(text)
    assert Frequency.parse(str(freq)) == freq


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H", Frequency(Unit.HOUR)),
        ("15T", Frequency(Unit.MINUTE, 15)),
        ("W", Frequency(Unit.WEEK)),
        ("w-sat", Frequency(Unit.WEEK, 1, 5)),
        ("M", Frequency(Unit.MONTH)),
        ("A", Frequency(Unit.YEAR)),
    ],
)
def test_the_names_people_know_are_understood(text: str, expected: Frequency) -> None:
    assert Frequency.parse(text) == expected


@pytest.mark.parametrize("text", ["", "fortnight", "W-XYZ", "0D", "0W", "D-MON", "-1h"])
def test_a_text_that_names_no_frequency_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputError, match=f"Unknown frequency {text!r}"):
        Frequency.parse(text)


@pytest.mark.parametrize(
    ("text", "moment", "following"),
    [
        ("D", date(2024, 2, 28), date(2024, 2, 29)),
        ("B", date(2024, 3, 1), date(2024, 3, 4)),
        ("W-SAT", date(2024, 12, 28), date(2025, 1, 4)),
        ("2W-MON", date(2024, 1, 1), date(2024, 1, 15)),
        ("MS", date(2024, 12, 1), date(2025, 1, 1)),
        ("ME", date(2024, 1, 31), date(2024, 2, 29)),
        ("QE", date(2023, 12, 31), date(2024, 3, 31)),
        ("YE", date(2024, 12, 31), date(2025, 12, 31)),
        ("h", datetime(2024, 3, 31, 23), datetime(2024, 4, 1, 0)),
        ("15min", datetime(2024, 1, 1, 0, 45), datetime(2024, 1, 1, 1)),
        ("step", 7, 8),
    ],
)
def test_one_period_later_is_what_a_calendar_says(text: str, moment: Moment, following: Moment) -> None:
    freq = Frequency.parse(text)
    number = steps(freq, pl.Series([moment]))[0]
    assert moments(freq, [number, number + 1]).to_list() == [moment, following]


def test_a_day_off_the_anchor_is_not_on_the_grid() -> None:
    days = pl.DataFrame({"ds": [date(2024, 6, 1), date(2024, 6, 2)]})
    assert days.select(Frequency.parse("W-SAT").on_grid(pl.col("ds"))).to_series().to_list() == [True, False]


@pytest.mark.parametrize(
    ("text", "seasons", "word"),
    [
        ("h", (24, 168), "hour"),
        ("6h", (4, 28), "6 hours"),
        ("15min", (96,), "15 minutes"),
        ("7min", (), "7 minutes"),
        ("D", (7, 365), "day"),
        ("B", (5,), "business day"),
        ("W", (52,), "week"),
        ("2W", (26,), "2 weeks"),
        ("ME", (12,), "month"),
        ("QS", (4,), "quarter"),
        ("YS", (), "year"),
        ("step", (), "step"),
    ],
)
def test_a_frequency_knows_its_seasons_and_its_word(text: str, seasons: tuple[int, ...], word: str) -> None:
    freq = Frequency.parse(text)
    assert (freq.seasons, freq.word) == (seasons, word)


def test_every_unit_has_a_usual_horizon() -> None:
    assert {unit: Frequency(unit).horizon for unit in Unit} == HORIZONS
