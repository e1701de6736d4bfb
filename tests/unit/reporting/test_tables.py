from dataclasses import replace

import polars as pl

from forecastle.core.execution import ExecutionResult
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.reporting import tables


def test_forecasts_carry_the_users_columns_and_then_ours(result: ExecutionResult) -> None:
    table = tables.forecasts(result)
    assert table.columns == ["shop", "item", "month", "target", "model", "mean", "p10", "p25", "p50", "p75", "p90"]
    assert table.height == result.forecasts.height
    assert table.null_count().sum_horizontal().item() == 0


def test_a_row_keeps_its_numbers_on_the_way_to_the_users_words(result: ExecutionResult) -> None:
    ours = result.forecasts.filter(series_id="Shop 1 / Item 4").sort("step")
    theirs = tables.forecasts(result).filter(shop="Shop 1", item="Item 4")
    assert theirs["mean"].to_list() == ours["mean"].to_list()
    assert theirs["month"].to_list() == ours["ds"].to_list()


def test_a_users_column_keeps_its_name_when_ours_has_the_same(result: ExecutionResult) -> None:
    cars = replace(
        result,
        key_columns=("model", "step"),
        keys=result.keys.rename({"shop": "model", "item": "step"}),
        time_column="target",
    )
    table = tables.forecasts(cars)
    assert table.columns[:6] == ["model", "step", "target", "forecast_target", "forecast_model", "mean"]
    assert table["model"].unique().sort().to_list() == ["Shop 0", "Shop 1", "Shop 2"]
    assert "forecast_step" in tables.backtest(cars).columns


def test_a_key_named_as_our_series_column_is_no_trouble(result: ExecutionResult) -> None:
    single = replace(result, key_columns=("series_id",), keys=result.keys.select("series_id"))
    assert tables.forecasts(single)["series_id"].to_list() == sorted(result.forecasts["series_id"])


def test_a_history_without_keys_needs_none(result: ExecutionResult) -> None:
    alone = replace(result, key_columns=(), keys=result.keys.select("series_id"))
    assert tables.forecasts(alone).columns[:2] == ["month", "target"]
    assert tables.classification(alone).columns[0] != "series_id"


def test_timings_are_no_part_of_the_leaderboard(result: ExecutionResult) -> None:
    assert "seconds" not in tables.leaderboard(result).columns
    assert tables.leaderboard(result)["champion"].to_list()[0]


def test_the_data_report_counts_what_it_does_not_list() -> None:
    names = tuple(f"series {number}" for number in range(25))
    finding = Finding(code="gaps", severity=Severity.WARNING, message="Gaps.", series=names)
    row = tables.data_report(Findings((finding,))).row(0, named=True)
    assert row["series"].endswith("series 9 and 15 more")
    assert row["action"] == "nothing"


def test_an_empty_data_report_still_has_its_columns() -> None:
    empty = tables.data_report(Findings())
    assert empty.height == 0
    assert empty.schema["count"] == pl.Int64
