from collections.abc import Callable
from datetime import datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.core.errors import DataError
from forecastle.data.options import ReadOptions
from forecastle.data.read import read
from forecastle.recipes.recipe import Recipe
from forecastle.recipes.run import run
from forecastle.recipes.steps.missing import FITTED, _latest, _levels, _levels_of_many

from .conftest import Step, history, take, with_cell

Weekly = Callable[..., pl.DataFrame]


@pytest.mark.parametrize(
    ("method", "expected"), [("interpolate", 3.0), ("forward_fill", 2.0), ("mean", 3.0), ("median", 3.0)]
)
def test_a_missing_value_is_filled_by_the_method_named(method: str, expected: float) -> None:
    outcome = take(history([[1, 2, None, 4, 5]]), {"step": "missing", "method": method})
    assert outcome.dataset.frame["volume"][2] == expected
    assert outcome.changes[0].cells == {"volume": 1}
    assert outcome.changes[0].examples[0]["after"] == expected


@pytest.mark.parametrize("method", ["seasonal", "model"])
def test_methods_that_know_the_season_fill_a_hole_as_it_was(weekly: Weekly, method: str) -> None:
    frame = weekly()
    holed = frame
    for row in (30, 31, 32, 100):
        holed = with_cell(holed, row, None)
    filled = take(holed, {"step": "missing", "method": method}).dataset.frame
    for row in (30, 31, 32, 100):
        assert filled["volume"][row] == pytest.approx(frame["volume"][row], abs=2.0)


def test_a_hole_at_either_end_is_filled_from_the_side_that_is_known() -> None:
    outcome = take(history([[None, 4, 4, 4, None, None]]), {"step": "missing", "method": "model"})
    assert outcome.dataset.frame["volume"].to_list() == pytest.approx([4.0] * 6)


@given(st.lists(st.lists(st.none() | st.floats(0, 100), min_size=30, max_size=30), min_size=1, max_size=5))
def test_the_level_is_the_same_series_by_series_and_period_by_period(series: list[list[float | None]]) -> None:
    values = np.array(series, dtype=float)
    alpha = np.linspace(0, 1, len(values))
    np.testing.assert_allclose(_levels(values, alpha), _levels_of_many(values, alpha), atol=1e-9)


def test_a_model_is_fitted_to_the_latest_values_of_every_series() -> None:
    values = np.full((3, 30_000), np.nan)
    values[0], values[1, ::2], values[2, 9_000] = 1.0, 1.0, 1.0
    assert _latest(values).shape == (3, 21_000)
    assert _latest(values[:2]).shape == (2, 2 * FITTED)
    assert _latest(values[:2, :50]).shape == (2, 50)


def test_what_was_closed_is_never_filled() -> None:
    frame = history([[5, None, None, 5]]).with_columns(closed=pl.Series([False, True, False, False]))
    outcome = take(frame, {"step": "missing", "method": "mean"})
    assert outcome.dataset.frame["volume"].to_list() == [5, None, 5, 5]


def test_dropped_rows_are_counted_and_shown() -> None:
    change = take(history([[1, None, 3], [4, 5, 6]]), {"step": "missing", "method": "drop"}).changes[0]
    assert (change.rows_before, change.rows_after, change.rows_removed) == (6, 5, 1)
    assert change.rows_example is not None
    assert change.rows_example["series"] == "S0"


def test_a_series_without_any_value_stays_as_it_is() -> None:
    for method in ("interpolate", "seasonal", "model"):
        outcome = take(history([[None, None], [1, None]]), {"step": "missing", "method": method})
        assert outcome.dataset.frame["volume"].to_list() == [None, None, 1, 1]


