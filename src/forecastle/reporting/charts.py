"""Charts as Plotly figures: plain dictionaries of traces and layout that any Plotly, in Python or a browser, can draw.

The chart of a series comes without numbers: each trace says in `meta` which rows and column it draws (and which
column instead, where that one is not there), and `fill` or the page puts them in. One figure serves every series.
"""

from collections.abc import Mapping, Sequence
from math import log10
from typing import Any

import polars as pl

from forecastle.core.columns import DS, MEAN, MODEL, STEP
from forecastle.core.frequency import Frequency, Unit
from forecastle.core.quantiles import Quantiles, column_of
from forecastle.reporting.palette import LIGHT
from forecastle.reporting.summary import BASELINE, bands, error_share, share_held
from forecastle.reporting.wording import percent
from forecastle.settings import ClassSettings

Figure = dict[str, Any]

CLEAR = "rgba(0,0,0,0)"
FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
VALUE = "%{y:,.6~r}"
HOVER = {
    Unit.MINUTE: "%a %d %b %Y %H:%M",
    Unit.HOUR: "%a %d %b %Y %H:%M",
    Unit.MONTH: "%B %Y",
    Unit.QUARTER: "%B %Y",
    Unit.YEAR: "%Y",
}
"""How a moment is written, where the day of the week is not what matters."""
PATTERNS = {
    "smooth": "circle",
    "erratic": "diamond",
    "intermittent": "square",
    "lumpy": "triangle-up",
    "none": "x",
}
"""Demand patterns with a marker each, so that they differ in more than colour."""

KINDS = {"static": "good", "future": "forecast", "past": "plain"}
"""Kinds of variables with a colour each, the last on top."""
LARGEST_WEIGHTS = 6
"""Variables shown of each kind."""


def series_chart(quantiles: Quantiles, freq: Frequency) -> Figure:
    """History, forecast with its ranges, and what was forecast in the backtest; to be filled with one series' rows."""
    middle = column_of(0.5) if 0.5 in quantiles.levels else MEAN
    fans = [
        trace for number, band in enumerate(bands(quantiles)) for trace in _fan(band.low, band.high, band.word, number)
    ]
    lines = [
        _line("Backtest", "backtest", middle, {"color": LIGHT["backtest"], "width": 1.8, "dash": "dot"}),
        _line("Actual", "history", "y", {"color": LIGHT["ink"], "width": 1.8}),
        _line("Forecast", "forecast", middle, {"color": LIGHT["forecast"], "width": 2.6}, instead=MEAN),
    ]
    layout = layout_with(hovermode="x unified", dragmode="zoom", margin={"l": 8, "r": 12, "t": 8, "b": 8})
    layout["xaxis"] |= {"showgrid": False, "hoverformat": HOVER.get(freq.unit, "%a %d %b %Y")}
    layout["yaxis"] |= {"tickformat": ",.10~g"}
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"}
    return {"data": [*fans, *lines], "layout": layout}


def fill(figure: Figure, rows: Mapping[str, pl.DataFrame]) -> Figure:
    """The chart of one series. rows: `history`, `forecast` and `backtest`, each with `ds` and the columns drawn."""
    drawn = []
    for trace in figure["data"]:
        source, meta = rows[trace["meta"]["rows"]], trace["meta"]
        column = meta["column"] if meta["column"] in source.columns else meta["instead"]
        if column in source.columns:
            drawn.append(trace | {"x": source[DS].to_list(), "y": source[column].to_list()})
    return figure | {"data": drawn}


