import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from forecastle.core.quantiles import Quantiles
from forecastle.models.intervals import Caution, calibrate

QUANTILES = Quantiles((0.1, 0.5, 0.9))
NORMAL_90 = 1.2816
FULL_TRUST = Caution(windows=0.0, resting=0.0)
Array = NDArray[np.float64]


def _evidence(spread: float, noise: float, series: int = 400, seed: int = 1) -> tuple[Array, Array]:
    """What happened around 100, and a band right for a standard deviation of `spread`."""
    y = 100 + np.random.default_rng(seed).normal(0, noise, (series, 4))
    row = np.array([100.0, 100 - NORMAL_90 * spread, 100.0, 100 + NORMAL_90 * spread])
    return y, np.broadcast_to(row, (series, 4, 4)).copy()


def _one_group(series: int) -> NDArray[np.int64]:
    return np.zeros(series, dtype=np.int64)


@pytest.mark.parametrize("spread", [4.0, 10.0, 25.0])
def test_calibrated_bands_hold_what_they_promise_on_new_data(spread: float) -> None:
    past, (y, said) = _evidence(spread, 10.0), _evidence(spread, 10.0, seed=2)
    moved = calibrate([past], _one_group(400), QUANTILES, FULL_TRUST).apply(said, _one_group(400))
    held = ((y >= moved[:, :, 1]) & (y <= moved[:, :, 3])).mean()
    assert held == pytest.approx(0.8, abs=0.03)


def test_good_bands_are_left_nearly_alone() -> None:
    past = _evidence(10.0, 10.0, series=2000)
    assert calibrate([past], _one_group(2000), QUANTILES).factors == pytest.approx(1.0, abs=0.1)


def test_a_window_moves_ranges_a_part_of_the_way_and_further_windows_move_them_on() -> None:
    windows = [_evidence(4.0, 10.0, seed=seed) for seed in range(12)]
    one, three, twelve = (
        calibrate(windows[:count], _one_group(400), QUANTILES).factors[0, 0, :, 2].mean() for count in (1, 3, 12)
    )
    assert 1.1 < one < three < twelve < 2.5


def test_a_handful_of_points_changes_little() -> None:
    past = _evidence(4.0, 10.0, series=1)
    assert calibrate([past], _one_group(1), QUANTILES).factors == pytest.approx(1.0, abs=0.35)


def test_series_that_repeat_themselves_exactly_keep_their_points() -> None:
    y, said = _evidence(0.0, 0.0, series=3)
    assert np.array_equal(calibrate([(y, said)], _one_group(3), QUANTILES).apply(said, _one_group(3)), said)


def test_each_group_gets_its_own_factors() -> None:
    (calm, said), (wild, _) = _evidence(10.0, 5.0), _evidence(10.0, 20.0)
    groups = np.repeat([0, 1], 400)
    factors = calibrate([(np.vstack([calm, wild]), np.vstack([said, said]))], groups, QUANTILES).factors
    free = factors[:, 0]
    assert free[0, :, 2].max() < 1 < free[1, :, 2].min()


def test_the_mean_stays() -> None:
    y, said = _evidence(4.0, 10.0)
    moved = calibrate([(y, said)], _one_group(400), QUANTILES).apply(said, _one_group(400))
    assert np.array_equal(moved[:, :, 0], said[:, :, 0])


def test_a_median_that_lies_too_high_comes_down() -> None:
    y, said = _evidence(10.0, 10.0, series=2000)
    moved = calibrate([(y - 8, said)], _one_group(2000), QUANTILES, FULL_TRUST).apply(said, _one_group(2000))
    assert moved[:, :, 2].mean() == pytest.approx(92, abs=1)