def test_the_season_is_only_filled_in_where_one_repeats() -> None:
    growing = [(10 + day) * (2.0 if day % 7 == 5 else 1.0) for day in range(70)]
    noise = np.random.default_rng(1).normal(50, 5, 70).round(1).tolist()
    frame = with_cell(with_cell(history([growing, noise]), 40, None), 70 + 40, None)
    filled = take(frame, {"step": "missing", "method": "seasonal"}).dataset.frame["volume"]
    assert filled[40] == pytest.approx(growing[40], rel=0.1)  # a Saturday, twice as high as its neighbours
    assert filled[110] == pytest.approx((noise[39] + noise[41]) / 2)


@pytest.mark.parametrize("method", ["seasonal", "model"])
def test_numbered_periods_are_filled_by_the_season_that_they_show(method: str) -> None:
    values = [10.0 + 8 * (place % 7 == 3) + place % 2 / 4 for place in range(84)]
    frame = pl.DataFrame({"n": range(84), "volume": [None if place == 45 else y for place, y in enumerate(values)]})
    data = read(frame, options=ReadOptions(time="n", targets=("volume",)))
    assert take(data, {"step": "missing", "method": method}).dataset.frame["volume"][45] == pytest.approx(18, abs=1)


def test_a_stray_number_of_a_period_fills_no_memory_and_can_be_left_out() -> None:
    frame = pl.DataFrame({"week": [1, 2, 4, 10**12], "units": [1.0, None, 3.0, 4.0]})
    data = read(frame, options=ReadOptions(time="week", targets=("units",)))
    with pytest.raises(DataError, match="1,000,000,000,000 periods apart"):
        take(data, {"step": "missing", "method": "seasonal"})
    steps = {"step": "filter", "last": 100}, {"step": "missing", "method": "seasonal"}
    assert take(data, *steps).dataset.frame["units"].null_count() == 0


def numbered(season: list[float], cycles: int) -> pl.DataFrame:
    """One series of numbered periods."""
    return pl.DataFrame({"step": range(len(season) * cycles), "volume": [float(value) for value in season * cycles]})


def on_numbers(frame: pl.DataFrame, *steps: Step) -> pl.Series:
    data = read(frame, options=ReadOptions(time="step", targets=("volume",)))
    return run(Recipe.parse(steps), data).dataset.frame["volume"]


def test_a_hole_is_filled_with_the_hour_of_the_day_and_the_day_of_the_week() -> None:
    day = 50 + 10 * np.sin(2 * np.pi * np.arange(24) / 24)
    week = np.concatenate([day, day + 5, day - 5, day, day + 10, day + 40, day - 20])
    true = np.tile(week, 6) + np.random.default_rng(1).normal(0, 0.5, 6 * 168)
    hours = pl.datetime_range(datetime(2024, 1, 1), interval="1h", eager=True, end=datetime(2024, 2, 11, 23))
    frame = pl.DataFrame({"at": hours, "volume": true}).with_row_index()
    hole = pl.col("index").is_between(500, 509)
    holed = read(frame.select("at", pl.when(~hole).then("volume").alias("volume")))
    for method in ("seasonal", "model"):
        filled = run(Recipe.parse([{"step": "missing", "method": method}]), holed).dataset.frame["volume"]
        np.testing.assert_allclose(filled[500:510], true[500:510], atol=6)


def test_seasons_of_numbered_periods_can_be_named() -> None:
    season = [10.0, 90, 30, 70, 50]
    frame = with_cell(with_cell(numbered(season, 12), 31, None), 42, 95.0)
    named = {"seasons": [5]}
    assert on_numbers(frame, {"step": "missing", "method": "seasonal", **named})[31] == pytest.approx(90, abs=8)
    assert on_numbers(frame, {"step": "missing", "method": "seasonal"})[31] == pytest.approx(20, abs=1)
    found = on_numbers(frame, {"step": "outliers", "method": "hampel", "action": "replace", **named})
    assert found[42] == pytest.approx(50)  # the running median of 5 is one rank higher there, with the outlier in it
    assert on_numbers(frame, {"step": "outliers", "method": "hampel", "action": "replace"})[42] == 95
