import json
from typing import Any

import polars as pl
import pytest
from plotly.graph_objects import Figure as Drawn

from forecastle.core.columns import DS, SERIES_ID
from forecastle.core.execution import ExecutionResult
from forecastle.core.quantiles import Quantiles
from forecastle.reporting import charts
from forecastle.settings import ClassSettings

NOTHING = pl.DataFrame(schema={"step": pl.Int64, "wape": pl.Float64})


def drawn(figure: charts.Figure) -> charts.Figure:
    """The figure, once Plotly has accepted every property of it and JSON every value."""
    Drawn(figure)
    json.dumps(figure, allow_nan=False, default=str)
    return figure


@pytest.fixture
def rows(result: ExecutionResult) -> dict[str, pl.DataFrame]:
    one = pl.col(SERIES_ID) == "Shop 1 / Item 4"
    return {
        "history": result.history.filter(one),
        "forecast": result.forecasts.filter(one),
        "backtest": result.backtest.filter(one),
    }


def filled(figure: charts.Figure, rows: dict[str, pl.DataFrame]) -> charts.Figure:
    """The chart of one series: what the script of the page makes of it."""
    drawn = []
    for trace in figure["data"]:
        source, column = rows[trace["meta"]["rows"]], trace["meta"]["column"]
        if column in source.columns:
            drawn.append(trace | {"x": source[DS].to_list(), "y": source[column].to_list()})
    return figure | {"data": drawn}


def trace(figure: charts.Figure, name: str) -> dict[str, Any]:
    return next(trace for trace in figure["data"] if trace["name"] == name)


def test_a_series_is_drawn_with_its_history_mean_and_both_ranges(
    result: ExecutionResult, rows: dict[str, pl.DataFrame]
) -> None:
    figure = drawn(filled(charts.series_chart(result.quantiles, result.freq), rows))
    assert trace(figure, "Actual")["y"] == rows["history"]["y"].to_list()
    assert trace(figure, "Forecast (mean)")["y"] == rows["forecast"]["mean"].to_list()
    assert trace(figure, "80 % range")["y"] == rows["forecast"]["p90"].to_list()
    assert trace(figure, "50 % range")["fill"] == "tonexty"
    assert trace(figure, "Backtest (mean)")["y"] == rows["backtest"]["mean"].to_list()


def test_what_was_not_observed_is_a_gap_and_not_a_zero(result: ExecutionResult, rows: dict[str, pl.DataFrame]) -> None:
    line = trace(filled(charts.series_chart(result.quantiles, result.freq), rows), "Actual")
    assert None in line["y"]
    assert line["connectgaps"] is False


def test_quantiles_without_pairs_have_no_range(result: ExecutionResult) -> None:
    figure = drawn(charts.series_chart(Quantiles((0.5,)), result.freq))
    assert [trace["name"] for trace in figure["data"]] == ["Backtest (mean)", "Actual", "Forecast (mean)"]


def test_the_best_model_is_on_top_of_the_leaderboard(result: ExecutionResult) -> None:
    figure = drawn(charts.leaderboard_chart(result.leaderboard))
    assert figure["data"][0]["y"][-1] == result.leaderboard["model"][0]
    assert len(figure["layout"]["shapes"]) == 1


def test_the_class_matrix_counts_every_series(result: ExecutionResult) -> None:
    figure = drawn(charts.class_matrix(result.classification))
    assert sum(sum(row) for row in figure["data"][0]["z"]) == 8


def test_the_scatter_names_each_series_and_leaves_room_for_the_limits(result: ExecutionResult) -> None:
    points = result.classification.with_columns(name=SERIES_ID)
    figure = drawn(charts.demand_scatter(points, ClassSettings()))
    named = [name for trace in figure["data"] for name in trace["customdata"]]
    assert sorted(named) == result.classification[SERIES_ID].to_list()
    assert [shape.get("x0") for shape in figure["layout"]["shapes"]] == [1.32, 0]


def test_a_panel_without_demand_has_an_empty_scatter(result: ExecutionResult) -> None:
    nothing = result.classification.with_columns(name=SERIES_ID, adi=pl.lit(None, pl.Float64))
    assert drawn(charts.demand_scatter(nothing, ClassSettings()))["data"] == []


def test_error_and_coverage_have_a_point_for_every_step(result: ExecutionResult) -> None:
    tests = result.backtest.drop_nulls("y")
    error = drawn(charts.error_chart(tests, NOTHING, "month"))
    coverage = drawn(charts.coverage_chart(tests, result.quantiles, "month"))
    assert [trace["x"] for trace in error["data"]] == [[1, 2, 3, 4, 5, 6]]
    assert [trace["name"] for trace in coverage["data"]] == ["80 % range", "50 % range"]
    assert all(0 <= share <= 1 for trace in coverage["data"] for share in trace["y"])


def test_the_largest_weights_of_each_kind_are_drawn_the_largest_on_top() -> None:
    weights = {"past": [0.1, 0.9], "future": [0.3, 0.7]}
    rows = [(kind, f"v{place}", weight) for kind, some in weights.items() for place, weight in enumerate(some)]
    figure = drawn(charts.importance_chart(pl.DataFrame(rows, schema=["kind", "feature", "weight"], orient="row")))
    assert [bars["name"] for bars in figure["data"]] == ["future", "past"]
    assert trace(figure, "past")["y"] == ["v0 (past)", "v1 (past)"]
    assert trace(figure, "future")["x"] == [0.3, 0.7]


def test_attention_is_drawn_by_lag_as_the_mean_over_steps() -> None:
    attention = pl.DataFrame({"step": [1, 2, 1, 2], "lag": [2, 2, 1, 1], "weight": [0.2, 0.4, 0.8, 0.6]})
    figure = drawn(charts.attention_chart(attention, "week"))
    assert figure["data"][0]["x"] == [1, 2]
    assert figure["data"][0]["y"] == pytest.approx([0.7, 0.3])
