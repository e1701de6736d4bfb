"""The score table says what the measures say of the same rows."""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from forecastle.core.panel import Panel
from forecastle.core.quantiles import Quantiles
from forecastle.evaluation import metrics
from forecastle.evaluation.backtest import BacktestResult, backtest
from forecastle.evaluation.scores import scores, symmetric_bands
from forecastle.evaluation.windows import BacktestPlan

Y, F = pl.col("y"), pl.col("mean")
LEVELS = {level: pl.col(f"p{level * 100:.0f}") for level in (0.1, 0.25, 0.5, 0.75, 0.9)}
POOLED = {
    "mae": metrics.mae(Y, F),
    "rmse": metrics.rmse(Y, F),
    "mape": metrics.mape(Y, F),
    "smape": metrics.smape(Y, F),
    "wape": metrics.wape(Y, F),
    "mase": metrics.mase(Y, F, pl.col("scale")),
    "bias": metrics.bias(Y, F),
    "pinball": metrics.mean_pinball(Y, LEVELS),
    "wql": metrics.wql(Y, LEVELS),
    "coverage_80": metrics.coverage(Y, pl.col("p10"), pl.col("p90")),
    "coverage_50": metrics.coverage(Y, pl.col("p25"), pl.col("p75")),
}


@pytest.fixture
def result(retail: Panel, naive: Any, seasonal_naive: Any) -> BacktestResult:
    zeros = pl.when(pl.col("ds").dt.month() == 2).then(0.0).when(pl.col("ds").dt.month() == 3).then(None)
    gappy = retail.with_frame(retail.frame.with_columns(zeros.otherwise("y").alias("y")))
    return backtest([naive, seasonal_naive], gappy, BacktestPlan(horizon=12, windows=3, learn=2))


@pytest.mark.parametrize(
    ("by", "column"), [("all", None), ("series", "series_id"), ("step", "step"), ("window", "window")]
)
def test_scores_of_a_group_are_the_measures_of_its_rows(result: BacktestResult, by: str, column: str | None) -> None:
    table = scores(result).filter(pl.col("by") == by)
    group = pl.col(column).cast(pl.String) if column else pl.lit("all")
    direct = result.forecasts().with_columns(group=group).group_by("model", "group").agg(**POOLED)
    wide = table.pivot(on="metric", index=["model", "group"], values="value")
    joined = wide.join(direct, on=["model", "group"], suffix="_direct")
    assert joined.height == direct.height
    for name in POOLED:
        assert joined[name].to_list() == pytest.approx(joined[f"{name}_direct"].to_list()), name


def test_scores_of_a_class_are_those_of_its_series(result: BacktestResult) -> None:
    classes = pl.DataFrame({"series_id": ["beer", "bread", "new"], "abc": ["B", "A", "A"], "xyz": ["X", "X", None]})
    table = scores(result, classes=classes)
    only_b = table.filter(by="abc", group="B").drop("by", "group")
    beer = table.filter(by="series", group="beer").drop("by", "group")
    assert only_b.equals(beer)
    assert table.filter(by="xyz")["group"].unique().to_list() == ["X"]
    assert table.filter(by="pattern").is_empty()


def test_rmsse_of_several_series_is_the_mean_of_theirs(result: BacktestResult) -> None:
    rows = result.forecasts().drop_nulls("y")
    units = rows.group_by("model", "series_id", "window").agg(
        metrics.rmsse(Y, F, pl.col("scale_rms")).alias("rmsse"), rows=pl.len()
    )
    mean = (pl.col("rmsse") * pl.col("rows")).sum() / pl.col("rows").sum()
    expected = dict(units.group_by("model").agg(mean).rows())
    found = scores(result).filter(by="all", metric="rmsse").select("model", "value")
    assert dict(found.rows()) == pytest.approx(expected)


def test_a_series_without_scale_has_no_mase_and_spoils_no_mean(result: BacktestResult) -> None:
    unscaled = (result.ids == "new").to_numpy()
    trials = tuple(
        replace(
            trial,
            scale=np.where(unscaled, np.nan, trial.scale),
            scale_rms=np.where(unscaled, np.nan, trial.scale_rms),
        )
        for trial in result.trials
    )
    table = scores(replace(result, trials=trials))
    assert table.filter(by="series", group="new", metric="mase")["value"].to_list() == [None, None]
    assert table.filter(by="all", metric="mase")["value"].null_count() == 0


def test_only_bands_with_equal_tails_have_a_coverage() -> None:
    assert symmetric_bands(Quantiles((0.025, 0.1, 0.5, 0.9, 0.975))) == {
        "coverage_95": (0.025, 0.975),
        "coverage_80": (0.1, 0.9),
    }
    assert symmetric_bands(Quantiles((0.1, 0.5, 0.8))) == {}
