import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastle.exploration.downsampling import largest_triangles


@given(total=st.integers(1, 300), count=st.integers(3, 60), seed=st.integers(0, 9))
def test_so_many_different_points_stay_in_order_with_both_ends(total: int, count: int, seed: int) -> None:
    y = np.random.default_rng(seed).normal(size=total)
    kept = largest_triangles(np.arange(total, dtype=float), y, count)
    assert len(kept) == min(total, count)
    assert (np.diff(kept) > 0).all()
    assert (kept[0], kept[-1]) == (0, total - 1)


def test_a_lonely_peak_among_100_000_points_is_kept() -> None:
    y = np.zeros(100_000)
    y[61_803] = 5.0
    kept = largest_triangles(np.arange(len(y), dtype=float), y, 1000)
    assert 61_803 in kept


def test_a_straight_line_stays_one() -> None:
    x = np.arange(1000, dtype=float)
    kept = largest_triangles(x, 2 * x, 10)
    assert np.interp(x, x[kept], 2 * x[kept]) == pytest.approx(2 * x)
