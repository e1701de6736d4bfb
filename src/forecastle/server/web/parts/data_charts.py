"""Charts of a dataset, as ECharts options."""

import math
from collections.abc import Sequence

import polars as pl

from forecastle.core.columns import DS, Y
from forecastle.reporting.wording import number
from forecastle.server.web.parts.charts import Options, Point, base, line, named, place, points, zoom

MOST_SEASONS = 12
"""Seasons drawn upon each other, the newest."""

BARS = 30
"""Bars of a histogram, about."""

FAR = 4
"""How many times higher than everything else a spike must be for the axis to end below it."""


def over_time(
    rows: pl.DataFrame, *, outliers: pl.DataFrame | None = None, levels: pl.DataFrame | None = None
) -> Options:
    """A line, and marks on what is far from the usual. rows, outliers: `ds`, `y`. levels: `begin`, `end`, `mean`."""
    options = base(unit=_unit(rows))
    options["series"] = [line("Value", points(rows, Y), "--ink", width=1.6)]
    if levels is not None:
        options["series"].append(line("Level", _steps(levels), "--forecast", width=2.4, dash="dashed"))
    if outliers is not None and len(outliers):
        options["series"].append(line("Unusual", points(outliers.sort(DS), Y), "--backtest", width=0, symbol="circle"))
    options["dataZoom"] = zoom(len(rows))
    options["grid"]["bottom"] = 36
    return options if len(options["series"]) > 1 else _bare(options)


def parts(rows: pl.DataFrame, seasons: Sequence[int]) -> Options:
    """Trend, seasons and remainder, one below the other. rows: `ds`, `trend`, `season_…`, `remainder`."""
    names = {"trend": "Trend", **{f"season_{season}": f"Season of {season}" for season in seasons}, "remainder": "Rest"}
    options = base(unit=_unit(rows))
    height = 84 / len(names)
    axis, scale = options["xAxis"], options["yAxis"]
    options["grid"] = [
        {"left": 64, "right": 16, "top": f"{8 + place * (height + 4):.0f}%", "height": f"{height - 4:.0f}%"}
        for place in range(len(names))
    ]
    last = len(names) - 1
    options["xAxis"] = [axis | {"gridIndex": place, "show": place == last} for place in range(len(names))]
    options["yAxis"] = [scale | {"gridIndex": place, "splitNumber": 3} for place in range(len(names))]
    options["axisPointer"] = {"link": [{"xAxisIndex": "all"}]}
    colours = ("--forecast", *["--good"] * len(seasons), "--plain")
    options["series"] = [
        line(name, points(rows, column), colour, width=1.8) | {"xAxisIndex": place, "yAxisIndex": place}
        for place, ((column, name), colour) in enumerate(zip(names.items(), colours, strict=True))
    ]
    return options


def before_and_after(rows: pl.DataFrame) -> Options:
    """Two lines. rows: `ds`, `before`, `after`."""
    options = base(unit=_unit(rows))
    changed = rows.filter(pl.col("before").ne_missing(pl.col("after")) & pl.col("after").is_not_null())
    options["series"] = [
        line("Before", points(rows, "before"), "--plain", width=1.6),
        line("After", points(rows, "after"), "--forecast", width=2),
        line("Changed", points(changed, "after"), "--backtest", width=0, symbol="circle") | {"symbolSize": 6},
    ]
    return _below_spikes(options, rows["before"], rows["after"])


def states(rows: pl.DataFrame, time: str, column: str) -> Options:
    """A column in the rows that are and in those that would be. rows: `state`, the time and the column."""
    sides = [
        rows.filter(pl.col("state") == state).select(pl.col(time).alias(DS), pl.col(column).alias(state))
        for state in ("before", "after")
    ]
    before, after = (side.unique(DS, keep="last") for side in sides)
    return before_and_after(before.join(after, on=DS, how="full", coalesce=True).sort(DS))


def _below_spikes(options: Options, before: pl.Series, after: pl.Series) -> Options:
    """The same with an axis that ends below values so far off that nothing else could be told apart."""
    highest, usual = before.cast(pl.Float64).max(), after.cast(pl.Float64).max()
    if isinstance(highest, float) and isinstance(usual, float) and highest > FAR * usual > 0:
        options["yAxis"]["max"] = float(f"{1.5 * usual:.1g}")
        options["title"] = {
            "text": f"Values up to {number(highest)} are beyond the axis",
            "right": 0, "textStyle": {"fontSize": 12, "fontWeight": "normal", "color": "var(--muted)"},
        }  # fmt: skip
    return options


def seasons(values: pl.DataFrame, positions: pl.DataFrame) -> Options:
    """The newest seasons upon each other, and the mean of all. values: `cycle`, `position`, `y`."""
    options = named(_bare(base(unit="step")), "period of the season")
    options["tooltip"]["show"] = False
    options["xAxis"] |= {"min": 1, "max": "dataMax", "minInterval": 1}
    cycles = values.partition_by("cycle", maintain_order=True)[-MOST_SEASONS:]
    drawn = [line(str(place), _pairs(part, "y"), "--plain", width=1) for place, part in enumerate(cycles)]
    drawn.append(line("Mean", _pairs(positions, "mean"), "--forecast", width=3))
    return options | {"series": drawn}


