"""The chart of a series, which comes without numbers: one figure serves every series.

Each trace says in `meta` which rows (`history`, `forecast` or `backtest`) and column it draws; the page puts them in.
"""

from forecastle.core.columns import MEAN
from forecastle.core.frequency import Frequency
from forecastle.core.quantiles import Quantiles
from forecastle.reporting.charts.figure import CLEAR, LEGEND_ABOVE, VALUE, Figure, layout_with, moment_format
from forecastle.reporting.palette import LIGHT
from forecastle.reporting.summary import bands


def series_chart(quantiles: Quantiles, freq: Frequency) -> Figure:
    """History, forecast with its ranges, and what was forecast in the backtest; to be filled with one series' rows.

    Forecasts are means, as in every table and sum.
    """
    fans = [
        trace for number, band in enumerate(bands(quantiles)) for trace in _fan(band.low, band.high, band.word, number)
    ]
    lines = [
        _line("Backtest (mean)", "backtest", MEAN, {"color": LIGHT["backtest"], "width": 1.8, "dash": "dot"}),
        _line("Actual", "history", "y", {"color": LIGHT["ink"], "width": 1.8}),
        _line("Forecast (mean)", "forecast", MEAN, {"color": LIGHT["forecast"], "width": 2.6}),
    ]
    layout = layout_with(hovermode="x unified", dragmode="zoom", margin={"l": 8, "r": 12, "t": 8, "b": 8})
    layout["xaxis"] |= {"showgrid": False, "hoverformat": moment_format(freq)}
    layout["yaxis"] |= {"tickformat": ",.10~g"}
    layout["legend"] = LEGEND_ABOVE | {"traceorder": "normal"}
    return {"data": [*fans, *lines], "layout": layout}


def _line(name: str, rows: str, column: str, line: Figure) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "meta": {"rows": rows, "column": column},
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