def leaderboard_chart(board: pl.DataFrame) -> Figure:
    """WAPE of every model, best on top, with the yardstick as a line."""
    scored = board.drop_nulls("wape").reverse()
    colours = [LIGHT["forecast"] if champion else LIGHT["plain"] for champion in scored["champion"]]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": rounded(scored["wape"]),
        "y": scored[MODEL].to_list(),
        "marker": {"color": colours, "cornerradius": 3},
        "text": [percent(value) for value in scored["wape"]],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": "%{y}: %{x:.2%} total error<extra></extra>",
    }
    layout = layout_with(bargap=0.35, height=90 + 27 * scored.height, showlegend=False)
    layout["margin"] |= {"r": 48}
    layout["xaxis"] |= {
        "tickformat": ".0%",
        "rangemode": "tozero",
        "title": axis_title("Total error (WAPE), lower is better"),
    }
    layout["yaxis"] |= {"showgrid": False}
    yardstick = scored.filter(pl.col(MODEL) == BASELINE)["wape"].to_list()
    layout["shapes"] = [rule(x=value) for value in yardstick]
    return {"data": [bars], "layout": layout}


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
    layout = layout_with(height=330, legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"})
    layout["xaxis"] |= _logarithmic("ADI: periods from sale to sale", [0.9, 2 * limits.adi, *known["adi"]])
    layout["yaxis"] |= _logarithmic("CV² of the amounts", [0.1, 2 * limits.cv2, *known["cv2"]])
    layout["shapes"] = [rule(x=limits.adi), rule(y=limits.cv2)]
    return {"data": traces, "layout": layout}


def error_chart(tests: pl.DataFrame, yardstick: pl.DataFrame, word: str) -> Figure:
    """Total error by how far ahead a forecast lay; yardstick: `step`, `wape` of seasonal naive."""
    champion = tests.group_by(STEP).agg(error_share()).sort(STEP)
    ours = _marked("Champions", champion[STEP], champion["wape"], {"color": LIGHT["forecast"], "width": 2.4})
    naive = _marked(
        "Seasonal naive", yardstick[STEP], yardstick["wape"], {"color": LIGHT["plain"], "width": 2, "dash": "dash"}
    )
    return {"data": [ours, naive] if yardstick.height else [ours], "layout": _by_step(f"{word}s ahead")}


def coverage_chart(tests: pl.DataFrame, quantiles: Quantiles, word: str) -> Figure:
    """The share of actual values inside each range, by how far ahead the forecast lay, with what was promised."""
    ranges = bands(quantiles)
    shares = tests.group_by(STEP).agg(share_held(band) for band in ranges).sort(STEP)
    styles = [{"color": LIGHT["forecast"], "width": 2.4}, {"color": LIGHT["good"], "width": 2.4, "dash": "dashdot"}]
    traces = [
        _marked(f"{band.word} range", shares[STEP], shares[f"held {band.word}"], styles[number % 2])
        for number, band in enumerate(ranges)
    ]
    layout = _by_step(f"{word}s ahead")
    layout["yaxis"] |= {"range": [0, 1.02]}
    layout["shapes"] = [rule(y=band.share) for band in ranges]
    return {"data": traces, "layout": layout}


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
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "reversed"}
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


def _by_step(title: str) -> Figure:
    layout = layout_with(height=300, hovermode="x unified")
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    layout["xaxis"] |= {"title": axis_title(title.capitalize()), "showgrid": False, "rangemode": "normal"}
    layout["yaxis"] |= {"tickformat": ".0%", "rangemode": "tozero"}
    return layout


def _line(name: str, rows: str, column: str, line: Figure, *, instead: str = "") -> Figure:
    meta = {"rows": rows, "column": column, "instead": instead}
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "meta": meta,
        "line": line,
        "connectgaps": False,
        "hovertemplate": f"{name}: {VALUE}<extra></extra>",
    }


def _fan(low: str, high: str, word: str, number: int) -> tuple[Figure, Figure]:
    """The lower and the upper edge of a range, and the colour between them."""
    invisible = {"color": CLEAR, "width": 0}
    group = {"legendgroup": word}
    lower = _line(low.upper(), "forecast", low, invisible) | group | {"showlegend": False}
    upper = _line(f"{word} range", "forecast", high, invisible) | group
    colour = LIGHT["narrow"] if number else LIGHT["wide"]
    shown = {"fill": "tonexty", "fillcolor": colour, "hovertemplate": f"{high.upper()}: {VALUE}<extra></extra>"}
    return lower, upper | shown


def _marked(name: str, steps: pl.Series, values: pl.Series, line: Figure) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": steps.to_list(),
        "y": rounded(values),
        "line": line,
        "marker": {"size": 6},
        "hovertemplate": f"{name}: %{{y:.1%}}<extra></extra>",
    }


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