def histogram(bins: pl.DataFrame, *, of: str) -> Options:
    """Bars side by side. bins: `begin`, `end`, `count`. of: what is distributed."""
    options = named(_bare(base(unit="step")), of, upwards="rows")
    options["xAxis"] |= {"type": "category", "data": [number(begin) for begin in bins["begin"]]}
    options["tooltip"] = options["tooltip"] | {":formatter": "forecastle.bar"}
    return options | {"series": [_bars(bins["count"].to_list())]}


def correlations(lags: pl.DataFrame, bound: float) -> Options:
    """A bar a lag, and what chance seldom exceeds. lags: `lag`, `acf`."""
    options = named(_bare(base(unit="step")), "periods apart")
    options["xAxis"] |= {"type": "category", "data": lags["lag"].to_list()}
    options["tooltip"] = options["tooltip"] | {":formatter": "forecastle.bar"}
    reach = round(1.1 * max(bound, *lags["acf"].abs()), 2)  # the dashed lines are always in sight
    options["yAxis"] |= {"min": -reach, "max": reach}
    bars = _bars([round(value, 4) for value in lags["acf"]])
    dashes = {"color": "var(--muted)", "type": "dashed"}
    bars["markLine"] = {
        "silent": True, "symbol": "none", "label": {"show": False}, "lineStyle": dashes,
        "data": [{"yAxis": bound}, {"yAxis": -bound}],
    }  # fmt: skip
    return options | {"series": [bars]}


def said_and_happened(rows: pl.DataFrame) -> Options:
    """A point a row, and the line on which both are equal. rows: `actual`, `predicted`."""
    options = _bare(base(unit="step"))
    options["tooltip"]["show"] = False
    both = pl.concat([rows["actual"], rows["predicted"]]).cast(pl.Float64)
    ends = both.to_frame().select(pl.all().min().alias("low"), pl.all().max().alias("high")).row(0)
    options = named(options, "happened", upwards="said")
    options["xAxis"] |= {"scale": True}
    options["xAxis"]["axisLabel"] |= {":formatter": "value => forecastle.short(value)"}
    pairs = [
        [float(f"{actual:.5g}"), float(f"{said:.5g}")]
        for actual, said in rows.select("actual", "predicted").iter_rows()
    ]
    points = {
        "type": "scatter",
        "data": pairs,
        "symbolSize": 5,
        "itemStyle": {"color": "var(--accent)", "opacity": 0.45},
    }
    equal = line("equal", [[end, end] for end in ends], "--plain", width=1.5, dash="dashed")
    return options | {"series": [points, equal]}


def residuals(rows: pl.DataFrame) -> Options:
    """How far answers were off, as bars of a round width, without the utmost hundredth on each side.

    rows: `actual`, `predicted`.
    """
    off = rows.select((pl.col("predicted") - pl.col("actual")).alias("off"))["off"]
    low, high = (off.quantile(share) or 0.0 for share in (0.01, 0.99))
    step = _round_step((high - low) / BARS or 1.0)
    places = (off.filter(off.is_between(low, high)) / step).floor().cast(pl.Int64)
    every = pl.int_range(math.floor(low / step), math.floor(high / step) + 1, eager=True).alias("off")
    counts = every.to_frame().join(places.value_counts(), on="off", how="left").fill_null(0)
    begin = pl.col("off") * step
    bins = counts.select(begin.alias("begin"), (begin + step).alias("end"), "count")
    return histogram(bins, of="said less happened")


def _round_step(size: float) -> float:
    """The next of 1, 2, 5, 10, 20 and so on."""
    unit = 10.0 ** math.floor(math.log10(size))
    return float(next(unit * many for many in (1, 2, 5, 10) if unit * many >= size))


def _steps(levels: pl.DataFrame) -> list[Point]:
    """A horizontal line for each level, with a gap before the next."""
    drawn: list[Point] = []
    for begin, end, mean in levels.select("begin", "end", "mean").iter_rows():
        drawn += [[place(begin), float(f"{mean:.6g}")], [place(end), float(f"{mean:.6g}")], [place(end), None]]
    return drawn


def _bare(options: Options) -> Options:
    """Without a legend, and the room for it."""
    options["legend"] = {"show": False}
    options["grid"]["top"] = 12
    return options


def _bars(values: list[float]) -> Options:
    return {
        "type": "bar",
        "data": values,
        "itemStyle": {"color": "var(--accent)", "borderRadius": 2},
        "emphasis": {"disabled": True},
    }


def _pairs(rows: pl.DataFrame, column: str) -> list[list[float | None]]:
    return [[position, value] for position, value in rows.select("position", column).iter_rows()]


def _unit(rows: pl.DataFrame) -> str:
    """How the moments are written: with the time of day, as a date, or as a number."""
    kind = rows.schema[DS]
    return "step" if kind.is_integer() else "hour" if kind == pl.Datetime else "day"
