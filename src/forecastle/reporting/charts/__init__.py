"""Charts as Plotly figures: dictionaries of traces and layout that any Plotly, in Python or a browser, can draw."""

from forecastle.reporting.charts.accuracy import coverage_chart, error_chart, leaderboard_chart
from forecastle.reporting.charts.demand import class_matrix, demand_scatter
from forecastle.reporting.charts.figure import Figure
from forecastle.reporting.charts.network import attention_chart, importance_chart
from forecastle.reporting.charts.series import series_chart

__all__ = [
    "Figure",
    "attention_chart",
    "class_matrix",
    "coverage_chart",
    "demand_scatter",
    "error_chart",
    "importance_chart",
    "leaderboard_chart",
    "series_chart",
]
