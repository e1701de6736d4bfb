import json
import re
from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from forecastle.core.execution import ExecutionResult
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.reporting.pages.frame import embedded
from forecastle.reporting.pages.report import report_page
from forecastle.settings import ReportSettings

HOSTILE = "</script><img src=x onerror=alert(1)> {{data}} \u2028"


def text(result: ExecutionResult, settings: ReportSettings | None = None) -> str:
    """The page without the chart library."""
    return report_page(result, settings or ReportSettings()).replace(library(), "")


def library() -> str:
    from plotly.offline import get_plotlyjs

    return get_plotlyjs()


def test_the_page_holds_everything_and_forbids_every_request(result: ExecutionResult) -> None:
    html = text(result)
    assert "default-src 'none'" in html
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", html)
    assert not re.search(r"@import|url\(", html)
    assert "{{" not in html.replace("%{", "")


def test_what_the_script_reads_is_json_whatever_the_numbers_and_texts_are() -> None:
    told = embedded({"share": float("nan"), "size": float("inf"), "name": HOSTILE})
    assert "<" not in told
    assert json.loads(told) == {"share": None, "size": None, "name": HOSTILE}


def test_the_page_shows_conclusions_models_findings_and_how_to_repeat_the_run(result: ExecutionResult) -> None:
    html = text(result)
    for shown in ("Total sales over the next 6 months", "the yardstick", "8 of 480 values", "left missing", "line 31"):
        assert shown in html
    for shown in (
        "seed",
        "threads",
        "libraries.polars",
        "snapshots.sales",
        "no such model is installed",
        "plotly.js (MIT)",
    ):
        assert shown in html


def test_names_from_the_data_can_not_break_out_of_the_page(result: ExecutionResult) -> None:
    def named(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.col("series_id").str.replace("Shop 0 / Item 0", HOSTILE, literal=True))

    tables = ("keys", "forecasts", "history", "classification", "backtest")
    finding = Finding(
        code="x", severity=Severity.ERROR, message=HOSTILE, action=HOSTILE, series=(HOSTILE,), rows=(HOSTILE,)
    )
    changed = {name: named(getattr(result, name)) for name in tables}
    html = text(replace(result, source=HOSTILE, findings=Findings((finding,)), **changed))
    assert "<img" not in html
    assert html.count("<script") == html.count("</script>") == 3
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert HOSTILE in {series["name"] for series in json.loads(data)["series"]}


def test_a_page_with_some_of_the_series_says_so(result: ExecutionResult) -> None:
    assert "This page shows 3 of 8 series" in text(result, ReportSettings(series=3))
    assert "This page shows" not in text(result)


def test_the_page_carries_no_time_of_day_or_duration(execution: Callable[[], ExecutionResult]) -> None:
    slow = execution()
    steps = tuple(replace(step, seconds=step.seconds + 9) for step in slow.steps)
    board = slow.leaderboard.with_columns(seconds=pl.lit(99.0))
    assert text(execution()) == text(replace(slow, steps=steps, leaderboard=board))


def test_without_a_backtest_the_page_says_why_there_is_no_comparison(result: ExecutionResult) -> None:
    untested = replace(result, backtest=result.backtest.clear(), leaderboard=result.leaderboard.clear())
    html = text(untested)
    assert "too short to compare models" in html
    assert not re.search(r"\b(?:nan|None|inf)\b", html)


def test_the_page_offers_a_choice_of_targets_only_where_there_is_one(result: ExecutionResult) -> None:
    assert 'id="target"' not in text(result)
    tables = ("forecasts", "history", "classification", "leaderboard", "metrics", "backtest")
    both = {
        name: pl.concat([getattr(result, name), getattr(result, name).with_columns(target=pl.lit("revenue"))])
        for name in tables
    }
    html = text(replace(result, **both))
    assert "<option>sales</option><option>revenue</option>" in html
    assert html.count('class="of-target" data-target="revenue"') == 3


@pytest.mark.parametrize("quantiles", [(0.5,), (0.1, 0.9), (0.05, 0.25, 0.5, 0.75, 0.95)])
def test_the_page_lives_with_any_quantiles(
    quantiles: tuple[float, ...], execution: Callable[..., ExecutionResult], sales: object
) -> None:
    from forecastle.core.quantiles import Quantiles

    html = text(execution(replace(sales, quantiles=Quantiles(quantiles))))  # type: ignore[type-var]
    assert "In words" in html