def test_the_centre_follows_a_single_window_only_a_part_of_the_way_and_one_series_hardly_at_all() -> None:
    y, said = _evidence(10.0, 10.0, series=2000)
    panel = calibrate([(y - 8, said)], _one_group(2000), QUANTILES).apply(said, _one_group(2000))
    alone = calibrate([(y[:1] - 8, said[:1])], _one_group(1), QUANTILES).apply(said[:1], _one_group(1))
    assert 96 < panel[:, :, 2].mean() < 99
    assert alone[:, :, 2].mean() == pytest.approx(100, abs=0.5)


def test_what_was_never_negative_stays_so() -> None:
    y, said = _evidence(4.0, 60.0)
    moved = calibrate([(y, said)], _one_group(400), QUANTILES, FULL_TRUST).apply(said - 90, _one_group(400))
    assert (said - 90).min() >= 0
    assert moved[:, :, 1:].min() == 0


def test_a_range_that_rests_on_zero_is_not_missed_far_less_often_than_promised() -> None:
    rng = np.random.default_rng(3)
    y = rng.poisson(0.5, (3000, 4)).astype(float)
    said = np.broadcast_to(np.array([0.5, 0.0, 0.2, 4.0]), (3000, 4, 4)) * rng.uniform(0.5, 1.5, (3000, 4, 1))
    moved = calibrate([(y, said)], _one_group(3000), QUANTILES, FULL_TRUST).apply(said, _one_group(3000))
    assert ((y >= moved[:, :, 1]) & (y <= moved[:, :, 3])).mean() == pytest.approx(0.8, abs=0.05)


def test_a_lower_end_at_zero_stays_there_whatever_happened() -> None:
    rng = np.random.default_rng(4)
    said = np.broadcast_to(np.array([5.0, 0.0, 4.0, 12.0]), (500, 4, 4)).copy()
    y = rng.uniform(4, 9, (500, 4))  # higher than said, and closer together
    moved = calibrate([(y, said)], _one_group(500), QUANTILES, FULL_TRUST).apply(said, _one_group(500))
    assert (moved[:, :, 1] == 0).all()
    assert moved[:, :, 2].min() > 5


def test_what_was_missed_on_one_side_widens_the_other_a_little() -> None:
    y, said = _evidence(10.0, 10.0, series=2000)
    skewed = np.where(y > 100, 100 + 3 * (y - 100), y)
    low, _, high = calibrate([(skewed, said)], _one_group(2000), QUANTILES, FULL_TRUST).factors[0, 0].mean(axis=0)
    assert 1.05 < low < high


def test_a_level_without_its_like_on_the_other_side_holds_its_share() -> None:
    levels = Quantiles((0.1, 0.5, 0.9, 0.95))
    (y, band), (new, _) = _evidence(4.0, 10.0, 2000), _evidence(4.0, 10.0, 2000, seed=2)
    said = np.concatenate([band, band[:, :, 3:] + 2], axis=2)
    moved = calibrate([(y, said)], _one_group(2000), levels, FULL_TRUST).apply(said, _one_group(2000))
    assert (new <= moved[:, :, 4]).mean() == pytest.approx(0.95, abs=0.02)


FIVE = Quantiles((0.1, 0.25, 0.5, 0.75, 0.9))


@settings(max_examples=50)
@given(
    distances=st.lists(st.floats(0.0, 50), min_size=4, max_size=4), shape=st.floats(0.2, 20), seed=st.integers(0, 99)
)
def test_calibrated_quantiles_never_cross(distances: list[float], shape: float, seed: int) -> None:
    outer, inner, up, upper = distances
    row = np.array([60.0, 50 - outer - inner, 50 - inner, 50.0, 50 + up, 50 + up + upper])
    said = np.broadcast_to(row, (30, 4, 6)) * np.random.default_rng(seed).uniform(0.1, 2, (30, 4, 1))
    y = np.random.default_rng(seed).gamma(shape, 50 / shape, (30, 4)).round(-1)
    moved = calibrate([(y, said)], _one_group(30), FIVE).apply(said, _one_group(30))
    assert (np.diff(moved[:, :, 1:], axis=2) >= 0).all()
