"""Charts as ECharts options: plain dictionaries, in the colours of the style sheet.

Colours are CSS variables and the drawings SVG, so that a chart follows the page from light to dark by itself.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl
from nicegui import ui

from forecastle.core.columns import DS, MEAN, Y
from forecastle.core.quantiles import column_of
from forecastle.server.web.parts.times import unit_of

Options = dict[str, Any]
Point = list[Any]

BANDS = (("80 % range", 0.1, 0.9, 0.16), ("50 % range", 0.25, 0.75, 0.24))
"""Name, quantiles and opacity, the widest first."""

RIVALS = ("--forecast", "--erratic", "--intermittent", "--lumpy", "--none")
"""Colours of models beside each other; those of patterns stay apart for every kind of colour vision."""

BEFORE = 3
"""How many times as long as the window the history beside it is."""

AT_FIRST = 4
"""Models that are drawn before somebody asks for more."""

MOMENTS: dict[str, Options] = {"time": {":formatter": "forecastle.tick", "showMinLabel": True, "alignMinLabel": "left"}}
"""How an axis of time is labelled."""

REACH: dict[str, Options] = {"step": {"min": "dataMin", "max": "dataMax"}}
"""Numbered periods begin where the data do."""

LABEL: Options = {"color": "var(--muted)", "fontSize": 12}

LEGEND: Options = {
    "top": 0,
    "left": 0,
    "icon": "roundRect",
    "itemWidth": 16,
    "itemHeight": 4,
    "textStyle": {"color": "var(--muted)"},
    "inactiveColor": "var(--plain)",
}

TOOLTIP: Options = {
    "trigger": "axis",
    "confine": True,
    "backgroundColor": "var(--surface)",
    "borderColor": "var(--line)",
    "textStyle": {"color": "var(--ink)", "fontSize": 13},
    "extraCssText": "border-radius:10px;box-shadow:0 8px 28px rgb(0 0 0 / 14%)",
    "axisPointer": {"lineStyle": {"color": "var(--plain)", "type": "solid"}},
}

SLIDER: Options = {
    "type": "slider",
    "height": 22,
    "bottom": 0,
    "borderColor": "transparent",
    "backgroundColor": "var(--raised)",
    "fillerColor": "var(--soft)",
    "showDetail": False,
    "brushSelect": False,
    "moveHandleSize": 0,
    "handleStyle": {"color": "var(--surface)", "borderColor": "var(--plain)"},
    "dataBackground": {"lineStyle": {"color": "var(--plain)"}, "areaStyle": {"color": "var(--grid)"}},
    "selectedDataBackground": {"lineStyle": {"color": "var(--accent)"}, "areaStyle": {"color": "var(--soft)"}},
}


def chart(options: Options, *, about: str, low: bool = False) -> ui.echart:
    """Draw a chart. about: what it shows, for those who do not see it."""
    made = ui.echart(options, renderer="svg").classes("chart low" if low else "chart")
    made.props("role=img")
    made.props["aria-label"] = about
    return made


def history_and_forecast(
    history: pl.DataFrame, forecasts: pl.DataFrame, freq: str, *, backtest: pl.DataFrame | None = None
) -> Options:
    """History, backtest, forecast and its ranges. history: `ds`, `y`. forecasts: `ds`, `mean`, quantiles, `final`.

    backtest: `ds`, `window`, `mean`. Both are drawn as means, like in every table and sum, and the legend says so.
    """
    unit = unit_of(freq)
    series = [line("Actual", points(history, Y), "--ink", width=1.6) | {"z": 3}, *_ranges(forecasts)]
    if backtest is not None and len(backtest):
        for number, (_, part) in enumerate(backtest.group_by("window", maintain_order=True)):
            series.append(line("Backtest (mean)" if number == 0 else f"\0backtest {number}", points(part, MEAN),
                                "--backtest", width=1.6, dash="dotted"))  # fmt: skip
    if len(forecasts):
        series.append(line("Forecast (mean)", points(forecasts, MEAN), "--forecast", width=2.6))
    if "override" in forecasts.columns and forecasts["override"].count():
        changed = points(forecasts.drop_nulls("override"), "override")
        series.append(line("Planner", changed, "--warning", width=0, symbol="diamond"))
    options = base(unit=unit)
    options["series"] = series
    options["legend"]["data"] = [one["name"] for one in series if not one["name"].startswith("\0")]
    options["dataZoom"] = zoom(len(history) + len(forecasts))
    options["grid"]["bottom"] = 36
    return options


def side_by_side(history: pl.DataFrame, rivals: pl.DataFrame, order: Sequence[str], freq: str) -> Options:
    """What models said of one past window, beside what happened; few of them to begin with, the others at a click.

    history: `ds`, `y`. rivals: `ds` and a column a model. order: their names, the one that matters most first.
    """
    options = base(unit=unit_of(freq))
    window = rivals[DS]
    around = history.filter(pl.col(DS) <= window.max()).tail(BEFORE * len(window))
    drawn = [line("Actual", points(around, Y), "--ink", width=2)]
    for place_of, name in enumerate(order):
        colour = RIVALS[place_of % len(RIVALS)]
        dash = ("solid", "dashed", "dotted")[min(place_of // len(RIVALS), 2)]
        drawn.append(line(name, points(rivals, name), colour, width=1.8 if place_of else 2.6, dash=dash))
    options["series"] = drawn
    options["legend"] |= {
        "type": "scroll",
        "selected": {name: place_of < AT_FIRST for place_of, name in enumerate(order)},
    }
    return options


def bars(names: Sequence[str], values: Sequence[float | None], *, lead: Sequence[bool], share: bool) -> Options:
    """Horizontal bars, the first on top. lead: which of them are coloured. share: whether values are shares."""
    options = base(unit="", share=share)
    options["legend"] = {"show": False}
    options["grid"] |= {"left": 8, "right": 56, "top": 8}
    form = "forecastle.percent" if share else "forecastle.short"
    options["xAxis"] = _axis("value") | {
        "axisLabel": _label(":formatter", "value => forecastle.whole_percent(value)" if share else form)
    }
    options["yAxis"] = _axis("category") | {"data": list(names), "inverse": True, "axisLabel": {"color": "var(--ink)"}}
    options["tooltip"] = {"show": False}
    items = [
        {"value": value, "itemStyle": {"color": "var(--accent)" if leads else "var(--plain)"}}
        for value, leads in zip(values, lead, strict=True)
    ]
    label = {"show": True, "position": "right", "color": "var(--muted)", ":formatter": f"point => {form}(point.value)"}
    options["series"] = [
        {
            "type": "bar",
            "data": items,
            "barMaxWidth": 16,
            "itemStyle": {"borderRadius": 3},
            "label": label,
            "emphasis": {"disabled": True},
        }
    ]
    return options


def by_step(lines: Mapping[str, list[Point]], *, promised: Sequence[float] = ()) -> Options:
    """Shares by how many periods ahead, a line a name; promised: shares that dashed lines mark."""
    options = named(base(unit="step", share=True), "periods ahead")
    options["xAxis"] |= {"minInterval": 1, "min": 1}
    options["yAxis"] |= {"min": 0, "max": 1} if promised else {}
    colours = ("--forecast", "--plain" if not promised else "--good")
    options["series"] = [
        line(name, data, colour, width=2.4) | {"symbol": "circle", "symbolSize": 6}
        for (name, data), colour in zip(lines.items(), colours, strict=True)
    ]
    if promised:
        dashes = {"color": "var(--muted)", "type": "dashed"}
        marks = {"silent": True, "symbol": "none", "label": {"show": False}, "lineStyle": dashes}
        options["series"][0]["markLine"] = marks | {"data": [{"yAxis": share} for share in promised]}
    return options


def base(*, unit: str, share: bool = False) -> Options:
    """Axes, hover and margins of every chart. unit: the period on the x axis; empty for categories."""
    form = "value => forecastle.whole_percent(value)" if share else "value => forecastle.short(value)"
    x, y = _axis("value" if unit == "step" else "time"), _axis("value")
    return {
        "animation": False,
        "textStyle": {"fontFamily": "system-ui, sans-serif", "color": "var(--muted)"},
        "grid": {"left": 8, "right": 16, "top": 44, "bottom": 12, "containLabel": True},
        "legend": dict(LEGEND),
        "tooltip": TOOLTIP | {":formatter": f"forecastle.tooltip('{unit}', {str(share).lower()})"},
        "xAxis": x
        | REACH.get(unit, {})
        | {"axisLabel": LABEL | {"hideOverlap": True} | MOMENTS.get(x["type"], {}), "splitLine": {"show": False}},
        "yAxis": y | {"scale": bool(unit) and not share, "axisLabel": _label(":formatter", form)},
    }


def named(options: Options, across: str, *, upwards: str = "") -> Options:
    """The same chart with words on its axes."""
    options["grid"] |= {"bottom": 28, "left": 36 if upwards else options["grid"]["left"]}
    names = {"nameLocation": "middle", "nameTextStyle": LABEL}
    options["xAxis"] |= names | {"name": across, "nameGap": 26}
    options["yAxis"] |= names | {"name": upwards, "nameGap": 50}
    return options


def _axis(kind: str) -> Options:
    return {
        "type": kind,
        "axisLine": {"lineStyle": {"color": "var(--line)"}},
        "axisTick": {"show": False},
        "splitLine": {"lineStyle": {"color": "var(--grid)"}},
    }


def _label(key: str, form: str) -> Options:
    return LABEL | {key: form}


def zoom(shown: int) -> list[Options]:
    """A wheel and a slider; the last part of a long history to begin with. shown: how many points there are."""
    start = 0 if shown <= 160 else round(100 * (1 - 130 / shown))
    return [{"type": "inside", "start": start, "zoomOnMouseWheel": "ctrl"}, SLIDER | {"start": start}]


def _ranges(forecasts: pl.DataFrame) -> list[Options]:
    """Each range as an invisible line on its lower edge, and the rest stacked upon it."""
    drawn: list[Options] = []
    for name, low, high, opacity in BANDS:
        lower, upper = column_of(low), column_of(high)
        if lower not in forecasts.columns or upper not in forecasts.columns:
            continue
        rows = forecasts.select(DS, lower, upper).drop_nulls().iter_rows()
        edges = [(place(ds), under, over) for ds, under, over in rows]
        clear = {"lineStyle": {"opacity": 0}, "symbol": "none", "stack": name, "stackStrategy": "all", "type": "line",
                 "silent": True, "emphasis": {"disabled": True}}  # fmt: skip
        drawn.append(
            clear | {"name": f"\0{name}", "data": [[x, under] for x, under, _ in edges], "tooltip": {"show": False}}
        )
        filled = {"color": "var(--forecast)", "opacity": opacity}
        data = [[x, over - under, under, over] for x, under, over in edges]
        drawn.append(
            clear
            | {
                "name": name,
                "data": data,
                "areaStyle": filled,
                "itemStyle": {"color": "var(--forecast)", "opacity": 2 * opacity},
            }
        )
    return drawn


def line(
    name: str, data: list[Point], colour: str, *, width: float, dash: str = "solid", symbol: str = "none"
) -> Options:
    """One line. colour: a variable of the style sheet. symbol: what marks its points."""
    return {
        "type": "line",
        "name": name,
        "data": data,
        "symbol": symbol if symbol != "none" or len(data) > 1 else "circle",
        "symbolSize": 9 if symbol != "none" else 5,
        "lineStyle": {"width": width, "type": dash, "color": f"var({colour})"},
        "itemStyle": {"color": f"var({colour})"},
        "emphasis": {"disabled": True},
    }


def points(rows: pl.DataFrame, column: str) -> list[Point]:
    """The points of a line. rows: `ds` and the column; null where nothing is drawn."""
    return [
        [place(ds), None if value is None else float(f"{value:.6g}")]
        for ds, value in rows.select(DS, column).iter_rows()
    ]


def place(ds: date | datetime | int) -> str | int:
    """A moment as the chart's axis takes it."""
    return ds if isinstance(ds, int) else ds.isoformat()
