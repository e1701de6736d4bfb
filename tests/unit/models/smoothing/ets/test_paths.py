from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from ets_states import state
from forecastle.models.kernel import Batch
from forecastle.models.smoothing.ets.forms import Form, Shape
from forecastle.models.smoothing.ets.kernel import EtsKernel
from forecastle.models.smoothing.ets.state import EtsState

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)


def test_quantiles_of_an_additive_form_are_the_exact_normal_ones() -> None:
    alpha, beta, gamma, phi = 0.4, 0.1, 0.2, 0.9
    fitted = state(Form("A", Shape("Ad", "A")), sigma=5, constants=(alpha, beta, gamma, phi), factors=[10.0, -5, 0, -5])
    found = fitted.quantiles(9, LEVELS, paths=20_000, rng=np.random.default_rng(0))[0]
    lag = np.arange(1, 9)  # Hyndman et al. (2008), table 6.1: the response to an error j periods ago
    response = alpha + beta * np.cumsum(phi**lag) + gamma * (lag % 4 == 0)
    spread = 5 * np.sqrt(1 + np.concatenate([[0], np.cumsum(response**2)]))
    exact = fitted.mean(9)[0][:, None] + spread[:, None] * norm.ppf(LEVELS)
    assert found == pytest.approx(exact, abs=0.3)


def test_relative_errors_widen_with_the_expected_value() -> None:
    fitted = state(Form("M", Shape("N", "M")), sigma=0.1, constants=(0.0, 0, 0, 0), factors=[2.0, 0.5])
    found = fitted.quantiles(4, (0.1, 0.9), paths=2000, rng=np.random.default_rng(0))[0]
    width = found[:, 1] - found[:, 0]
    assert width == pytest.approx(0.2 * norm.ppf(0.9) * fitted.mean(4)[0], rel=0.02)


def test_paths_follow_the_forms_in_proportion_to_their_weights() -> None:
    two = EtsState.empty(1, 2, 1)
    two.weight[:], two.level[:], two.sigma[:], two.constants[..., 3] = [0.3, 0.7], [0, 100], 1, 1
    found = two.quantiles(1, (0.2, 0.4), paths=1000, rng=np.random.default_rng(0))[0, 0]
    assert found[0] == pytest.approx(0, abs=3)
    assert found[1] == pytest.approx(100, abs=3)


def test_the_same_seed_gives_the_same_quantiles_and_series_do_not_disturb_each_other() -> None:
    values = 50 + np.random.default_rng(5).normal(size=(70, 40)).cumsum(axis=1)
    fitted = EtsKernel().fit(Batch(values=values))
    first, again = (fitted.quantiles(6, LEVELS, paths=200, rng=np.random.default_rng(9)) for _ in range(2))
    alone = fitted.select(np.array([66])).quantiles(6, LEVELS, paths=200, rng=np.random.default_rng(9))
    assert (first == again).all()
    assert alone[0] == pytest.approx(first[66], rel=1e-6)


def test_quantiles_rise_and_stay_finite_when_paths_explode() -> None:
    wild = state(Form("M", Shape("A", "M")), sigma=3.0, constants=(0.9, 0.8, 0.9, 1.0), factors=[1.0, 0.01])
    found = replace(wild, trend=wild.trend * 1e6).quantiles(60, LEVELS, paths=100, rng=np.random.default_rng(0))
    assert np.isfinite(found).all()
    assert (np.diff(found, axis=2) >= 0).all()
