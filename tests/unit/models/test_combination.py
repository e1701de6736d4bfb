import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from forecastle.core.quantiles import Quantiles
from forecastle.models.combination import Weighting, combine, levels_of, relative_errors, weights

QUANTILES = Quantiles((0.1, 0.5, 0.9))
LEVELS = levels_of(QUANTILES)
MODELS = ("a", "b")
Array = NDArray[np.float64]


def _said(y: Array, miss: Array) -> Array:
    """All quantiles miss what happened, series × steps, by so much, series."""
    return np.repeat((y + miss[:, None])[:, :, None], 4, axis=2)


def _shares(misses: dict[str, Array], groups: NDArray[np.int64], weighting: Weighting) -> Array:
    y = np.full((len(groups), 5), 50.0)
    evidence = [(y, {name: _said(y, miss) for name, miss in misses.items()})]
    return weights(relative_errors(evidence, MODELS, groups, LEVELS, weighting), weighting)


def test_a_group_without_much_evidence_is_weighed_like_the_panel() -> None:
    groups = np.repeat([0, 1], [400, 4])
    a, b = np.where(groups == 0, 1.0, 1.1), np.where(groups == 0, 1.1, 1.0)
    pooled, alone = (_shares({"a": a, "b": b}, groups, Weighting(pooling=pooling)) for pooling in (300.0, 0.0))
    assert pooled[0, -1] > 0.5 > alone[0, -1]


def test_a_large_group_keeps_its_own_weights() -> None:
    groups = np.repeat([0, 1], 2000)
    shares = _shares({"a": np.where(groups == 0, 1.0, 1.2), "b": np.where(groups == 0, 1.2, 1.0)}, groups, Weighting())
    assert shares[0, 0] > 0.85
    assert shares[0, -1] < 0.15


def test_a_model_that_never_forecast_a_group_has_no_error_there() -> None:
    groups = np.repeat([0, 1], 5)
    y = np.full((10, 3), 50.0)
    b = _said(y, np.ones(10))
    b[groups == 1] = np.nan
    errors = relative_errors([(y, {"a": _said(y, np.ones(10)), "b": b})], MODELS, groups, LEVELS, Weighting())
    assert np.isnan(errors[1, groups == 1]).all()
    assert np.isfinite(errors[:, groups == 0]).all()


def test_weights_do_not_depend_on_the_unit_of_sales() -> None:
    groups = np.zeros(6, dtype=np.int64)
    y, rng = np.full((6, 5), 50.0), np.random.default_rng(1)
    said = {name: y[:, :, None] + rng.normal(0, 4, (6, 5, 4)) for name in MODELS}
    for_units, for_thousands = (
        weights(
            relative_errors([(y * unit, {n: s * unit for n, s in said.items()})], MODELS, groups, LEVELS, w),
            w,
        )
        for unit in (1.0, 0.001)
        for w in (Weighting(),)
    )
    assert for_units == pytest.approx(for_thousands)


@settings(max_examples=50)
@given(seed=st.integers(0, 999), power=st.floats(0, 40))
def test_a_combination_lies_between_its_members_and_its_quantiles_never_cross(seed: int, power: float) -> None:
    rng = np.random.default_rng(seed)
    said = {name: np.sort(rng.gamma(2, 10, (8, 3, 4)), axis=2) for name in MODELS}
    errors = rng.uniform(0.5, 2, (2, 8))
    combined = combine(said, MODELS, weights(errors, Weighting(power=power)))
    low, high = np.minimum(said["a"], said["b"]), np.maximum(said["a"], said["b"])
    assert (combined >= low - 1e-9).all()
    assert (combined <= high + 1e-9).all()
    assert (np.diff(combined, axis=2) >= -1e-9).all()
