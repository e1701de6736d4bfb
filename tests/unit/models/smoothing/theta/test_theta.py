import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastle.core.panel import Floats
from forecastle.models.kernel import Batch
from forecastle.models.smoothing.theta.kernel import ThetaKernel, fit_theta
from forecastle.models.smoothing.theta.search import SMOOTHING, History, search
from real_data import needs_real_data

from ..m3 import mase_on_m3


def noisy_line(length: int, slope: float, seed: int = 0) -> Floats:
    return slope * np.arange(length) + np.random.default_rng(seed).normal(size=length).cumsum() + 50


def one_step_errors(y: Floats, alpha: float, weight: float, level: float) -> Floats:
    """The static model's recursion, written as in the paper (equations 8 to 12)."""
    slope, intercept = np.polyfit(np.arange(1, len(y) + 1), y, 1)
    errors = []
    for t, value in enumerate(y, start=1):
        line = (1 - alpha) ** (t - 1) * intercept + (1 - (1 - alpha) ** t) / alpha * slope
        errors.append(value - level - weight * line)
        level = alpha * value + (1 - alpha) * level
    return np.array(errors)


def test_the_search_finds_what_the_recursion_of_the_paper_gives() -> None:
    y = noisy_line(60, 0.5)
    y = (y - y[0]) / 10
    history = History(
        y=y[:, None].astype(np.float32), seen=np.ones((60, 1), np.float32), start=np.zeros(1, dtype=np.int64)
    )
    found = search(history)
    for number, alpha in enumerate(SMOOTHING):
        weight = float(found.weight[0, number, 0])
        # ℓ₀ that leaves the last level, which is what the search keeps
        rest = [one_step_errors(y, alpha, weight, level) for level in (0.0, 1.0)]
        response = (rest[0] - rest[1])[3:]
        level = response @ rest[0][3:] / (response @ response) if response @ response > 1e-9 else 0.0
        errors = one_step_errors(y, alpha, weight, level)[3:]
        assert found.error[0, number, 0] == pytest.approx((errors**2).mean(), rel=1e-3)


def test_forecasts_agree_with_the_optimised_theta_of_statsforecast() -> None:
    models = pytest.importorskip("statsforecast.models")
    series = np.array([noisy_line(80, slope, seed) for seed, slope in enumerate((0.5, 2.0, -1.0, 3.0))])
    ours = fit_theta(series).mean(12)
    for y, forecast in zip(series, ours, strict=True):
        theirs = [
            model(season_length=1).forecast(y, 12)["mean"]
            for model in (models.OptimizedTheta, models.DynamicOptimizedTheta)
        ]
        assert forecast == pytest.approx(np.mean(theirs, axis=0), abs=0.1 * np.ptp(y))


def test_a_straight_line_goes_on() -> None:
    state = fit_theta(np.array([3.0 * np.arange(40) + 7]))
    assert state.mean(5)[0] == pytest.approx(3.0 * np.arange(40, 45) + 7, rel=1e-3)


def test_a_random_walk_has_no_trend() -> None:
    walks = np.random.default_rng(3).normal(size=(200, 60)).cumsum(axis=1)
    path = fit_theta(walks).mean(10)
    drift = np.abs(path[:, -1] - path[:, 0]) / 9
    assert np.median(drift) < 0.05


def test_few_observations_are_not_extrapolated() -> None:
    rising = np.array([[10.0, 12.0, 13.0, 15.0]])
    assert fit_theta(rising).mean(20).max() <= 15.0


@given(values=st.lists(st.floats(0, 1000), min_size=5, max_size=40), periods=st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_periods_that_were_not_observed_only_move_time_on(values: list[float], periods: int) -> None:
    state = fit_theta(np.array([values]))
    later = state.update(np.full((1, periods), np.nan))
    assert later.mean(5) == pytest.approx(state.mean(5 + periods)[:, periods:], rel=1e-6, abs=1e-6)


def test_new_observations_move_the_forecast_towards_them() -> None:
    state = ThetaKernel().fit(Batch(values=np.random.default_rng(0).normal(10, 1, (3, 50))))
    later = state.update(np.full((3, 5), 30.0))
    assert (later.mean(1) > state.mean(1)).all()
    assert later.update(np.full((3, 200), 30.0)).mean(1) == pytest.approx(30.0, abs=3)


def test_updating_is_close_to_fitting_again() -> None:
    values = np.array([noisy_line(120, 0.3, seed) for seed in range(10)])
    updated = fit_theta(values[:, :-6]).update(values[:, -6:]).mean(6)
    assert updated == pytest.approx(fit_theta(values).mean(6), abs=3.0)


def test_a_gap_in_the_history_costs_little() -> None:
    values = np.array([noisy_line(100, 0.5, seed) for seed in range(8)])
    holes = values.copy()
    holes[:, 30:33] = np.nan
    assert fit_theta(holes).mean(6) == pytest.approx(fit_theta(values).mean(6), abs=2.0)


def test_the_band_covers_what_it_says() -> None:
    walks = np.random.default_rng(5).normal(size=(1000, 80)).cumsum(axis=1)
    band = fit_theta(walks[:, :-8]).quantiles(8, (0.1, 0.9), paths=1, rng=np.random.default_rng(0))
    inside = (walks[:, -8:] >= band[:, :, 0]) & (walks[:, -8:] <= band[:, :, 1])
    assert 0.74 < inside.mean() < 0.86


def test_the_description_names_parameters_and_season() -> None:
    t = np.arange(60)
    seasonal = 100 * (1 + 0.3 * np.sin(2 * np.pi * t / 12)) * 1.02**t
    state = ThetaKernel().fit(Batch(values=np.array([seasonal, np.full(60, 3.0)]), seasons=(12,)))
    first, second = state.describe()
    assert first.startswith("Theta(θ=")
    assert first.endswith("season ×12")
    assert "season" not in second


@needs_real_data
@pytest.mark.parametrize(("period", "season", "limit"), [("monthly", 12, 0.83), ("quarterly", 4, 1.1)])
def test_the_m3_competition_is_forecast_better_than_by_optimised_theta(period: str, season: int, limit: float) -> None:
    """statsforecast's OptimizedTheta scores 0.851 and 1.106 on these."""
    assert mase_on_m3(ThetaKernel(), period, season) < limit
