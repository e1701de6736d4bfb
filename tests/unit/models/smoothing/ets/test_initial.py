import numpy as np
import pytest

from forecastle.models.smoothing.ets.block import Block
from forecastle.models.smoothing.ets.initial import SeasonRemoved, first_states

PATTERN = np.array([3.0, -1.0, -4.0, 2.0])


def block(values: np.ndarray) -> Block:
    """A block in the units of the data, so that factors can be compared with what made them."""
    made = Block.of(np.atleast_2d(values), centred=False)
    return made.with_values((made.y * made.scale).astype(np.float32))


@pytest.mark.parametrize("length", [24, 25, 27])
def test_an_additive_season_on_a_trend_is_found_wherever_the_history_begins(length: int) -> None:
    t = np.arange(length)
    phases = (t - length) % 4
    factors = SeasonRemoved.of(block(20 + 0.5 * t + PATTERN[phases]), "A", 4).factors
    assert factors[:, 0] == pytest.approx(PATTERN, abs=0.03)


def test_a_multiplicative_season_is_found_in_spite_of_missing_values() -> None:
    values = 100.0 * np.tile(1 + PATTERN / 10, 8)
    values[[9, 18]] = np.nan
    factors = SeasonRemoved.of(block(values), "M", 4).factors
    assert factors[:, 0] == pytest.approx(1 + PATTERN / 10, abs=0.06)


def test_odd_seasons_are_found_too() -> None:
    pattern = np.array([2.0, 0, -2, 1, 0, -1, 0])
    assert SeasonRemoved.of(block(50 + np.tile(pattern, 6)), "A", 7).factors[:, 0] == pytest.approx(pattern, abs=0.03)


def test_factors_of_pure_noise_are_shrunk_to_almost_nothing() -> None:
    noise = np.random.default_rng(3).normal(size=(50, 60)) + 20
    factors = SeasonRemoved.of(block(noise), "A", 12).factors
    raw_spread = 1 / np.sqrt(5)  # of twelve means over five seasons each
    assert factors.std(axis=0).mean() < 0.5 * raw_spread


def test_the_opening_line_gives_level_and_trend() -> None:
    values = np.full((2, 40), np.nan)
    values[0], values[1, 20:] = 5 + 2.0 * np.arange(40), 100.0
    made = block(values)
    states = first_states(made, "Ad", 1)
    assert states.level == pytest.approx([3, 100], abs=1e-3)  # one period before the first
    assert states.trend == pytest.approx([2, 0], abs=1e-4)


def test_taking_the_season_out_leaves_missing_values_at_zero() -> None:
    values = 10 + np.tile(PATTERN, 6)
    values[5] = np.nan
    made = block(values)
    adjusted = SeasonRemoved.of(made, "A", 4).adjusted
    assert adjusted.y[5, 0] == 0
    assert np.delete(adjusted.y[:, 0], 5) == pytest.approx(10, abs=0.5)


def test_a_season_that_changed_is_taken_out_as_it_was_at_the_time() -> None:
    t = np.arange(240)
    values = 100 + (1 + t / 60) * np.tile(PATTERN, 60)
    removed = SeasonRemoved.of(block(values), "A", 4)
    assert np.abs(removed.adjusted.y - 100).max() < 1
    assert removed.factors[:, 0] == pytest.approx(5 * PATTERN, rel=0.05)


def test_what_was_divided_by_is_remembered_for_the_likelihood() -> None:
    made = block(100.0 * np.tile(1 + PATTERN / 10, 8))
    removed = SeasonRemoved.of(made, "M", 4)
    assert np.log(made.y / removed.adjusted.y).sum() == pytest.approx(removed.logs[0], abs=1e-3)
