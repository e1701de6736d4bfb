"""The charts of a profile."""

import numpy as np
import polars as pl

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.frequency import Frequency, Unit
from forecastle.exploration.downsampling import largest_triangles
from forecastle.exploration.profile.profile import TargetProfile
from forecastle.reporting.charts.demand import class_matrix, demand_scatter
from forecastle.reporting.charts.figure import VALUE, Figure, axis_title, layout_with, moment_format, rounded
from forecastle.reporting.palette import LIGHT
from forecastle.settings import ClassSettings

POINTS = 1_500
"""Points of a line."""
DOTS = 2_000
"""Series shown as dots, the largest."""


def figures(target: TargetProfile, limits: ClassSettings) -> dict[str, Figure]:
    """The charts of one target, without those there are no numbers for."""
    series = target.series
    largest = series.head(DOTS).with_columns(pl.col(SERIES_ID).alias("name"))
    drawn = {
        "together": together(target.together, target.freq),
        "matrix": class_matrix(series.with_columns(pl.col("total").fill_null(0.0))),
        "forecastability": histogram(series["forecastability"], "Forecastability: 0 noise, 1 a regular wave", "good"),
        "zeros": histogram(series["zero_share"], "Share of zeros", "backtest"),
        "lengths": histogram(series["length"].cast(pl.Float64), f"Length in {target.freq.word}s", "plain"),
    }
    if series.drop_nulls(["adi", "cv2"]).filter(pl.col("cv2") > 0).height:
        drawn["scatter"] = demand_scatter(largest, limits)
    if series["seasonal_strength"].count():
        drawn["strengths"] = strengths(largest)
    if target.correlations.filter(pl.col("series") > 0).height:
        drawn["correlations"] = correlation_chart(target.correlations.filter(pl.col("series") > 0))
    return drawn


def together(rows: pl.DataFrame, freq: Frequency) -> Figure:
    """The sum of all series over time."""
    there = rows.drop_nulls(Y)
    kept = there[largest_triangles(np.arange(len(there), dtype=np.float64), there[Y].to_numpy(), POINTS)]
    moments = kept[DS].to_list() if freq.unit is Unit.STEP else kept[DS].cast(pl.String).to_list()
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": moments,
        "y": rounded(kept[Y]),
        "line": {"color": LIGHT["ink"], "width": 1.8},
        "hovertemplate": f"{VALUE}<extra></extra>",
    }
    layout = layout_with(height=320, hovermode="x unified", showlegend=False)
    layout["xaxis"] |= {"showgrid": False, "hoverformat": moment_format(freq)}
    layout["yaxis"] |= {"tickformat": ",.10~g"}
    return {"data": [line], "layout": layout}


def histogram(values: pl.Series, title: str, tone: str) -> Figure:
    """How many series have which value."""
    numbers = values.drop_nulls().to_numpy()
    counts, edges = np.histogram(numbers, bins=min(30, max(len(np.unique(numbers)), 1)))
    bars = {
        "type": "bar",
        "x": rounded(pl.Series((edges[:-1] + edges[1:]) / 2)),
        "y": counts.tolist(),
        "marker": {"color": LIGHT[tone]},
        "hovertemplate": "around %{x:.3~r}: %{y:,} series<extra></extra>",
    }
    layout = layout_with(height=260, bargap=0.04, showlegend=False)
    layout["xaxis"] |= {"title": axis_title(title), "showgrid": False}
    return {"data": [bars], "layout": layout}


def strengths(series: pl.DataFrame) -> Figure:
    """Every series by how much of it trend and season explain."""
    known = series.drop_nulls("seasonal_strength")
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": rounded(known["trend_strength"]),
        "y": rounded(known["seasonal_strength"]),
        "customdata": known["name"].to_list(),
        "marker": {"color": LIGHT["forecast"], "size": 7, "opacity": 0.5},
        "hovertemplate": "%{customdata}<br>trend %{x:.2f} · season %{y:.2f}<extra></extra>",
    }
    layout = layout_with(height=330, showlegend=False)
    layout["xaxis"] |= {"title": axis_title("Strength of the trend"), "range": [-0.02, 1.02]}
    layout["yaxis"] |= {"title": axis_title("Strength of the season"), "range": [-0.02, 1.02]}
    return {"data": [dots], "layout": layout}


def correlation_chart(correlations: pl.DataFrame) -> Figure:
    """How covariates move with the target within a series: the median and where 80 % of the series lie."""
    rows = correlations.head(20).reverse()
    middle = rows["median"].to_numpy()
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": rounded(rows["median"]),
        "y": rows["covariate"].to_list(),
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": rounded(pl.Series(rows["upper"].to_numpy() - middle)),
            "arrayminus": rounded(pl.Series(middle - rows["lower"].to_numpy())),
            "color": LIGHT["plain"],
            "thickness": 2,
        },
        "marker": {"color": LIGHT["forecast"], "size": 10},
        "hovertemplate": "%{y}: median %{x:.2f}<extra></extra>",
    }
    layout = layout_with(height=110 + 34 * rows.height, showlegend=False)
    layout["xaxis"] |= {
        "title": axis_title("Correlation within a series"),
        "range": [-1.05, 1.05],
        "zeroline": True,
        "zerolinecolor": LIGHT["line"],
    }
    layout["yaxis"] |= {"showgrid": False}
    return {"data": [dots], "layout": layout}
