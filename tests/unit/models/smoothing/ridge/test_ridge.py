import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from forecastle.models.kernel import Batch
from forecastle.models.smoothing.ridge.kernel import RidgeKernel, RidgeState
from real_data import DATA, needs_real_data

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def seasonal_panel(n: int = 6, length: int = 96, period: int = 12) -> np.ndarray:
    season = 1 + 0.3 * np.sin(2 * np.pi * np.arange(length) / period)
    return 100 * season * np.exp(0.05 * rng().standard_normal((n, length)))


def fit(values: np.ndarray, *seasons: int) -> RidgeState:
    return RidgeKernel().fit(Batch(values=values, seasons=seasons))


def quantiles(state: RidgeState, horizon: int = 6) -> np.ndarray:
    return state.quantiles(horizon, LEVELS, paths=500, rng=rng())


def test_a_season_is_found_and_repeated() -> None:
    values = seasonal_panel()
    ahead = 100 * (1 + 0.3 * np.sin(2 * np.pi * np.arange(96, 108) / 12))
    assert_allclose(fit(values, 12).mean(12), np.tile(ahead, (6, 1)), rtol=0.1)


def test_a_long_trend_is_continued() -> None:
    time = np.arange(372.0)
    series = (50 + time) * (1 + 0.2 * np.cos(2 * np.pi * time / 12))
    assert_allclose(fit(series[None, :360], 12).mean(12)[0], series[360:], rtol=0.05)


def test_two_seasons_are_used_together() -> None:
    time = np.arange(168 * 5)
    series = 50 + 10 * np.sin(2 * np.pi * time / 24) + 5 * np.sin(2 * np.pi * time / 168)
    state = fit(series[None, :-48] + 0.1 * rng().standard_normal(len(time) - 48), 24, 168)
    assert_allclose(state.mean(48)[0], series[-48:], atol=1.0)
    assert state.describe()[0].startswith("Ridge(lags 24, 168")


@pytest.mark.parametrize(
    "row", [[5.0], [0.0], [-3.0], [2.0, 4.0], [0.0, 0.0, 7.0], [4.0] * 30, [0.0] * 30, [1e12, 2e12] * 9, [1e-9] * 5]
)
def test_every_series_gets_finite_rising_quantiles(row: list[float]) -> None:
    values = np.full((2, 30), np.nan)
    values[0, 30 - len(row) :] = row
    values[1] = np.arange(30.0)
    state = fit(values, 12)
    spread = quantiles(state)
    assert np.isfinite(state.mean(6)).all()
    assert np.isfinite(spread).all()
    assert (np.diff(spread, axis=2) >= 0).all()
    assert (spread[0] >= min(0.0, *row) * 3).all()


def test_a_constant_series_stays_constant() -> None:
    state = fit(np.full((1, 40), 7.0), 12)
    assert_allclose(state.mean(20), 7.0)
    assert_allclose(quantiles(state), 7.0)


def test_one_observation_is_a_guess_with_a_range() -> None:
    values = np.full((1, 20), np.nan)
    values[0, -1] = 100.0
    low, high = quantiles(fit(values, 12))[0, 0, [0, -1]]
    assert low < 100.0 < high


def test_a_gap_neither_breaks_nor_bends_the_fit() -> None:
    values = seasonal_panel()
    gapped = values.copy()
    gapped[:, 30:33] = np.nan
    gapped[0, :20] = np.nan
    assert_allclose(fit(gapped, 12).mean(6), fit(values, 12).mean(6), rtol=0.1)


def test_a_forecast_does_not_depend_on_the_neighbours() -> None:
    values = seasonal_panel()
    values[1, :50] = np.nan
    alone, together = fit(values[1:2], 12), fit(values, 12)
    assert_allclose(alone.mean(6)[0], together.mean(6)[1], rtol=1e-6)
    assert_allclose(quantiles(alone)[0], quantiles(together)[1], rtol=1e-5)


