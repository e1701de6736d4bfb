import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import lognorm, norm

from forecastle.models.smoothing.mixture import mixture_quantiles

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)


def one_mixture(weight: list[float], mean: list[float], deviation: list[float]) -> np.ndarray:
    parts = (np.array(part)[:, None] for part in (weight, mean, deviation, [0.0] * len(weight)))
    return mixture_quantiles(*parts, LEVELS)[:, 0]


def test_one_normal_component_has_its_own_quantiles() -> None:
    assert one_mixture([1.0], [50.0], [4.0]) == pytest.approx(50 + 4 * norm.ppf(LEVELS), abs=0.02)


def test_quantiles_between_two_far_components_are_found() -> None:
    found = one_mixture([0.4, 0.6], [0.0, 100.0], [1.0, 5.0])

    def below(x: float, level: float) -> float:
        return float(0.4 * norm.cdf(x) + 0.6 * norm.cdf(x, 100, 5) - level)

    exact = [brentq(below, -10, 130, args=(level,)) for level in LEVELS]
    assert found == pytest.approx(exact, abs=0.5)


def test_a_skewed_component_is_a_log_normal_that_was_moved_and_stretched() -> None:
    skew, mean, deviation = 0.6, 20.0, 3.0
    spread = np.sqrt(np.log1p(skew**2))
    standard = (lognorm.ppf(LEVELS, spread, scale=np.exp(-(spread**2) / 2)) - 1) / skew
    found = mixture_quantiles(*(np.array([[part]]) for part in (1.0, mean, deviation, skew)), LEVELS)[:, 0]
    assert found == pytest.approx(mean + deviation * standard, abs=0.02)


def test_a_mixture_without_any_spread_is_its_value_exactly() -> None:
    assert (one_mixture([0.5, 0.5], [5.0, 5.0], [0.0, 0.0]) == 5.0).all()


@given(share=st.floats(0.01, 0.99), mean=st.floats(-1e6, 1e6), first=st.floats(1e-3, 1e6), second=st.floats(1e-3, 1e6))
def test_quantiles_rise_and_lie_between_those_of_the_components(
    share: float, mean: float, first: float, second: float
) -> None:
    found = one_mixture([share, 1 - share], [0.0, mean], [first, second])
    each = np.array([first * norm.ppf(LEVELS), mean + second * norm.ppf(LEVELS)])
    slack = 0.01 * (abs(mean) + first + second)
    assert (np.diff(found) >= -1e-6 * slack).all()
    assert (found >= each.min(axis=0) - slack).all()
    assert (found <= each.max(axis=0) + slack).all()
