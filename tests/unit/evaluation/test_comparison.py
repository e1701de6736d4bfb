"""Tests of "better"."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from forecastle.core.panel import Floats
from forecastle.evaluation.comparison import diebold_mariano, sign_flip


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def one(gains: Floats) -> float:
    return float(sign_flip(gains[:, None], rng=rng())[0])


def test_diebold_mariano_of_single_steps_is_the_paired_t_test() -> None:
    losses, baseline = rng().gamma(2, size=20), rng().gamma(2, size=20) + rng().normal(0.3, size=20)
    expected = stats.ttest_rel(baseline, losses, alternative="greater").pvalue
    assert diebold_mariano(losses, baseline) == pytest.approx(expected)


def test_diebold_mariano_with_overlap_equals_the_published_formula() -> None:
    gain = np.array([1.0, 2.0, 2.0, 1.0, -1.0, 0.0, 3.0, 4.0])
    centred = gain - gain.mean()
    gamma = [float(centred[lag:] @ centred[: 8 - lag]) / 8 for lag in range(2)]
    statistic = gain.mean() / np.sqrt((gamma[0] + 2 * gamma[1]) / 8) * np.sqrt((8 + 1 - 4 + 2 / 8) / 8)
    assert diebold_mariano(np.zeros(8), gain, horizon=2) == pytest.approx(stats.t.sf(statistic, df=7))


@pytest.mark.parametrize(("n", "horizon"), [(1, 1), (2, 3), (13, 13)])
def test_too_few_forecasts_prove_nothing(n: int, horizon: int) -> None:
    assert diebold_mariano(np.zeros(n), rng().random(n), horizon=horizon) is None


def test_the_same_losses_prove_nothing() -> None:
    assert diebold_mariano(np.ones(5), np.ones(5)) is None
    assert one(np.zeros(50)) == 1.0


def test_a_handful_of_series_cannot_prove_much() -> None:
    assert one(np.array([5.0])) == 0.5
    assert one(np.array([5.0, 1.0, 2.0])) == pytest.approx(1 / 8)


def test_many_series_show_a_small_but_steady_gain() -> None:
    gains = rng().normal(0.3, 1.0, size=400)
    assert one(gains) < 0.01
    assert one(-gains) > 0.99


def test_p_values_are_uniform_when_neither_model_is_better() -> None:
    draws = np.random.default_rng(0)
    found = sign_flip(draws.normal(size=(10, 300)), rng=draws)
    assert stats.kstest(found, "uniform").pvalue > 0.01


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=9), st.floats(0.01, 100))
def test_a_p_value_does_not_depend_on_the_unit_of_the_target(gains: list[float], unit: float) -> None:
    values = np.round(gains, 3)
    assert one(values) == one(values * unit)


def test_a_series_with_nothing_to_compare_changes_no_p_value() -> None:
    gains = rng().normal(0.5, size=6)
    assert one(np.append(gains, 0.0)) == one(gains)
