from dataclasses import replace

import polars as pl

from forecastle.core.execution import ExecutionResult
from forecastle.core.findings import Findings
from forecastle.reporting.findings import in_words, of_some_series


def test_the_conclusions_say_outlook_error_ranges_champions_and_data(result: ExecutionResult) -> None:
    outlook, error, ranges, champions, data = in_words(result)
    assert outlook.startswith("Total sales over the next 6 months: ")
    assert "% smaller than that of repeating last year" in error
    assert ranges.startswith("The 80 % ranges held ")
    assert champions.startswith("Champion by series: seasonal_naive for")
    assert "1 warning" in data


def test_ranges_that_are_too_narrow_are_called_so(result: ExecutionResult) -> None:
    narrow = result.backtest.with_columns(p10=pl.col("p50") * 0.99, p90=pl.col("p50") * 1.01)
    assert any("too narrow" in sentence for sentence in in_words(replace(result, backtest=narrow)))


def test_a_short_history_is_said_to_leave_the_error_unknown(result: ExecutionResult) -> None:
    untested = replace(result, backtest=result.backtest.clear(), leaderboard=result.leaderboard.clear())
    sentences = " ".join(in_words(untested))
    assert "too short to test" in sentences
    assert "None" not in sentences
    assert "nan" not in sentences


def test_a_forecast_by_kept_models_is_not_said_to_have_a_short_history(result: ExecutionResult) -> None:
    asked = {**result.manifest["request"], "kept": ["auto_sales"]}
    untested = replace(result, backtest=result.backtest.clear(), manifest={**result.manifest, "request": asked})
    sentences = " ".join(in_words(untested))
    assert "trained before (auto_sales)" in sentences
    assert "too short" not in sentences


def test_two_targets_are_told_apart(result: ExecutionResult) -> None:
    tables = {name: getattr(result, name) for name in ("forecasts", "classification", "history", "backtest")}
    second = {name: table.with_columns(target=pl.lit("revenue")) for name, table in tables.items()}
    both = in_words(replace(result, **{name: pl.concat([tables[name], second[name]]) for name in tables}))
    assert both[0].startswith("sales: Total sales")
    assert any(sentence.startswith("revenue: ") for sentence in both)


def test_clean_data_is_called_clean(result: ExecutionResult) -> None:
    assert in_words(replace(result, findings=Findings()))[-1].startswith("Nothing in the data")


def test_models_that_ran_on_some_series_only_are_named_with_their_number() -> None:
    board = pl.DataFrame({"model": ["ets", "croston", "tsb"], "series": [150, 20, 30]})
    assert of_some_series(board).endswith(": tsb (30), croston (20).")
    assert of_some_series(board.head(1)) == ""
