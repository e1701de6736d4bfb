import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from forecastle.models.smoothing.ridge.scale import Scale

SERIES = st.lists(st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-3), min_size=1, max_size=20)


@given(row=SERIES)
def test_there_and_back_is_the_same(row: list[float]) -> None:
    values = np.array([row])
    scale = Scale.of(values)
    back = scale.backward(scale.forward(values))
    assert_allclose(back, np.stack([values, values], axis=1), rtol=1e-6, atol=1e-6 * np.abs(values).max())


def test_both_members_are_centred_and_spread_to_one() -> None:
    values = np.exp(np.random.default_rng(1).standard_normal((3, 50)))
    values[0, :10] = np.nan
    scaled = Scale.of(values).forward(values)
    assert_allclose(np.nanmean(scaled, axis=2), 0.0, atol=1e-9)
    assert_allclose(np.nanstd(scaled, axis=2), 1.0)


def test_a_series_that_was_negative_has_no_logarithms() -> None:
    scale = Scale.of(np.array([[1.0, -2.0, 3.0], [1.0, 0.0, 3.0]]))
    assert scale.signed.tolist() == [True, False]
    assert scale.logarithm.tolist() == [[False, False], [True, False]]


def test_forecasts_are_bounded_and_not_negative() -> None:
    scale = Scale.of(np.array([[1.0, 2.0, 3.0, 4.0, 5.0]]))
    assert_allclose(scale.backward(np.full((1, 2, 1), -99.0))[0, 1], 0.0)
    assert scale.backward(np.full((1, 2, 1), 99.0)).max() <= 10.0


def test_a_zero_after_positive_values_is_the_lowest_value_allowed() -> None:
    scale = Scale.of(np.array([[5.0, 6.0, 7.0, 6.0]]))
    assert scale.forward(np.array([[0.0]]))[0, 0, 0] == pytest.approx(scale.low[0, 0])


def test_newer_values_widen_the_bounds() -> None:
    scale = Scale.of(np.array([[5.0, 6.0, 7.0, 6.0]])).widened(np.array([[50.0, np.nan]]))
    assert scale.backward(np.full((1, 2, 1), 99.0)).max() == pytest.approx(50.0)
