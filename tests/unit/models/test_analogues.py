import numpy as np
import polars as pl
import pytest

from forecastle.core.quantiles import Quantiles
from forecastle.models.analogues import ANYTHING, Analogues, find_analogues

QUANTILES = Quantiles((0.1, 0.25, 0.5, 0.75, 0.9))
KINDS = pl.DataFrame({"store": [*"aaaabbbb"], "dept": [*"xxyyxxyy"], "sku": [*"12345678"]})


def _values(own: list[float]) -> np.ndarray:
    """Eight series of six periods; the first has only so many values, at its end."""
    values = np.full((8, 6), 10.0)
    values[4:] = 100.0
    values[0] = np.nan
    values[0, 6 - len(own) :] = own
    return values


def _said() -> np.ndarray:
    level = np.where(np.arange(8) < 4, 10.0, 100.0)[:, None, None]
    return level * np.tile([1.0, 0.7, 0.9, 1.0, 1.1, 1.3], (8, 2, 1))


def _warm() -> np.ndarray:
    return np.arange(8) > 0


def test_what_shares_the_most_attributes_comes_first() -> None:
    found, labels = find_analogues(KINDS, _values([]), _warm())
    assert labels == ["dept"]  # with the store too there would be a single one
    assert found.like.tolist() == [1, 4, 5]


def test_a_series_that_shares_nothing_is_left_alone_unless_it_has_no_value_at_all() -> None:
    alone = KINDS.select("sku")
    assert find_analogues(alone, _values([5.0]), _warm())[1] == []
    assert find_analogues(alone, _values([]), _warm())[1] == [ANYTHING]


def test_a_series_without_a_value_gets_the_range_of_all_its_analogues() -> None:
    found, _ = find_analogues(KINDS, _values([]), _warm())
    like = found.fill(_said(), QUANTILES)[0]
    assert like[:, 0] == pytest.approx([70.0, 70.0])
    assert (like[:, 1] < 12).all()
    assert (like[:, 5] > 100).all()


def test_own_values_set_the_level_and_narrow_the_range() -> None:
    found, _ = find_analogues(KINDS, _values([40.0, 40.0, 40.0]), _warm())
    like = found.fill(_said(), QUANTILES)[0]
    assert like[0, 0] == pytest.approx(40.0, rel=0.1)
    assert 15 < like[0, 1] < 40 < like[0, 5] < 70


def test_own_values_are_seen_against_what_analogues_had_in_the_same_periods() -> None:
    values = _values([20.0])
    values[1:, -1] *= 2  # the best month of the year
    found, _ = find_analogues(KINDS, values, _warm())
    assert found.fill(_said(), QUANTILES)[0][0, 0] < 16


def test_nobody_else_changes_and_quantiles_rise() -> None:
    found, _ = find_analogues(KINDS, _values([0.0]), _warm())
    filled = found.fill(_said(), QUANTILES)
    assert np.array_equal(filled[1:], _said()[1:])
    assert (np.diff(filled[0, :, 1:], axis=1) >= 0).all()
    assert (filled >= 0).all()


def test_without_a_cold_start_there_is_nothing_to_do() -> None:
    assert np.array_equal(Analogues.none().fill(_said(), QUANTILES), _said())
