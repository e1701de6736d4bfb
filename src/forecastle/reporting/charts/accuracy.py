"""How good forecasts were: by model, by how far ahead they lay, and how often their ranges held."""

import polars as pl

from forecastle.core.columns import MODEL, STEP
from forecastle.core.quantiles import Quantiles
from forecastle.evaluation.leaderboard import BASELINE
from forecastle.reporting.charts.figure import LEGEND_ABOVE, Figure, axis_title, layout_with, rounded, rule
from forecastle.reporting.palette import LIGHT
from forecastle.reporting.summary import bands, error_share, share_held
from forecastle.reporting.wording import percent


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


def _by_step(title: str) -> Figure:
    layout = layout_with(height=300, hovermode="x unified")
    layout["legend"] = dict(LEGEND_ABOVE)
    layout["xaxis"] |= {"title": axis_title(title.capitalize()), "showgrid": False, "rangemode": "normal"}
    layout["yaxis"] |= {"tickformat": ".0%", "rangemode": "tozero"}
    return layout


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
