from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from forecastle.core.execution import ExecutionResult
from forecastle.reporting import text


def test_the_summary_says_what_came_out_and_where_to_look(
    result: ExecutionResult, capsys: pytest.CaptureFixture[str]
) -> None:
    text.print_summary(result, [Path("out/forecasts.parquet"), Path("out/report.html")])
    shown = capsys.readouterr().out
    assert "Forecast of sales.csv, 6 months ahead" in shown
    assert "Total sales over the next 6 months" in shown
    assert "the yardstick" in shown
    assert "8 of 480 values are missing" in shown
    assert "Open out/report.html in a browser" in shown


def test_the_leaderboard_lists_every_model_even_where_nothing_was_forecast(
    result: ExecutionResult, capsys: pytest.CaptureFixture[str]
) -> None:
    text.print_leaderboard(replace(result, forecasts=result.forecasts.clear()))
    shown = capsys.readouterr().out
    assert all(model in shown for model in result.leaderboard["model"])


def test_names_that_look_like_markup_are_printed_as_they_are(
    result: ExecutionResult, capsys: pytest.CaptureFixture[str]
) -> None:
    table = pl.DataFrame({"[bold]name": ["[red]x[/red]", None], "n": [1.5, None], "ok": [True, False]})
    text.print_table(table)
    text.print_profile("[link]a.csv", result.freq, table, result.classification, result.findings)
    shown = capsys.readouterr().out
    assert "[red]x[/red]" in shown
    assert "[link]a.csv" in shown
    assert "yes" in shown
    assert "Series (8 of 8)" in shown
