"""Which classes of demand series are in."""

from collections.abc import Sequence
from math import log10

import polars as pl

from forecastle.reporting.charts.figure import LEGEND_ABOVE, Figure, axis_title, layout_with, rounded, rule
from forecastle.reporting.palette import LIGHT
from forecastle.settings import ClassSettings

PATTERNS = {
    "smooth": "circle",
    "erratic": "diamond",
    "intermittent": "square",
    "lumpy": "triangle-up",
    "none": "x",
}
"""Demand patterns with a marker each, so that they differ in more than colour."""


def class_matrix(classes: pl.DataFrame) -> Figure:
    """How many series, and what share of the total, fall into each pair of ABC and XYZ class."""
    counts = classes.group_by("abc", "xyz").agg(pl.len(), pl.col("total").sum())
    cells = {(abc, xyz): (n, total) for abc, xyz, n, total in counts.iter_rows()}
    whole = sum(total for _, total in cells.values()) or 1.0
    table = [[cells.get((abc, xyz), (0, 0.0)) for xyz in "XYZ"] for abc in "ABC"]
    heat = {
        "type": "heatmap",
        "x": ["X steady", "Y variable", "Z erratic"],
        "y": ["A most", "B some", "C least"],
        "z": [[n for n, _ in row] for row in table],
        "text": [[f"<b>{n:,}</b> series<br>{total / whole:.0%} of total" for n, total in row] for row in table],
        "texttemplate": "%{text}",
        "hovertemplate": "%{y} · %{x}<br>%{text}<extra></extra>",
        "colorscale": [[0, LIGHT["empty"]], [1, LIGHT["full"]]],
        "showscale": False,
        "xgap": 4,
        "ygap": 4,
    }
    layout = layout_with(height=330)
    layout["xaxis"] |= {"side": "top", "showgrid": False, "fixedrange": True}
    layout["yaxis"] |= {"autorange": "reversed", "showgrid": False, "fixedrange": True}
    return {"data": [heat], "layout": layout}


def demand_scatter(classes: pl.DataFrame, limits: ClassSettings) -> Figure:
    """Every series by how rarely (ADI) and how unevenly (CV²) it sells, with the limits of the four patterns."""
    known = classes.drop_nulls(["adi", "cv2"]).filter(pl.col("cv2") > 0)
    traces = []
    for pattern, symbol in PATTERNS.items():
        points = known.filter(pl.col("pattern").fill_null("none") == pattern)
        if points.is_empty():
            continue
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": f"{pattern} ({points.height:,})",
                "x": rounded(points["adi"]),
                "y": rounded(points["cv2"]),
                "customdata": points["name"].to_list(),
                "marker": {"color": LIGHT[pattern], "symbol": symbol, "size": 8, "opacity": 0.75},
                "hovertemplate": "%{customdata}<br>ADI %{x:.2f} · CV² %{y:.2f}<extra></extra>",
            }
        )
    layout = layout_with(height=330, legend=dict(LEGEND_ABOVE))
    layout["xaxis"] |= _logarithmic("ADI: periods from sale to sale", [0.9, 2 * limits.adi, *known["adi"]])
    layout["yaxis"] |= _logarithmic("CV² of the amounts", [0.1, 2 * limits.cv2, *known["cv2"]])
    layout["shapes"] = [rule(x=limits.adi), rule(y=limits.cv2)]
    return {"data": traces, "layout": layout}


def _logarithmic(title: str, values: Sequence[float]) -> Figure:
    """A logarithmic axis that holds all values, with round numbers on it."""
    ticks = [digit * 10.0**power for power in range(-6, 7) for digit in (1, 2, 5)]
    return {
        "type": "log",
        "range": [log10(min(values) * 0.9), log10(max(values) * 1.2)],
        "title": axis_title(title),
        "tickvals": ticks,
        "ticktext": [f"{tick:g}" for tick in ticks],
    }
