"""What all figures have in common: layout, axes, how numbers and moments are written."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from forecastle.core.frequency import Frequency, Unit
from forecastle.reporting.palette import LIGHT

Figure = dict[str, Any]

CLEAR = "rgba(0,0,0,0)"
FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
VALUE = "%{y:,.6~r}"
LEGEND_ABOVE = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
MOMENTS = {
    Unit.MINUTE: "%a %d %b %Y %H:%M",
    Unit.HOUR: "%a %d %b %Y %H:%M",
    Unit.MONTH: "%B %Y",
    Unit.QUARTER: "%B %Y",
    Unit.YEAR: "%Y",
}
"""How a moment is written, where the day of the week is not what matters."""


def moment_format(freq: Frequency) -> str:
    """How Plotly is to write a moment, as exactly as periods are."""
    return MOMENTS.get(freq.unit, "%a %d %b %Y")


def layout_with(**options: Any) -> Figure:  # noqa: ANN401 - Plotly's own options, of any kind
    """A layout in our colours, on which a chart builds."""
    quiet = {"size": 12, "color": LIGHT["muted"]}
    axis = {
        "gridcolor": LIGHT["grid"],
        "linecolor": LIGHT["line"],
        "zeroline": False,
        "automargin": True,
        "tickfont": quiet,
    }
    return {
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT, "size": 13, "color": LIGHT["ink"]},
        "margin": {"l": 8, "r": 24, "t": 28, "b": 8},
        "modebar": {"bgcolor": CLEAR, "color": LIGHT["plain"], "activecolor": LIGHT["forecast"]},
        "hoverlabel": {"bgcolor": LIGHT["surface"], "bordercolor": LIGHT["line"], "font": {"color": LIGHT["ink"]}},
        "xaxis": dict(axis),
        "yaxis": dict(axis),
        **options,
    }


def axis_title(text: str) -> Figure:
    """What stands beside an axis."""
    return {"text": text, "font": {"size": 12, "color": LIGHT["muted"]}}


def rule(*, x: float | None = None, y: float | None = None) -> Figure:
    """A dashed line across the whole chart."""
    line = {"color": LIGHT["muted"], "width": 1, "dash": "dash"}
    if x is not None:
        return {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line}


def rounded(values: pl.Series) -> Sequence[float | None]:
    """Six significant digits, which a chart cannot show the others of."""
    digits: list[float | None] = values.cast(pl.Float64).fill_nan(None).round_sig_figs(6).to_list()
    return digits
