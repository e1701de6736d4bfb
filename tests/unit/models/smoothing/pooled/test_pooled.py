"""One regression over all series."""

from dataclasses import replace

import numpy as np
import pytest

from forecastle.models.kernel import Batch
from forecastle.models.smoothing.pooled.kernel import PooledKernel
from forecastle.models.smoothing.pooled.lessons import STEPS, Lessons, Pace, learn
from forecastle.models.smoothing.pooled.regression import Regression
from forecastle.models.smoothing.pooled.sight import COLUMNS, LEVEL, MEMORIES, Sight
from forecastle.models.smoothing.season.adjustment import AdjustedState


def _autoregression(n: int, periods: int, *, seed: int = 1) -> np.ndarray:
    """Series around levels of their own that come back from a shock by a fifth every period."""
    rng = np.random.default_rng(seed)
    y = np.zeros((n, periods + 50))
    for period in range(1, y.shape[1]):
        y[:, period] = 0.8 * y[:, period - 1] + rng.normal(size=n)
    return np.asarray(100 + y[:, 50:] * 5)


def _pooled(values: np.ndarray, seasons: tuple[int, ...] = ()) -> AdjustedState:
    kernel = PooledKernel()
    state = kernel.fit(Batch(values=values, seasons=seasons))
    return kernel.pool([state]).restore(state.arrays())


def _quantiles(state: AdjustedState, horizon: int) -> np.ndarray:
    return state.quantiles(horizon, (0.1, 0.5, 0.9), paths=0, rng=np.random.default_rng(1))


def test_what_all_series_do_is_learned_from_all_of_them() -> None:
    values = _autoregression(400, 60)
    mean = _pooled(values[:, :-1]).mean(3)
    true = 100 + 0.8 * (values[:, -2] - 100)
    stay = np.abs(values[:, -2] - true).mean()
    assert np.abs(mean[:, 0] - true).mean() < 0.4 * stay


def test_the_ranges_hold_what_they_promise() -> None:
    values = _autoregression(400, 60)
    quantiles = _quantiles(_pooled(values[:, :-4]), 4)
    held = (values[:, -4:] >= quantiles[:, :, 0]) & (values[:, -4:] <= quantiles[:, :, 2])
    assert held.mean() == pytest.approx(0.8, abs=0.06)


def test_a_season_is_put_back() -> None:
    wave = 100 + 30 * np.sin(np.arange(96) * np.pi / 6) + np.random.default_rng(1).normal(0, 1, (60, 96))
    mean = _pooled(wave[:, :84], (12,)).mean(12)
    assert np.abs(mean - wave[:, 84:]).mean() < 3


def test_the_unit_of_a_series_does_not_matter() -> None:
    values = _autoregression(100, 60)
    state, larger = _pooled(values), _pooled(values * 1e6)
    assert larger.mean(5) / 1e6 == pytest.approx(state.mean(5), rel=1e-4)


def test_following_on_is_the_same_as_having_followed_all_along() -> None:
    values = _autoregression(30, 60)
    values[3, 40:44], values[4, :20] = np.nan, np.nan
    whole, part = Sight.blank(30), Sight.blank(30)
    for y in values.T:
        whole.follow(y)
    for y in values[:, :45].T:
        part.follow(y)
    moved = Sight.of(part.arrays())
    for y in values[:, 45:].T:
        moved.follow(y)
    for name, array in whole.arrays().items():
        assert moved.arrays()[name] == pytest.approx(array), name


def test_new_observations_move_the_forecast_and_leave_the_regression() -> None:
    values = _autoregression(200, 60)
    whole = _pooled(values)
    early = replace(whole, inner=replace(whole.inner, sight=_sight(values[:, :50])))
    assert early.update(values[:, 50:]).mean(6) == pytest.approx(whole.mean(6))


def _sight(values: np.ndarray) -> Sight:
    sight = Sight.blank(len(values))
    for y in values.T:
        sight.follow(y)
    return sight


def test_the_averages_are_exponential_ones_that_begin_as_plain_means() -> None:
    values = np.array([[4.0, 6.0, 2.0]])
    sight = _sight(values)
    assert sight.averages[0, 0] == pytest.approx(4.0)
    assert sight.averages[LEVEL, 0] == pytest.approx(5.0 + MEMORIES[LEVEL, 0] * (2.0 - 5.0))


def test_the_sums_are_those_of_every_situation_whose_answer_is_known() -> None:
    values = _autoregression(5, 30)
    _, lessons = learn(values, Pace(every=1, sampled=1))
    known = np.cumsum(lessons.rows[::-1])[::-1]
    assert known[0] == lessons.sample.columns.shape[1] == 5 * (30 - 1 - 5)
    assert np.isfinite(lessons.sample.answers).sum(axis=1).tolist() == known.tolist()
    products = lessons.sample.columns * lessons.sample.weight @ lessons.sample.columns.T
    assert lessons.products.sum(axis=0) == pytest.approx(products, rel=1e-3, abs=1e-3)


def test_blocks_teach_the_same_as_the_whole() -> None:
    values, pace = _autoregression(60, 60), Pace(every=1, sampled=1)
    whole = Regression.of(learn(values, pace)[1])
    blocks = Regression.of(Lessons.joined([learn(part, pace)[1] for part in (values[:25], values[25:])]))
    assert blocks.coefficients == pytest.approx(whole.coefficients, abs=1e-3)


def test_a_gap_at_the_end_of_a_series_spoils_nothing() -> None:
    values = _autoregression(100, 60)
    values[::2, -3:] = np.nan
    assert np.isfinite(_pooled(values).mean(4)).all()


def test_a_panel_that_teaches_nothing_leaves_series_at_their_level() -> None:
    values = np.array([[3.0, 5.0, 4.0, 4.0]])
    state = _pooled(values)
    level = _sight(values).level
    assert state.mean(3) == pytest.approx(np.tile(level[:, None], (1, 3)))
    assert (np.diff(_quantiles(state, 3), axis=2) > 0).all()


def test_only_a_part_of_a_large_panel_is_looked_at() -> None:
    pace = Pace.of(1_000_000, 100_000, 10)
    assert (pace.every, pace.steps) == (10, STEPS.tolist().index(10) + 1)
    _, lessons = learn(_autoregression(100, 60), replace(pace, sampled=1))
    assert lessons.rows.sum() == pytest.approx(100 * 54 / 10, rel=0.1)


def test_steps_between_two_learned_ones_lie_between_their_coefficients() -> None:
    taught = Regression.of(learn(_autoregression(200, 80), Pace(every=1, sampled=4))[1])
    columns = np.ones((COLUMNS, 1), np.float32)
    ahead = taught.distance(columns, int(STEPS[-1]) + 5)[0]
    seven = STEPS.tolist().index(8)
    assert ahead[6] == pytest.approx((ahead[5] + ahead[7]) / 2)
    assert ahead[7] == pytest.approx(taught.coefficients[seven].sum())
    assert ahead[-1] == pytest.approx(ahead[STEPS[-1] - 1])
