from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from forecastle.core.execution import ExecutionResult
from forecastle.reporting import text

COLUMNS = pl.DataFrame({"column": ["[bold]ds[/bold]"], "type": ["Datetime(time_unit='us')"], "role": ["time"]})


def listing(name: str) -> pl.DataFrame:
    """The series of a profile: one, whose name is given."""
    return pl.DataFrame(
        {
            "target": "volume", "series_id": name, "n_obs": 63, "first": date(2015, 3, 7), "last": date(2016, 5, 14),
            "missing_share": 0.0, "gaps": 0, "pattern": "intermittent", "abc": "A", "xyz": "Z",
            "flags": [["closed", "negatives", "outliers"]],
        }
    )  # fmt: skip


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
    text.print_profile("[link]a.csv", result.freq, COLUMNS, listing("Lyon / [b]SKU[/b]"), result.findings)
    shown = capsys.readouterr().out
    assert "[red]x[/red]" in shown
    assert "[link]a.csv" in shown
    assert "yes" in shown
    assert "[b]SKU[/b]" in shown
    assert "Series (1 of 1)" in shown


def test_a_profile_keeps_names_and_dates_whole_on_a_narrow_console(
    result: ExecutionResult, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "WIDE", 80)
    text.print_profile("a.csv", result.freq, COLUMNS, listing("HOUSEHOLD_1_002_CA_3"), result.findings)
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "HOUSEHOLD" in line]
    assert line.split() == ["HOUSEHOLD_1_002_CA_3", "63", "2015-03-07", "2016-05-14", "intermittent", "AZ", "closed,"]
