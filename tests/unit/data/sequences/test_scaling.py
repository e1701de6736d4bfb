from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forecastle.core.errors import DataError
from forecastle.core.panel import Floats
from forecastle.data.sequences.scaling import Scaler

KINDS = st.sampled_from(["standard", "min_max"])
values = arrays(np.float64, st.integers(1, 30), elements=st.floats(-1e6, 1e6).map(lambda value: round(value, 3)))


@given(values, KINDS)
def test_the_inverse_gives_the_values_back(given_values: Floats, kind: Literal["standard", "min_max"]) -> None:
    scaler = Scaler.fit(given_values, kind)
    np.testing.assert_allclose(scaler.inverse(scaler.transform(given_values)), given_values, rtol=1e-9, atol=1e-9)


def test_standard_scaling_has_mean_zero_and_deviation_one() -> None:
    scaled = Scaler.fit(np.array([1.0, 2, 3, np.nan])).transform(np.array([1.0, 2, 3]))
    assert scaled.mean() == pytest.approx(0)
    assert scaled.std() == pytest.approx(1)


def test_min_max_scaling_spans_zero_to_one_in_training_and_may_leave_it_later() -> None:
    scaler = Scaler.fit(np.array([10.0, 20]), "min_max")
    assert scaler.transform(np.array([10.0, 15, 20, 40])).tolist() == [0, 0.5, 1, 3]


@given(KINDS)
def test_values_that_are_all_the_same_become_zero(kind: Literal["standard", "min_max"]) -> None:
    scaled = Scaler.fit(np.full(7, 0.1), kind).transform(np.full(7, 0.1))
    np.testing.assert_allclose(scaled, 0, atol=1e-12)


def test_nothing_can_be_learned_from_holes() -> None:
    with pytest.raises(DataError, match="None of 2 training values was observed"):
        Scaler.fit(np.array([np.nan, np.nan]))
