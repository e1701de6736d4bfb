"""What a network looks at."""

import polars as pl

from forecastle.reporting.charts.figure import LEGEND_ABOVE, Figure, axis_title, layout_with, rounded
from forecastle.reporting.palette import LIGHT

KINDS = {"static": "good", "future": "forecast", "past": "plain"}
"""Kinds of variables with a colour each, the last on top."""
LARGEST_WEIGHTS = 6
"""Variables shown of each kind."""


def importance_chart(importances: pl.DataFrame) -> Figure:
    """How much a network looks at its variables: the largest weights of each kind. importances: of one model."""
    largest = importances.sort("weight", descending=True).group_by("kind", maintain_order=True).head(LARGEST_WEIGHTS)
    traces = []
    for kind, colour in KINDS.items():
        bars = largest.filter(pl.col("kind") == kind).reverse()
        if bars.height:
            traces.append(
                {
                    "type": "bar",
                    "orientation": "h",
                    "name": kind,
                    "x": rounded(bars["weight"]),
                    "y": [f"{feature} ({kind})" for feature in bars["feature"]],
                    "marker": {"color": LIGHT[colour], "cornerradius": 3},
                    "hovertemplate": "%{y}: %{x:.1%}<extra></extra>",
                }
            )
    layout = layout_with(bargap=0.35, height=110 + 24 * largest.height)
    layout["legend"] = LEGEND_ABOVE | {"traceorder": "reversed"}
    layout["xaxis"] |= {
        "tickformat": ".0%",
        "rangemode": "tozero",
        "title": axis_title("Weight among those of its kind"),
    }
    layout["yaxis"] |= {"showgrid": False}
    return {"data": traces, "layout": layout}


def attention_chart(attention: pl.DataFrame, word: str) -> Figure:
    """How much a network looks at the periods before the one it forecasts. attention: of one model."""
    lags = attention.group_by("lag").agg(pl.col("weight").mean()).sort("lag")
    bars = {
        "type": "bar",
        "x": lags["lag"].to_list(),
        "y": rounded(lags["weight"]),
        "marker": {"color": LIGHT["forecast"]},
        "hovertemplate": f"%{{x}} {word}s before: %{{y:.1%}}<extra></extra>",
    }
    layout = layout_with(height=330, showlegend=False)
    layout["xaxis"] |= {"title": axis_title(f"{word.capitalize()}s before the one forecast"), "showgrid": False}
    layout["yaxis"] |= {"tickformat": ".0%", "rangemode": "tozero"}
    return {"data": [bars], "layout": layout}
