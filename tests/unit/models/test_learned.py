from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.models.learned import LEVELS, at_levels, mean

NORMAL = NormalDist(100, 15)
LEARNED = np.array([[NORMAL.inv_cdf(level) for level in LEVELS]])
NO_FLOOR = np.array([-np.inf])


def test_learned_levels_stay_what_they_are() -> None:
    assert at_levels(LEARNED, LEVELS) == pytest.approx(LEARNED)


@pytest.mark.parametrize("level", [0.01, 0.05, 0.4, 0.95, 0.99])
def test_other_levels_of_a_normal_distribution_are_exact(level: float) -> None:
    assert at_levels(LEARNED, [level]).item() == pytest.approx(NORMAL.inv_cdf(level))


def test_the_mean_of_a_normal_distribution_is_exact() -> None:
    assert mean(LEARNED, NO_FLOOR).item() == pytest.approx(100)


def test_the_mean_of_skewed_demand_lies_above_its_median() -> None:
    assert mean(np.array([[0.0, 0.0, 0.0, 1.0, 6.0]]), np.array([0.0])).item() > 0.5


@given(st.lists(st.floats(-1e6, 1e6), min_size=len(LEVELS), max_size=len(LEVELS)))
def test_quantiles_never_cross_whatever_was_learned(learned: list[float]) -> None:
    said = at_levels(np.array([learned]), (0.02, 0.1, 0.3, 0.5, 0.9, 0.99))
    assert (np.diff(said) >= -1e-6).all()
