"""What a window tells, and what it must not."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from forecastle.core.frequency import Frequency
from forecastle.core.panel import Covariates, Panel
from forecastle.models.deep.inputs import Inputs
from forecastle.models.deep.lesson import Lesson
from forecastle.models.deep.sequences import Sequences, history_of

HORIZON, WINDOW = 4, 6


def _sequences(panel: Panel, inputs: Inputs | None = None) -> Sequences:
    inputs = inputs or Inputs.learn(panel, HORIZON, WINDOW)
    return Sequences.of(history_of(panel, inputs, ahead=HORIZON), inputs)


def _column(sequences: Sequences, part: np.ndarray, name: str) -> np.ndarray:
    return part[..., sequences.inputs.past_names.index(name)]


def test_features_are_as_many_as_the_shape_and_the_names_say(promoted: Panel) -> None:
    sequences = _sequences(promoted)
    inputs, windows = sequences.inputs, sequences.windows(np.array([0, 3]), np.array([79, 20]))
    assert windows.past.shape == (2, WINDOW, len(inputs.past_names)) == (2, WINDOW, inputs.shape.past)
    assert windows.future.shape == (2, HORIZON, len(inputs.future_names)) == (2, HORIZON, inputs.shape.future)
    assert windows.static.shape == (2, len(inputs.static_names)) == (2, inputs.shape.static)


@pytest.mark.parametrize("freq", ["15min", "h", "D", "B", "W-SUN", "MS", "QS", "YS", "step"])
def test_every_frequency_has_its_calendar(freq: str) -> None:
    period = Frequency.parse(freq)
    moments = pl.DataFrame({"ds": range(600, 1600)}).select(period.moments(pl.col("ds"))).to_series()
    panel = Panel(frame=pl.DataFrame({"series_id": ["a"] * 1000, "ds": moments, "y": np.arange(1000.0)}), freq=period)
    sequences = _sequences(panel)
    windows = sequences.windows(np.array([0]), np.array([999]))
    assert windows.future.shape[2] == len(sequences.inputs.future_names)
    assert np.abs(windows.future[:, :, list(sequences.inputs.dated)]).max(initial=0) <= 1
    assert (len(sequences.inputs.dated) > 0) == (freq not in ("YS", "step"))


@pytest.mark.parametrize(("weeks", "told"), [(50, ()), (51, ("week",))])
def test_the_time_of_the_year_is_told_where_a_year_of_it_was_seen(weeks: int, told: tuple[str, ...]) -> None:
    freq = Frequency.parse("W-MON")
    moments = pl.DataFrame({"ds": range(2600, 2600 + weeks)}).select(freq.moments(pl.col("ds"))).to_series()
    frame = pl.DataFrame({"series_id": ["a"] * weeks, "ds": moments, "y": np.arange(float(weeks))})
    assert Inputs.learn(Panel(frame=frame, freq=freq), HORIZON, WINDOW).calendar == told


@pytest.mark.parametrize("cutoff", [10, 40, 70])
def test_nothing_after_the_cutoff_is_told_but_the_plan(promoted: Panel, cutoff: int) -> None:
    inputs = Inputs.learn(promoted, HORIZON, WINDOW)
    place = pl.int_range(pl.len()).over("series_id")
    other = promoted.with_frame(promoted.frame.with_columns(y=pl.when(place > cutoff).then(9e9).otherwise("y")))
    spot = np.array([5]), np.array([cutoff])
    before, after = (_sequences(panel, inputs).windows(*spot) for panel in (promoted, other))
    for name in ("past", "future", "static"):
        assert np.array_equal(getattr(before, name), getattr(after, name))


def test_a_window_longer_than_the_history_begins_with_periods_that_were_not_observed(promoted: Panel) -> None:
    sequences = _sequences(promoted)
    past = sequences.windows(np.array([2]), np.array([1])).past[0]
    assert _column(sequences, past, "observed").tolist() == [0, 0, 0, 0, 1, 1]
    assert _column(sequences, past, "target")[:4].tolist() == [0, 0, 0, 0]


def test_the_size_of_a_series_is_not_told(promoted: Panel) -> None:
    inputs = Inputs.learn(promoted, HORIZON, WINDOW)
    larger = promoted.with_frame(promoted.frame.with_columns(pl.col("y") * 1e6))
    spot = np.array([4]), np.array([60])
    small, large = (_sequences(panel, inputs).windows(*spot) for panel in (promoted, larger))
    assert large.past == pytest.approx(small.past, rel=1e-5, abs=1e-5)
    assert large.units.restore(np.ones((1, 1))) == pytest.approx(1e6 * small.units.restore(np.ones((1, 1))))


def test_the_same_week_of_last_year_is_told_where_it_is_known(promoted: Panel) -> None:
    sequences = _sequences(promoted)
    windows = sequences.windows(np.array([0, 0]), np.array([70, 30]))
    place = sequences.inputs.future_names.index("season_52")
    a_year_ago = sequences.values[0, WINDOW + 71 - 52 : WINDOW + 71 - 52 + HORIZON]
    assert windows.units.restore(windows.future[:, :, place].astype(float))[0] == pytest.approx(a_year_ago, rel=1e-5)
    known = sequences.inputs.future_names.index("season_52 known")
    assert windows.future[:, :, known].tolist() == [[1] * HORIZON, [0] * HORIZON]


def test_a_price_is_told_relative_to_what_it_was_in_the_window() -> None:
    price = np.array([2.0] * 20 + [1.0] * 4)
    columns = {"series_id": ["a"] * 24, "ds": range(24), "y": np.arange(24.0), "price": price}
    covariates = Covariates(known=("price",), price=("price",))
    panel = Panel(frame=pl.DataFrame(columns), freq=Frequency.parse("step"), covariates=covariates)
    sequences = _sequences(panel)
    future = sequences.windows(np.array([0]), np.array([18])).future[0]
    place = sequences.inputs.future_names.index("price")
    assert future[0, place] == pytest.approx(0, abs=1e-6)
    assert future[2, place] < -0.5


def test_answers_of_the_last_horizon_are_kept_from_training(promoted: Panel) -> None:
    lesson = Lesson.of(_sequences(promoted), rows=10_000, batch=64, seed=1)
    assert lesson.early.cutoffs.max() < lesson.sequences.length - 1 - HORIZON
    told = lesson.sequences.answers(lesson.early.rows, lesson.early.cutoffs, lesson.early.last)
    beyond = lesson.early.cutoffs[:, None] + np.arange(1, HORIZON + 1) > lesson.sequences.length - 1 - HORIZON
    assert np.array_equal(np.isnan(told), beyond)
    assert (lesson.late.cutoffs >= lesson.sequences.length - 1 - HORIZON).all()


def test_rounds_differ_from_one_another_and_are_the_same_each_time(promoted: Panel) -> None:
    first, again = (Lesson.of(_sequences(promoted), rows=2_000, batch=64, seed=1) for _ in range(2))
    assert np.array_equal(first.round(0).spots.rows, again.round(0).spots.rows)
    assert not np.array_equal(first.round(0).spots.rows, first.round(1).spots.rows)
    assert sum(len(batch[0]) for batch in first.round(0)) == 2_000 // HORIZON


def test_in_some_windows_the_plan_and_in_others_the_calendar_is_hidden(promoted: Panel) -> None:
    day = pl.lit(date(2023, 1, 2)) + pl.duration(days=pl.int_range(pl.len()).over("series_id"))
    daily = promoted.frame.with_columns(ds=day)
    panel = replace(promoted, frame=daily, freq=Frequency.parse("D"))
    lesson = Lesson.of(_sequences(panel), rows=4_000, batch=1_000, seed=1)
    ((_, future, _, _),) = lesson.round(0)
    names = lesson.sequences.inputs.future_names
    planned, dated = (future[:, :, names.index(name)].all(axis=1) for name in ("promotion known", "dated"))
    assert 0.8 < planned.mean() < 0.95
    assert 0.8 < dated.mean() < 0.95
