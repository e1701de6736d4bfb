import numpy as np
import pytest

from forecastle.core.panel import Floats
from forecastle.models.smoothing.theta.error_growth import LAGS, error_growth, growth_correction
from forecastle.models.smoothing.theta.search import History


def history(values: Floats) -> History:
    """From n × T, all observed."""
    y = np.ascontiguousarray(values.T, dtype=np.float32)
    return History(y=y, seen=np.ones_like(y), start=np.zeros(len(values), np.int64))


def correction(values: Floats, alpha: float) -> Floats:
    n = len(values)
    return growth_correction(history(values), np.full(n, alpha, np.float32), np.zeros(n, np.float32))


def test_a_random_walk_needs_no_correction() -> None:
    walks = np.random.default_rng(0).normal(size=(200, 600)).cumsum(axis=1)
    growth = error_growth(correction(walks, 1.0), np.ones(200), 48)
    assert np.median(growth, axis=0) == pytest.approx(np.sqrt(np.arange(1, 49)), rel=0.15)


def test_a_series_that_returns_to_its_level_has_errors_that_stop_growing() -> None:
    noise = np.random.default_rng(1).normal(size=(50, 900))
    series = np.zeros_like(noise)
    for t in range(1, 900):
        series[:, t] = 0.6 * series[:, t - 1] + noise[:, t]
    growth = error_growth(correction(series, 0.9), np.full(50, 0.9), 48)
    limit = np.sqrt(2 / (2 - 2 * 0.6))  # two independent values against two neighbours
    assert np.median(growth[:, -1]) == pytest.approx(limit, rel=0.25)
    assert np.sqrt(1 + 47 * 0.9**2) > 3 * limit


def test_a_short_history_keeps_to_the_theory() -> None:
    values = np.random.default_rng(2).normal(size=(5, 4))
    assert (correction(values, 0.5) == 0).all()
    assert error_growth(np.zeros((5, len(LAGS))), np.full(5, 0.5), 3)[0] == pytest.approx(np.sqrt([1, 1.25, 1.5]))


def test_a_constant_series_has_no_errors_to_grow() -> None:
    assert (correction(np.full((2, 100), 3.0), 0.5) == 0).all()


def test_a_trend_told_from_few_periods_adds_its_own_error() -> None:
    walks = np.cumsum(np.random.default_rng(7).normal(3.0, 1.0, (2000, 24)), axis=1)
    learned = growth_correction(history(walks), np.ones(2000, np.float32), np.ones(2000, np.float32))
    growth = np.exp(np.log(error_growth(learned, np.ones(2000), 6)).mean(axis=0))
    steps = np.arange(1, 7)
    assert growth == pytest.approx(np.sqrt(steps + steps**2 / 24), rel=0.1)
    assert growth[-1] > 1.05 * np.sqrt(6)


def test_a_longer_history_tells_the_trend_better() -> None:
    walks = np.cumsum(np.random.default_rng(8).normal(3.0, 1.0, (500, 200)), axis=1)
    one = np.ones(500, np.float32)
    few, many = (growth_correction(history(walks[:, :length]), one, one)[:, 5].mean() for length in (20, 200))
    assert few > many