@settings(max_examples=20, deadline=None)
@given(scale=st.floats(1e-6, 1e9))
def test_the_unit_of_a_series_does_not_matter(scale: float) -> None:
    values = seasonal_panel(n=2)
    assert_allclose(fit(values * scale, 12).mean(6), fit(values, 12).mean(6) * scale, rtol=1e-6)


def test_state_survives_its_arrays() -> None:
    state = fit(seasonal_panel(), 4, 12)
    again = RidgeKernel().restore(dict(state.arrays()))
    assert_array_equal(again.mean(8), state.mean(8))
    assert_array_equal(quantiles(again), quantiles(state))
    assert again.describe() == state.describe()


def test_rows_can_be_picked_from_the_arrays() -> None:
    state = fit(seasonal_panel(), 12)
    picked = RidgeKernel().restore({name: array[[4, 2]] for name, array in state.arrays().items()})
    assert_allclose(picked.mean(5), state.mean(5)[[4, 2]], rtol=1e-12)


def test_an_unobserved_period_moves_the_forecast_on_unchanged() -> None:
    state = fit(seasonal_panel() - 100.0, 12)
    assert_allclose(state.update(np.full((6, 1), np.nan)).mean(5), state.mean(6)[:, 1:], rtol=1e-9)


def test_updating_twice_equals_updating_once() -> None:
    values = seasonal_panel()
    state = fit(values[:, :90], 12)
    at_once = state.update(values[:, 90:])
    assert_allclose(state.update(values[:, 90:92]).update(values[:, 92:]).mean(4), at_once.mean(4), rtol=1e-12)


def test_a_wandering_level_is_followed_after_an_update() -> None:
    walk = 1000 + rng().standard_normal((6, 96)).cumsum(axis=1)
    state = fit(walk, 12).update(walk[:, -1:] + np.arange(1.0, 7.0))
    assert_allclose(state.mean(1)[:, 0], walk[:, -1] + 6, atol=3.0)


def test_the_mean_of_skewed_noise_lies_above_its_median() -> None:
    values = np.exp(rng().standard_normal((20, 300)))
    state = fit(values)
    assert state.mean(4).mean() == pytest.approx(np.exp(0.5), rel=0.15)
    assert quantiles(state, 4)[:, :, 2].mean() < 1.4


def test_the_range_covers_what_it_says() -> None:
    noise = rng().standard_normal((200, 160))
    values = np.zeros_like(noise)
    for period in range(1, 160):
        values[:, period] = 0.6 * values[:, period - 1] + noise[:, period]
    spread = quantiles(fit(values[:, :150]), 10)
    inside = (values[:, 150:] >= spread[:, :, 0]) & (values[:, 150:] <= spread[:, :, -1])
    assert 0.74 < inside.mean() < 0.86


def test_counts_are_forecast_as_whole_numbers() -> None:
    values = rng().poisson(0.7, (5, 60)).astype(float)
    spread = quantiles(fit(values, 12))
    assert_array_equal(spread, np.round(spread))
    assert (spread >= 0).all()


def test_the_score_tells_a_season_from_a_random_walk() -> None:
    walk = 1000 + rng().standard_normal((6, 96)).cumsum(axis=1)
    assert fit(seasonal_panel(), 12).score.max() < 0.9
    assert fit(walk, 12).score.mean() > 0.9


@needs_real_data
def test_retail_turnover_is_forecast_better_than_by_last_year() -> None:
    frame = pl.read_parquet(DATA / "aus_retail/aus_retail.parquet").sort("unique_id", "ds")
    rows = frame.group_by("unique_id", maintain_order=True).agg(pl.col("y").tail(132))["y"].to_list()
    values = np.array([row for row in rows if len(row) == 132])
    known, answers = values[:, :120], values[:, 120:]
    errors = [np.abs(forecast - answers).mean(axis=1) for forecast in (fit(known, 12).mean(12), known[:, -12:])]
    scale = np.abs(known[:, 12:] - known[:, :-12]).mean(axis=1)
    ours, naive = ((error / scale).mean() for error in errors)
    assert ours < 0.92 * naive
