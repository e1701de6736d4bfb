import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.core.panel import Floats
from forecastle.exploration.analysis.components import decompose, local_line

RNG = np.random.default_rng(3)
WEEK = np.array([0.0, 1.0, 2.0, 4.0, 8.0, 5.0, -3.0])


def made(rows: int = 3, length: int = 140, noise: float = 0.5) -> Floats:
    time = np.arange(length)
    return 50 + 0.1 * time + WEEK[time % 7] * 3 + RNG.normal(scale=noise, size=(rows, length))


@given(seed=st.integers(0, 20), length=st.integers(4, 60), begins=st.integers(0, 10))
def test_the_parts_add_up_wherever_something_was_observed(seed: int, length: int, begins: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(3, length + begins)) * 10
    values[0, :begins] = np.nan
    values[1, rng.random(length + begins) < 0.3] = np.nan
    parts = decompose(values, [2, 7])
    seen = np.isfinite(values)
    total = parts.trend + sum(parts.seasonal.values()) + parts.remainder
    assert total[seen] == pytest.approx(values[seen])
    assert np.isnan(parts.remainder[~seen]).all()


def test_a_made_season_and_trend_are_found_again() -> None:
    parts = decompose(made(), [7])
    assert (parts.seasonal_strength(7) > 0.98).all()
    assert (parts.trend_strength > 0.95).all()
    found = parts.seasonal[7][0, -7:]
    assert np.ptp(found) == pytest.approx(33, abs=3)


def test_noise_has_neither_season_nor_trend() -> None:
    parts = decompose(RNG.normal(size=(200, 104)), [52])
    assert np.median(parts.seasonal_strength(52)) == 0
    assert np.median(parts.trend_strength) < 0.15


def test_a_constant_has_no_strength() -> None:
    parts = decompose(np.full((1, 30), 4.0), [7])
    assert (parts.trend_strength[0], parts.seasonal_strength(7)[0]) == (0, 0)


def test_the_line_through_a_straight_line_is_that_line_over_gaps_and_at_both_ends() -> None:
    straight = np.arange(40, dtype=float)[None, :] * 2 + 5
    seen = straight.copy()
    seen[0, [3, 4, 5, 20, 39]] = np.nan
    seen[0, 25:34] = np.nan  # wider than the window
    assert local_line(seen, 7) == pytest.approx(straight)
    assert np.isnan(local_line(np.array([[np.nan, 1.0, 2.0, 3.0]]), 7)[0, 0])


def test_a_series_is_taken_apart_alike_alone_and_among_others() -> None:
    values = made(5)
    assert decompose(values, [7]).trend[2] == pytest.approx(decompose(values[2:3], [7]).trend[0])
