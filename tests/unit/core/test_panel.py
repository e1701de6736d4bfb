from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.core.columns import DS, SERIES_ID, STEP, Y
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Panel

DAILY = Frequency.parse("D")
FIRST = date(2024, 1, 1)

values = st.lists(st.none() | st.floats(-1e6, 1e6), min_size=1, max_size=8)
histories = st.lists(st.tuples(st.integers(0, 30), values), min_size=1, max_size=5)


def panel_of(histories: list[tuple[int, list[float | None]]]) -> Panel:
    """One daily series a history: how many days after the first of January it begins, and its values."""
    rows = [
        (f"series {number}", FIRST + timedelta(days=start + day), value)
        for number, (start, history) in enumerate(histories)
        for day, value in enumerate(history)
    ]
    return Panel(frame=pl.DataFrame(rows, {SERIES_ID: pl.String, DS: pl.Date, Y: pl.Float64}, orient="row"), freq=DAILY)


@pytest.fixture
def panel() -> Panel:
    return panel_of([(0, [1.0, 2.0, 3.0]), (10, [4.0, None, 6.0, 7.0])])


@given(histories)
def test_the_grid_holds_every_value_right_aligned_and_nothing_else(
    histories: list[tuple[int, list[float | None]]],
) -> None:
    grid = panel_of(histories).grid()
    for row, (_, history) in zip(grid.values, histories, strict=True):
        expected = [np.nan if value is None else value for value in history]
        np.testing.assert_array_equal(row[len(row) - len(history) :], expected)
        assert np.isnan(row[: len(row) - len(history)]).all()


@given(histories, st.integers(1, 10))
def test_the_parts_before_and_after_a_cutoff_make_the_whole(
    histories: list[tuple[int, list[float | None]]], periods: int
) -> None:
    panel = panel_of(histories)
    parts = pl.concat([panel.drop_last(periods).frame, panel.take_last(periods).drop(STEP)])
    assert parts.sort(SERIES_ID, DS).equals(panel.frame.sort(SERIES_ID, DS))


def test_a_day_without_a_row_is_not_observed_in_the_grid(panel: Panel) -> None:
    gap = panel.with_frame(panel.frame.filter(pl.col(DS) != date(2024, 1, 2)))
    np.testing.assert_array_equal(gap.grid().values[0], [np.nan, 1, np.nan, 3])
    assert gap.grid().lengths.tolist() == [3, 4]


def test_each_series_is_cut_at_its_own_end(panel: Panel) -> None:
    ends = panel.drop_last(2).frame.group_by(SERIES_ID, maintain_order=True).agg(pl.col(DS).max())
    assert ends[DS].to_list() == [date(2024, 1, 1), date(2024, 1, 12)]
    assert panel.take_last(2)[STEP].to_list() == [1, 2, 1, 2]


def test_the_future_begins_right_after_each_series_own_end(panel: Panel) -> None:
    future = panel.grid().future(2)
    assert future[SERIES_ID].to_list() == ["series 0", "series 0", "series 1", "series 1"]
    assert future[DS].to_list() == [date(2024, 1, day) for day in (4, 5, 15, 16)]
    assert future[STEP].to_list() == [1, 2, 1, 2]


def test_an_empty_panel_has_an_empty_grid(panel: Panel) -> None:
    grid = panel.with_frame(panel.frame.clear()).grid()
    assert grid.values.shape == (0, 0)
    assert grid.future(3).is_empty()


def test_selecting_series_keeps_only_their_rows(panel: Panel) -> None:
    chosen = panel.select(pl.Series(["series 1"]))
    assert (panel.n_series, chosen.n_series) == (2, 1)
    assert chosen.frame[SERIES_ID].unique().to_list() == ["series 1"]


def test_season_lengths_are_the_usual_ones_unless_named(panel: Panel) -> None:
    assert panel.season_lengths == (7, 365)
    assert replace(panel, seasons=()).season_lengths == ()
