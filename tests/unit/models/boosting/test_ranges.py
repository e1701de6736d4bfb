import numpy as np
import pytest

from forecastle.models.boosting.ranges import Ranges
from forecastle.models.learned import LEVELS


def test_ranges_hold_what_they_promise_for_every_size_and_step() -> None:
    rng = np.random.default_rng(4)
    sizes, steps = rng.uniform(1, 100, 40_000), rng.integers(1, 14, 40_000)
    misses = rng.normal(0, 1, 40_000) * np.where(sizes > 50, 3, 1) * np.sqrt(steps)
    ranges = Ranges.learn(misses[::2], sizes[::2], steps[::2])
    found = ranges.around(sizes[1::2], steps[1::2])
    held = (misses[1::2] > found[:, 0]) & (misses[1::2] < found[:, -1])
    for group in (sizes[1::2] > 60, sizes[1::2] < 40, steps[1::2] > 9, steps[1::2] < 4):
        assert held[group].mean() == pytest.approx(0.8, abs=0.06)


def test_few_misses_make_one_class() -> None:
    ranges = Ranges.learn(np.arange(50.0), np.arange(50.0), np.arange(50))
    assert ranges.quantiles.shape == (1, 1, len(LEVELS))


def test_without_a_miss_a_forecast_is_taken_as_certain() -> None:
    ranges = Ranges.learn(np.array([np.nan]), np.array([1.0]), np.array([1]))
    assert (ranges.around(np.array([3.0]), np.array([2])) == 0).all()


def test_ranges_are_written_and_read_exactly() -> None:
    rng = np.random.default_rng(1)
    ranges = Ranges.learn(rng.normal(size=5_000), rng.uniform(size=5_000), rng.integers(1, 9, 5_000))
    again = Ranges.from_json(ranges.to_json())
    assert np.array_equal(again.quantiles, ranges.quantiles)
    assert np.array_equal(again.sizes, ranges.sizes)
