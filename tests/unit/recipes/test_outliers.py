from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from forecastle.recipes import forest

from .conftest import history, take, with_cell

Weekly = Callable[..., pl.DataFrame]
METHODS = ["iqr", "z_score", "hampel", "stl", "isolation_forest"]


@pytest.mark.parametrize("method", METHODS)
def test_a_spike_is_flagged_and_the_rest_is_not(weekly: Weekly, method: str) -> None:
    outcome = take(with_cell(weekly(), 40, 200.0), {"step": "outliers", "method": method})
    flagged = outcome.dataset.frame["volume_outlier"]
    assert flagged[40]
    assert flagged.sum() <= 5
    assert outcome.dataset.frame["volume"][40] == 200.0
    assert outcome.changes[0].found == {"volume": flagged.sum()}
    assert 200.0 in [example["after"] for example in outcome.changes[0].examples]
    assert outcome.dataset.roles.ignored == ("volume_outlier",)


@pytest.mark.parametrize("method", METHODS)
def test_a_spike_is_capped_at_the_limit_or_replaced_by_what_was_expected(weekly: Weekly, method: str) -> None:
    frame = with_cell(weekly(), 40, 200.0)
    capped, replaced = (
        take(frame, {"step": "outliers", "method": method, "action": action}).dataset.frame["volume"][40]
        for action in ("cap", "replace")
    )
    assert replaced <= capped < 200
    assert 10 < replaced < 35


def test_keeping_them_changes_nothing(weekly: Weekly) -> None:
    frame = with_cell(weekly(), 40, 200.0)
    kept = take(frame, {"step": "outliers", "action": "keep"})
    assert kept.dataset.frame.equals(take(frame).dataset.frame)
    assert (kept.changes[0].cells, kept.changes[0].found) == ({}, {"volume": 1})


@pytest.mark.parametrize("method", METHODS)
def test_zeros_of_a_series_that_seldom_sells_are_no_outliers(method: str) -> None:
    rare = [5.0 + day % 8 / 4 if day % 4 == 0 else 0.0 for day in range(60)]
    assert not take(history([rare]), {"step": "outliers", "method": method}).dataset.frame["volume_outlier"].any()


@pytest.mark.parametrize("method", METHODS)
def test_a_large_sale_among_rare_ones_is_found_and_a_usual_one_is_not(method: str) -> None:
    rare = [1.0 + (day % 12 == 0) if day % 3 == 0 else 0.0 for day in range(120)]
    rare[60] = 40.0
    flagged = take(history([rare]), {"step": "outliers", "method": method}).dataset.frame["volume_outlier"]
    assert flagged.arg_true().to_list() == [60]


def test_the_season_s_peak_is_not_an_outlier_to_methods_that_know_it() -> None:
    peaks = [(100.0 if day % 7 == 5 else 10.0) + day % 3 for day in range(140)]
    for method in ("hampel", "stl"):
        assert not take(history([peaks]), {"step": "outliers", "method": method}).dataset.frame["volume_outlier"].any()


@pytest.mark.parametrize("length", [60, 447, 3000])
def test_a_value_far_out_is_isolated_however_long_its_series_is(length: int) -> None:
    values = np.random.default_rng(1).normal(size=(1, length))
    usual = forest.anomaly_scores(values)
    values[0, length // 3] = 8.0
    scores = forest.anomaly_scores(values)
    assert scores.argmax() == length // 3
    assert scores.max() > 0.85 > usual.max()


def test_values_that_hardly_differ_are_cut_between_them() -> None:
    values = 1.0 + np.random.default_rng(1).integers(0, 3, (1, 600)) * np.finfo(float).eps
    values[0, 5] = 2.0
    assert forest.anomaly_scores(values).argmax() == 5


def test_a_forest_scores_values_alike_however_many_go_through_it_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(1).normal(size=(1, 3000))
    scores = forest.anomaly_scores(values)
    monkeypatch.setattr(forest, "BLOCK", 7)
    assert np.array_equal(forest.anomaly_scores(values), scores)
