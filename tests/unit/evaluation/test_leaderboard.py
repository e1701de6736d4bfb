"""One row a model, best first."""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from forecastle.core.panel import Panel
from forecastle.core.quantiles import Quantiles
from forecastle.evaluation.backtest import BacktestResult, backtest
from forecastle.evaluation.leaderboard import against, leaderboard
from forecastle.evaluation.scores import scores
from forecastle.evaluation.trial import Trial
from forecastle.evaluation.windows import BacktestPlan

PLAN = BacktestPlan(horizon=12, windows=4, learn=2)


def board(result: BacktestResult, **options: Any) -> pl.DataFrame:
    return leaderboard(result, scores(result), **options)


def p_values(result: BacktestResult) -> dict[str, float | None]:
    return dict(against(result, baseline="naive").select("model", "p_value").rows())


def test_the_best_model_stands_first_and_is_the_champion(retail: Panel, naive: Any, seasonal_naive: Any) -> None:
    table = board(backtest([naive, seasonal_naive], retail, PLAN))
    assert table["model"].to_list() == ["seasonal_naive", "naive"]
    assert table["champion"].to_list() == [True, False]
    assert table["series"].to_list() == [3, 3]
    assert table["wape"].is_sorted()


def test_skill_is_measured_against_the_baseline(retail: Panel, naive: Any, seasonal_naive: Any) -> None:
    table = board(backtest([naive, seasonal_naive], retail, PLAN))
    wape = dict(table.select("model", "wape").rows())
    skill = dict(table.select("model", "skill").rows())
    assert skill["seasonal_naive"] == 0.0
    assert skill["naive"] == pytest.approx(1 - wape["naive"] / wape["seasonal_naive"])


def test_without_the_baseline_there_is_neither_skill_nor_p_value(retail: Panel, naive: Any) -> None:
    table = board(backtest([naive], retail, PLAN))
    assert table.select("skill", "p_value").row(0) == (None, None)


def test_without_p10_and_p90_coverage_is_null(retail: Panel, naive: Any) -> None:
    table = board(backtest([naive], retail, PLAN, quantiles=Quantiles((0.5,))))
    assert table["coverage_80"].to_list() == [None]
    assert table["wql"].null_count() == 0


def test_the_measure_decides_who_is_first(retail: Panel, naive: Any, seasonal_naive: Any) -> None:
    result = backtest([naive, seasonal_naive], retail, PLAN)
    for measure in ("wape", "mase", "rmsse", "wql"):
        assert board(result, measure=measure)[measure].is_sorted()


def test_a_panel_is_tested_over_its_series(retail: Panel, naive: Any, seasonal_naive: Any) -> None:
    two = retail.select(pl.Series(["beer", "bread"]))
    found = p_values(backtest([naive, seasonal_naive], two, PLAN))
    assert found["seasonal_naive"] == 1 / 4  # both are better: one sign pattern of four
    assert found["naive"] is None


def test_a_single_series_is_tested_over_its_cutoffs(retail: Panel, naive: Any, seasonal_naive: Any) -> None:
    beer = retail.select(pl.Series(["beer"]))
    found = p_values(backtest([naive, seasonal_naive], beer, PLAN))
    assert found["seasonal_naive"] < 0.05
    assert found["naive"] is None


def _one_too_many_of_beer(trial: Trial) -> Any:
    """A forecast of the first series only, always one above what happened."""
    said = np.full((*trial.y.shape, 6), np.nan, dtype=np.float32)
    said[0] = trial.y[0, :, None] + 1
    return said


def test_a_model_of_some_series_is_compared_on_those_and_stands_last(
    retail: Panel, naive: Any, seasonal_naive: Any
) -> None:
    result = backtest([naive, seasonal_naive], retail, PLAN)
    trials = tuple(trial.with_forecasts({"beer_only": _one_too_many_of_beer(trial)}) for trial in result.trials)
    row = board(replace(result, trials=trials)).row(-1, named=True)
    base = result.forecasts(["seasonal_naive"]).filter(series_id="beer")
    assert (row["model"], row["series"], row["seconds"]) == ("beer_only", 1, None)
    assert row["skill"] == pytest.approx(
        1 - base.height / base.select((pl.col("mean") - pl.col("y")).abs().sum()).item()
    )


def test_a_backtest_of_nothing_has_an_empty_leaderboard_of_the_same_shape(retail: Panel, naive: Any) -> None:
    result = backtest([naive], retail, PLAN)
    empty = board(replace(result, trials=(), seconds={}))
    assert empty.is_empty()
    assert empty.schema == board(result).schema
