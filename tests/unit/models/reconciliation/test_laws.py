"""What holds for every reconciliation, whatever the numbers."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from forecastle.core.quantiles import Quantiles
from forecastle.models.reconciliation import projection
from forecastle.models.reconciliation.hierarchy import Hierarchy
from forecastle.models.reconciliation.projection import Errors, Reconciler, learn
from forecastle.models.reconciliation.samples import coherent, ordering

QUANTILES = Quantiles((0.1, 0.25, 0.5, 0.75, 0.9))
KEYS = pl.DataFrame({"state": [*"AAABBBCCC"], "industry": [*"xyzxyzxyz"]})
TREE = Hierarchy.of(KEYS, ("state", "industry"))
NODES, SERIES, HORIZON = 7, 9, 3
Array = NDArray[np.float64]

seeds = st.integers(0, 9999)
kinds = st.sampled_from(["variance", "full"])


def _errors(rng: np.random.Generator, kind: str) -> Errors:
    return learn(rng.normal(0, 3, (12, NODES + SERIES)), rng.uniform(0.5, 4, NODES + SERIES), full=kind == "full")


def _said(rng: np.random.Generator, count: int, size: float) -> Array:
    ranges = np.sort(rng.gamma(2, size, (count, HORIZON, 5)), axis=2) * rng.integers(0, 2, (count, 1, 1))
    return np.concatenate([ranges.mean(axis=2, keepdims=True), ranges], axis=2)


@settings(max_examples=50)
@given(seed=seeds, kind=kinds)
def test_what_adds_up_already_is_not_changed_and_doing_it_twice_changes_nothing(seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    reconciler = Reconciler(hierarchy=TREE, errors=_errors(rng, kind))
    series, totals = rng.gamma(2, 50, (SERIES, 4)), rng.gamma(2, 150, (NODES, 4))
    assert reconciler.move(series, TREE.totals(series)) == pytest.approx(series, abs=1e-6)
    moved = reconciler.move(series, totals)
    assert reconciler.move(moved, TREE.totals(moved)) == pytest.approx(moved, abs=1e-6)


@settings(max_examples=30)
@given(seed=seeds, kind=kinds)
def test_it_is_the_weighted_least_squares_solution(seed: int, kind: str) -> None:
    """Wickramasuriya et al. (2019): (Sᵀ W⁻¹ S)⁻¹ Sᵀ W⁻¹ ŷ, computed here in the plain way."""
    rng = np.random.default_rng(seed)
    errors = _errors(rng, kind)
    series, totals = rng.gamma(2, 50, (SERIES, 1)), rng.gamma(2, 150, (NODES, 1))
    weights = np.linalg.inv(np.diag(errors.variances) if errors.together is None else errors.together)
    summing = np.concatenate([TREE.summing.toarray(), np.eye(SERIES)])
    expected = np.linalg.solve(summing.T @ weights @ summing, summing.T @ weights @ np.concatenate([totals, series]))
    assert Reconciler(hierarchy=TREE, errors=errors).move(series, totals) == pytest.approx(expected, rel=1e-5)


@settings(max_examples=50)
@given(seed=seeds, kind=kinds)
def test_means_add_up_nothing_is_negative_and_quantiles_never_cross(seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    reconciler = Reconciler(hierarchy=TREE, errors=_errors(rng, kind))
    past = rng.normal(0, 3, (12, NODES + SERIES))
    order = ordering(past, np.ones_like(past), rng)
    found = coherent(_said(rng, SERIES, 20), _said(rng, NODES, 60), reconciler, order, QUANTILES)
    assert TREE.totals(found.series)[:, :, 0] == pytest.approx(found.totals[:, :, 0], rel=1e-6)
    assert (found.series >= 0).all()
    assert (found.totals >= 0).all()
    assert (np.diff(found.series[:, :, 1:], axis=2) >= -1e-9).all()
    assert (np.diff(found.totals[:, :, 1:], axis=2) >= -1e-9).all()


def test_many_totals_are_solved_step_by_step_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    errors = _errors(rng, "variance")
    series, totals = rng.gamma(2, 50, (SERIES, 3)), rng.gamma(2, 150, (NODES, 3))
    at_once = Reconciler(hierarchy=TREE, errors=errors).move(series, totals)
    monkeypatch.setattr(projection, "DENSE", 0)
    assert Reconciler(hierarchy=TREE, errors=errors).move(series, totals) == pytest.approx(at_once, rel=1e-6)


def test_series_that_err_together_make_a_wider_total_than_those_that_do_not() -> None:
    rng = np.random.default_rng(3)
    alone = rng.normal(0, 1, (40, NODES + SERIES))
    together = np.repeat(alone[:, :1], NODES + SERIES, axis=1) + 0.01 * alone
    said = np.tile(100 + np.asarray([0, -13, -7, 0, 7, 13.0]), (SERIES, HORIZON, 1))
    errors = Errors(variances=np.concatenate([np.full(NODES, 1e9), np.ones(SERIES)]))
    widths = []
    for past in (alone, together):
        order = ordering(past, np.ones_like(past), rng)
        reconciler = Reconciler(hierarchy=TREE, errors=errors)
        total = coherent(said, TREE.totals(said), reconciler, order, QUANTILES).totals[0, 0]
        widths.append(total[-1] - total[1])
    assert widths[1] == pytest.approx(9 * 26, rel=0.1)
    assert widths[0] == pytest.approx(3 * 26, rel=0.25)


def test_levels_that_say_the_same_are_left_out() -> None:
    nested = pl.DataFrame({"country": ["AU"] * 4, "category": [*"aabb"], "sku": [*"1234"]})
    tree = Hierarchy.of(nested, ("country", "category", "sku"))
    assert tree.levels == ("total", "category")
    assert tree.nodes == ("total", "a", "b")
    assert tree.totals(np.asarray([1.0, 2.0, 3.0, 4.0])).tolist() == [10.0, 3.0, 7.0]


def test_thirty_thousand_series_are_reconciled_without_a_dense_matrix() -> None:
    count = 30_490
    number = pl.int_range(count, eager=True)
    keys = pl.DataFrame({"item": number // 10, "store": number % 10})
    tree = Hierarchy.of(keys, ("store", "item"))
    assert len(tree.nodes) == 1 + 10 + 3049
    rng = np.random.default_rng(1)
    series = rng.gamma(1, 5, (count, 2))
    totals = tree.totals(series) * rng.uniform(0.9, 1.1, (len(tree.nodes), 1))
    moved = Reconciler(hierarchy=tree, errors=Errors(variances=np.ones(len(tree.nodes) + count))).move(series, totals)
    assert np.abs(tree.totals(moved) - totals).sum() < np.abs(tree.totals(series) - totals).sum()
