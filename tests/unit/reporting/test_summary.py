from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from forecastle.core.execution import ExecutionResult
from forecastle.core.quantiles import Quantiles
from forecastle.reporting.summary import bands, by_pattern, held_by_class, periods_back, summarise, targets


def test_the_summary_is_what_the_tables_say(result: ExecutionResult) -> None:
    summary = summarise(result, "sales")
    tests = result.backtest.drop_nulls("y")
    assert summary.series == 8
    assert summary.coming == pytest.approx(result.forecasts["mean"].sum())
    assert summary.wape == pytest.approx((tests["y"] - tests["mean"]).abs().sum() / tests["y"].sum())
    assert summary.skill == pytest.approx(1 - summary.wape / summary.yardstick)
    assert summary.held == pytest.approx(((tests["p10"] <= tests["y"]) & (tests["y"] <= tests["p90"])).mean())
    assert sum(count for _, count in summary.champions) == 8


def test_growth_compares_the_same_months_of_the_year(result: ExecutionResult) -> None:
    summary = summarise(result, "sales")
    year_before = result.history.filter(pl.col("ds").is_between(pl.date(2023, 1, 1), pl.date(2023, 6, 1)))
    assert periods_back(result) == 12
    assert summary.growth == pytest.approx(summary.coming / year_before["y"].sum() - 1)


def test_growth_leaves_out_series_without_that_history(result: ExecutionResult) -> None:
    gap = (pl.col("series_id") == "Shop 0 / Item 0") & (pl.col("ds") == pl.date(2023, 2, 1))
    gappy = replace(result, history=result.history.with_columns(pl.when(~gap).then("y").alias("y")))
    assert summarise(gappy, "sales").compared == 7


def test_without_a_backtest_nothing_is_claimed_about_errors(result: ExecutionResult) -> None:
    untested = replace(result, backtest=result.backtest.clear(), leaderboard=result.leaderboard.clear())
    summary = summarise(untested, "sales")
    assert (summary.wape, summary.skill, summary.held, summary.windows) == (None, None, None, 0)


def test_only_quantiles_with_equal_tails_make_a_range() -> None:
    assert [band.word for band in bands(Quantiles((0.05, 0.1, 0.5, 0.9)))] == ["80 %"]
    assert [(band.low, band.high) for band in bands(Quantiles())] == [("p10", "p90"), ("p25", "p75")]
    assert bands(Quantiles((0.5,))) == ()


def test_targets_keep_their_order(result: ExecutionResult) -> None:
    second = result.classification.with_columns(target=pl.lit("revenue"))
    assert targets(replace(result, classification=pl.concat([result.classification, second]))) == ("sales", "revenue")


def test_patterns_add_up_to_the_whole(execution: Callable[[], ExecutionResult]) -> None:
    patterns = by_pattern(execution(), "sales")
    assert patterns["series"].sum() == 8
    assert patterns["share"].sum() == pytest.approx(1)
    assert patterns["wape"].null_count() == 0


def test_what_ranges_held_stands_beside_every_model_and_class(result: ExecutionResult) -> None:
    rows = [
        ("sales", model, "abc", group, metric, value)
        for model in ("auto", "seasonal_naive")
        for group, metric, value in (("A", "coverage_80", 0.79), ("A", "coverage_50", 0.481), ("B", "coverage_80", 1.0))
    ]
    metrics = pl.DataFrame(rows, schema=result.metrics.schema, orient="row")
    held = held_by_class(replace(result, metrics=metrics), "sales")
    assert held.filter(model="auto").row(0) == ("auto", "79 · 48", "100 · –")
    assert held_by_class(result, "sales").is_empty()
