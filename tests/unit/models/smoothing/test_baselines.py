import numpy as np
import pytest

from forecastle.core.panel import Floats
from forecastle.models.kernel import Batch, KernelState
from forecastle.models.smoothing.baselines import DriftKernel, NaiveKernel, SeasonalNaiveKernel

Z = 1.2815515655446004
"""The 90 % quantile of the normal distribution."""


def half_width(state: KernelState, horizon: int) -> Floats:
    band = state.quantiles(horizon, (0.1, 0.9), paths=1, rng=np.random.default_rng(0))
    return np.asarray((band[:, :, 1] - band[:, :, 0]) / 2 / Z)


def test_naive_repeats_the_last_value_and_its_errors_add_up() -> None:
    y = np.array([[1.0, 3.0, 2.0, 5.0]])
    state = NaiveKernel().fit(Batch(values=y, seasons=(12,)))
    assert state.mean(3).tolist() == [[5.0, 5.0, 5.0]]
    sigma = np.sqrt((2.0**2 + 1 + 3**2) / 3)
    assert half_width(state, 4)[0] == pytest.approx(sigma * np.sqrt([1, 2, 3, 4]))


def test_seasonal_naive_repeats_the_last_cycle_of_the_shortest_season() -> None:
    y = np.arange(10.0)[None]
    state = SeasonalNaiveKernel().fit(Batch(values=y, seasons=(4, 8)))
    assert state.mean(6).tolist() == [[6.0, 7.0, 8.0, 9.0, 6.0, 7.0]]
    assert half_width(state, 9)[0] == pytest.approx(4 * np.sqrt([1, 1, 1, 1, 2, 2, 2, 2, 3]))


def test_a_phase_that_was_not_observed_takes_the_cycle_before() -> None:
    y = np.array([[1.0, 2.0, 3.0, 4.0, np.nan, 6.0, np.nan, 8.0], [np.nan] * 7 + [9.0]])
    state = SeasonalNaiveKernel().fit(Batch(values=y, seasons=(4,)))
    assert state.mean(4).tolist() == [[1.0, 6.0, 3.0, 8.0], [9.0, 9.0, 9.0, 9.0]]


def test_a_new_observation_takes_its_phase() -> None:
    state = SeasonalNaiveKernel().fit(Batch(values=np.arange(8.0)[None], seasons=(4,)))
    assert state.update(np.array([[40.0, np.nan]])).mean(4).tolist() == [[6.0, 7.0, 40.0, 5.0]]


def test_seasonal_naive_agrees_with_statsforecast() -> None:
    models = pytest.importorskip("statsforecast.models")
    y = np.random.default_rng(0).normal(size=50).cumsum()
    theirs = models.SeasonalNaive(season_length=12).forecast(y, 20)["mean"]
    assert SeasonalNaiveKernel().fit(Batch(values=y[None], seasons=(12,))).mean(20)[0] == pytest.approx(theirs)


def test_drift_draws_the_line_through_both_ends() -> None:
    models = pytest.importorskip("statsforecast.models")
    y = np.random.default_rng(0).normal(size=50).cumsum()
    theirs = models.RandomWalkWithDrift().forecast(y, 20, level=[80])
    state = DriftKernel().fit(Batch(values=y[None]))
    assert state.mean(20)[0] == pytest.approx(theirs["mean"])
    assert Z * half_width(state, 20)[0] == pytest.approx((theirs["hi-80"] - theirs["lo-80"]) / 2, rel=0.02)


def test_drift_counts_periods_not_observations() -> None:
    y = np.array([[0.0, np.nan, np.nan, 6.0, np.nan]])
    state = DriftKernel().fit(Batch(values=y))
    assert state.mean(2).tolist() == [[10.0, 12.0]]
    assert state.update(np.array([[20.0]])).mean(1).tolist() == [[24.0]]


def test_one_observation_is_given_a_wide_band() -> None:
    for kernel in (NaiveKernel(), SeasonalNaiveKernel(), DriftKernel()):
        assert half_width(kernel.fit(Batch(values=np.array([[8.0]]))), 1)[0, 0] >= 4.0
