import numpy as np
from numpy.testing import assert_allclose

from forecastle.models.smoothing.ridge.level import Level, fit_level


def autoregression(phi: float, n: int = 20, length: int = 400) -> np.ndarray:
    noise = np.random.default_rng(1).standard_normal((n, length))
    values = np.zeros_like(noise)
    for period in range(1, length):
        values[:, period] = phi * values[:, period - 1] + noise[:, period]
    return values


def fitted(values: np.ndarray, *seasons: int) -> tuple[Level, np.ndarray]:
    return fit_level(values, np.ones(values.shape, dtype=bool), seasons)


def test_the_next_level_of_an_autoregression_is_found() -> None:
    values = autoregression(0.7)
    level, _ = fitted(values)
    assert np.abs(level.next() - 0.7 * values[:, -1]).mean() < 0.15


def test_a_shock_dies_away_as_the_autoregression_says() -> None:
    level, _ = fitted(autoregression(0.7))
    assert_allclose(level.response(4).mean(axis=0), 0.7 ** np.arange(4), atol=0.1)


def test_left_out_errors_are_as_large_as_the_noise() -> None:
    _, errors = fitted(autoregression(0.7))
    assert np.isnan(errors[:, 0]).all()
    assert 0.9 < np.nanstd(errors) < 1.1


def test_last_season_is_remembered() -> None:
    pattern = np.random.default_rng(2).standard_normal((5, 13))
    level, _ = fitted(np.tile(pattern, (1, 12)), 13)
    assert_allclose(level.path(13), pattern, atol=0.3)


def test_a_path_is_one_step_after_another() -> None:
    level, _ = fitted(autoregression(0.7), 7)
    first = level.next()
    assert_allclose(level.path(3)[:, 1:], level.after(first).path(2))


def test_a_level_that_moved_for_good_is_not_drawn_back_to_where_it_was() -> None:
    level, _ = fitted(autoregression(0.7))
    stays = level
    for _ in range(400):
        level = level.after(np.full(20, 5.0)).recentred(np.ones(20, dtype=bool))
        stays = stays.after(np.full(20, 5.0)).recentred(np.zeros(20, dtype=bool))
    assert np.abs(level.path(8)[:, -1] - 5).mean() < 0.75 * np.abs(stays.path(8)[:, -1] - 5).mean()


def test_moving_the_centre_moves_no_level() -> None:
    level, _ = fitted(autoregression(0.7), 7)
    moved = level.recentred(np.ones(20, dtype=bool))
    assert_allclose(moved.recent + moved.centre[:, None], level.recent)
    assert_allclose(moved.averages + moved.centre[:, None], level.averages)


def test_too_few_points_are_smoothed() -> None:
    values = np.array([[1.0, 2.0, 3.0, 4.0]])
    level, _ = fitted(values)
    assert 2.5 <= level.next()[0] <= 4.0


def test_a_bridged_gap_is_no_error() -> None:
    values = autoregression(0.7, n=1)
    observed = np.ones(values.shape, dtype=bool)
    observed[0, 50:60] = False
    _, errors = fit_level(values, observed, ())
    assert np.isnan(errors[0, 50:60]).all()
    assert np.isfinite(errors[0, 60:]).all()
