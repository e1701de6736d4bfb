import numpy as np
import pytest
from numpy.testing import assert_allclose

from forecastle.models.smoothing.ridge.shape import carries, seasonal_shape


def wave(length: int, period: int) -> np.ndarray:
    return np.sin(2 * np.pi * np.arange(length) / period)


@pytest.mark.parametrize("cycles", [2, 5, 10])
def test_a_shape_is_found_beside_a_trend(cycles: int) -> None:
    length = 12 * cycles
    noise = 0.05 * np.random.default_rng(1).standard_normal(length)
    values = (wave(length, 12) + 0.02 * np.arange(length) + noise)[None, None]
    shape = seasonal_shape(values, np.ones((1, length), dtype=bool), 12)
    assert_allclose(shape[0, 0], wave(12, 12), atol=0.15)


def test_the_first_column_is_the_next_period() -> None:
    values = wave(50, 12)[None, None]
    shape = seasonal_shape(values, np.ones((1, 50), dtype=bool), 12)
    assert_allclose(shape[0, 0], wave(62, 12)[50:], atol=0.1)


def test_noise_has_hardly_any_shape() -> None:
    values = np.random.default_rng(1).standard_normal((50, 1, 60))
    shape = seasonal_shape(values, np.ones((50, 60), dtype=bool), 12)
    assert shape.std() < 0.25


def test_gaps_do_not_matter() -> None:
    values = np.tile(wave(72, 12), (2, 1, 1)).reshape(2, 1, 72)
    observed = np.ones((2, 72), dtype=bool)
    observed[0, 20:40] = False
    values[0, 0, 20:40] = 1e9
    shape = seasonal_shape(values, observed, 12)
    assert_allclose(shape[0], shape[1], atol=0.05)


def test_a_series_with_too_few_cycles_has_no_shape() -> None:
    observed = np.ones((2, 30), dtype=bool)
    observed[0, :15] = False
    shape = seasonal_shape(np.tile(wave(30, 12), (2, 1)).reshape(2, 1, 30), observed, 12)
    assert carries(observed, 12).tolist() == [False, True]
    assert_allclose(shape[0], 0.0)
    assert shape[1].std() > 0.5
