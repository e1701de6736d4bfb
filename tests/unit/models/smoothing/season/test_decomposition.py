import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.core.panel import Floats
from forecastle.models.kernel import Batch
from forecastle.models.smoothing.ets.kernel import EtsKernel
from forecastle.models.smoothing.season.decomposition import (
    Seasonality,
    seasonal_strength,
    seasonalities,
    seasonality,
)
from forecastle.models.smoothing.theta.kernel import ThetaKernel

SHAPE = np.array([0.6, 0.7, 0.9, 1.0, 1.1, 1.2, 1.3, 1.25, 1.1, 1.0, 0.95, 0.9])
PERIOD = len(SHAPE)


def growing(cycles: int = 8, noise: float = 0.0, seed: int = 0) -> Floats:
    """Level growing by 1 % a period, times the shape."""
    length = cycles * PERIOD
    errors = np.random.default_rng(seed).normal(0, noise, length)
    return np.asarray(100 * 1.01 ** np.arange(length) * (np.tile(SHAPE, cycles) + errors))


def test_factors_of_a_growing_series_are_found() -> None:
    season, adjusted = seasonality(growing()[None], PERIOD)
    assert season.multiplicative.tolist() == [True]
    assert season.indices[0] == pytest.approx(SHAPE, abs=0.02)
    assert adjusted[0] == pytest.approx(100 * 1.01 ** np.arange(96), rel=0.03)


def test_offsets_of_a_level_series_are_found() -> None:
    offsets = 10 * (SHAPE - SHAPE.mean())
    season, adjusted = seasonality(np.tile(offsets, 6)[None] - 3, PERIOD)
    assert season.multiplicative.tolist() == [False]
    assert season.indices[0] == pytest.approx(offsets, abs=0.02)
    assert adjusted == pytest.approx(-3, abs=0.02)


def test_the_first_index_is_that_of_the_next_period() -> None:
    values = growing(noise=0.02)
    season, _ = seasonality(values[None, :-5], PERIOD)
    assert season.indices[0] == pytest.approx(np.roll(SHAPE, 5), abs=0.06)
    for _ in range(5):
        season = season.after(np.array([np.nan]), np.array([1.0]))
    assert season.indices[0] == pytest.approx(SHAPE, abs=0.06)


@pytest.mark.parametrize("multiplies", [False, True])
def test_an_index_moves_by_its_gain_towards_a_newer_cycle(*, multiplies: bool) -> None:
    season = Seasonality(
        indices=np.array([[1.2, 0.8]]),
        multiplicative=np.array([multiplies]),
        widening=np.ones(1),
        gain=np.array([0.25]),
    )
    moved = season.after(np.array([110.0]), np.array([100.0]))
    first = 1.2 * 1.1**0.25 if multiplies else 1.2 + 0.25 * 10
    assert moved.indices[0] == pytest.approx([0.8, first])


def test_a_season_that_turns_is_followed_by_a_model_that_is_not_fitted_again() -> None:
    rng = np.random.default_rng(3)
    before, after = np.tile([10.0, -10.0, 5.0, -5.0], 8), np.tile([-10.0, 10.0, -5.0, 5.0], 8)
    values = 100 + np.concatenate([before, after]) + rng.normal(0, 1, (20, 64))
    for kernel in (ThetaKernel(), EtsKernel()):
        fitted = kernel.fit(Batch(values=values[:, :32], seasons=(4,)))
        misses = [
            np.abs(fitted.update(values[:, 32:end]).mean(4) - values[:, end : end + 4]).mean() for end in (36, 60)
        ]
        assert misses[1] < 0.6 * misses[0], kernel.name


def test_indices_agree_with_the_classical_decomposition_of_statsmodels() -> None:
    seasonal = pytest.importorskip("statsmodels.tsa.seasonal")
    values = growing(cycles=10, noise=0.02)
    theirs = seasonal.seasonal_decompose(values, model="multiplicative", period=PERIOD).seasonal[:PERIOD]
    season, _ = seasonality(values[None], PERIOD)
    assert season.indices[0] == pytest.approx(theirs, abs=0.03)


def test_a_changing_shape_is_followed() -> None:
    first, last = np.tile(SHAPE, 10), np.tile(SHAPE[::-1], 10)
    share = np.linspace(0, 1, first.size)
    values = 100 * (first * (1 - share) + last * share)
    season, adjusted = seasonality(values[None], PERIOD)
    assert season.add(np.full((1, PERIOD), 100.0))[0] == pytest.approx(100 * SHAPE[::-1], abs=8)
    assert np.std(adjusted[0]) < 0.25 * np.std(values)


def test_noise_is_given_little_season() -> None:
    noise = np.random.default_rng(0).normal(100, 10, (200, 6 * PERIOD))
    season, _ = seasonality(noise, PERIOD)
    offsets = np.where(season.multiplicative[:, None], 100 * (season.indices - 1), season.indices)
    assert np.sqrt((offsets**2).mean()) < 3.0


@pytest.mark.parametrize("values", [np.arange(23.0), 2.0 * np.arange(60), np.full(60, 4.0), np.zeros(60)], ids=len)
def test_without_two_cycles_or_a_pattern_there_is_no_season(values: Floats) -> None:
    season, adjusted = seasonality(values[None], PERIOD)
    assert not season.present.any()
    assert np.array_equal(adjusted, values[None])


def test_gaps_and_late_starts_change_little() -> None:
    values = np.array([growing(noise=0.02, seed=seed) for seed in range(5)])
    holes = values.copy()
    holes[:, [30, 31, 32, 50, 77]] = np.nan
    holes[1, :40] = np.nan
    full, gappy = seasonality(values, PERIOD)[0], seasonality(holes, PERIOD)[0]
    assert gappy.indices == pytest.approx(full.indices, abs=0.08)
    assert np.array_equal(np.isnan(seasonality(holes, PERIOD)[1]), np.isnan(holes))


@given(values=st.lists(st.floats(-50, 50), min_size=30, max_size=80), period=st.integers(2, 12))
@settings(max_examples=50, deadline=None)
def test_what_is_removed_from_the_future_can_be_added_again(values: list[float], period: int) -> None:
    season, _ = seasonality(np.array([values]), period)
    future = np.linspace(1, 9, 20)[None]
    assert season.remove_next(season.add(future)) == pytest.approx(future, abs=1e-6)


def test_two_seasons_are_taken_apart() -> None:
    t = np.arange(24 * 7 * 6)
    day, week = 10 * np.sin(2 * np.pi * t / 24), np.where(t // 24 % 7 >= 5, -8.0, 3.2)
    seasons, adjusted = seasonalities((100 + day + week)[None], (24, 168))
    assert [season.period for season in seasons] == [24, 168]
    assert np.std(adjusted[0, 168:]) < 0.5


def test_strength_rises_with_the_season() -> None:
    noisy = np.array([growing(noise=noise) for noise in (0.01, 0.2, 2.0)])
    strong, weak, none = seasonal_strength(noisy, PERIOD)
    assert strong > 0.9 > weak > none
    assert none < 0.3
