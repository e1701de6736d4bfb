import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from forecastle.core.quantiles import Quantiles
from forecastle.models.combination import levels_of
from forecastle.models.greedy import Selection, greedy_weights

QUANTILES = Quantiles((0.1, 0.25, 0.5, 0.75, 0.9))
LEVELS = levels_of(QUANTILES)
MODELS = ("a", "b", "c")
Array = NDArray[np.float64]


def _said(y: Array, miss: Array) -> Array:
    return np.repeat((y + miss)[:, :, None], 1 + len(QUANTILES), axis=2)


def _evidence(misses: dict[str, Array]) -> list[tuple[Array, dict[str, Array]]]:
    y = np.full(next(iter(misses.values())).shape, 50.0)
    return [(y, {name: _said(y, miss) for name, miss in misses.items()})]


def _weights(misses: dict[str, Array], groups: NDArray[np.int64], **options: float) -> Array:
    return greedy_weights(_evidence(misses), MODELS, groups, LEVELS, Selection(**options))


def test_models_that_err_in_opposite_ways_share_the_weight() -> None:
    ones = np.ones((8, 5))
    found = _weights({"a": 4 * ones, "b": -4 * ones, "c": 3.9 * ones}, np.zeros(8, dtype=np.int64))
    assert found[1] == pytest.approx(0.5)
    assert found[0] + found[2] == pytest.approx(0.5)


def test_a_large_group_keeps_its_own_choice_and_a_small_one_takes_the_panels() -> None:
    groups = np.repeat([0, 1], [3000, 3])
    miss = np.ones((3003, 2))
    a, b = (np.where(groups[:, None] == best, 1.0, 2.0) * miss for best in (0, 1))
    found = _weights({"a": a, "b": b, "c": 9 * miss}, groups, points=10_000)
    assert found[0, 0] > 0.99
    assert found[0, -1] > 0.9


def test_only_a_model_that_forecast_all_of_a_group_gets_weight_there() -> None:
    groups = np.repeat([0, 1], 10)
    best = np.where(groups[:, None] == 0, np.nan, 0.1) * np.ones((20, 3))
    found = _weights({"a": np.ones((20, 3)), "b": np.full((20, 3), 2.0), "c": best}, groups, pooling=0.0)
    assert (found[2, groups == 0] == 0).all()
    assert (found[2, groups == 1] == 1).all()


def test_a_group_without_evidence_has_the_panels_weights() -> None:
    groups = np.repeat([0, 1], 5)
    a, b = np.ones((10, 3)), np.full((10, 3), 2.0)
    (y, said), *_ = _evidence({"a": a, "b": b, "c": b})
    y[groups == 1] = np.nan
    found = greedy_weights([(y, said)], MODELS, groups, LEVELS)
    assert found[:, -1] == pytest.approx([1.0, 0.0, 0.0])


@settings(max_examples=30)
@given(seed=st.integers(0, 999), unit=st.sampled_from([0.001, 1.0, 1000.0]))
def test_weights_add_up_to_one_and_do_not_depend_on_the_unit_of_sales(seed: int, unit: float) -> None:
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, 2, 12)
    y = rng.uniform(10, 90, (12, 4))
    said = {name: np.sort(y[:, :, None] + rng.normal(0, 9, (12, 4, 6)), axis=2) for name in MODELS}
    found, scaled = (
        greedy_weights([(y * size, {name: each * size for name, each in said.items()})], MODELS, groups, LEVELS)
        for size in (1.0, unit)
    )
    assert found.sum(axis=0) == pytest.approx(np.ones(12))
    assert found == pytest.approx(scaled, abs=0.11)  # rounding may tip one choice of ten
