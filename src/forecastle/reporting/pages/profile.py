"""The profile of a dataset as one HTML file that needs nothing else, as the report of a forecast is."""

from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.exploration.profile.profile import Profile, TargetProfile
from forecastle.exploration.statistics import ColumnStatistics
from forecastle.reporting import palette
from forecastle.reporting.charts import profile as charts
from forecastle.reporting.pages.fragments import html_of, of_target, one_finding, table_of, target_picker, tiles_of
from forecastle.reporting.pages.frame import assembled, embedded, framed, template_of
from forecastle.reporting.wording import UNKNOWN, count, number, percent, ratio
from forecastle.settings import ClassSettings

SERIES = 500
"""Series in the table of the page, the largest; the others are in the JSON."""


def profile_page(profile: Profile, limits: ClassSettings) -> str:
    """The whole page. limits: where classes begin and end."""
    names = [target.target for target in profile.targets]
    content = {
        "figures": {target.target: charts.figures(target, limits) for target in profile.targets},
        "dark": palette.exchange(),
        "targets": names,
    }
    body = {
        "tiles": "".join(of_target(target.target, tiles_of(headline(profile, target))) for target in profile.targets),
        "warnings": "".join(one_finding(each.finding) for each in profile.warnings) or "<p>Nothing to look at.</p>",
        "columns": _columns(profile.columns),
        "classes": "".join(of_target(target.target, _patterns(target)) for target in profile.targets),
        "measures": "".join(of_target(target.target, _measures(target)) for target in profile.targets),
        "series": "".join(of_target(target.target, _series(target)) for target in profile.targets),
    }
    return framed(
        assembled(template_of("profile.html"), body),
        {
            "title": f"Profile of {escape(profile.source)}",
            "facts": html_of(_facts(profile)),
            "picker": target_picker(names),
            "first": "warnings",
            "first_is": "what to look at",
            "script": template_of("profile.js"),
            "data": embedded(content),
        },
    )


def _facts(profile: Profile) -> str:
    first = profile.targets[0]
    moments: list[str] = first.together["ds"].cast(pl.String).to_list()
    span = f"every {first.freq.word}, {moments[0]} to {moments[-1]}"
    return f"{count(profile.rows, 'row')} · {count(len(first.series), 'series')} · {span}"


def headline(profile: Profile, target: TargetProfile) -> list[tuple[str, str, str, str]]:
    """What to know first: name, value, what it means, and the role of its colour."""
    series = target.series
    typical = {name: _float(series[name].median()) for name in ("length", "forecastability")}
    share = {name: _float(series[name].mean()) for name in ("zero_share", "missing_share")}
    serious = sum(each.finding.severity != "info" for each in profile.warnings)
    twice = f"{count(profile.identical, 'row')} repeat another" if profile.identical else "no row is there twice"
    length = f"{number(typical['length'])} {target.freq.word}s long, as a median"
    return [
        ("Series", f"{len(series):,}", length, "forecast"),
        ("Zeros", percent(share["zero_share"]), f"and {percent(share['missing_share'])} missing", "backtest"),
        ("Forecastability", ratio(typical["forecastability"]), "median; 0 is noise, 1 a regular wave", "good"),
        ("To look at", f"{serious:,}", twice, "plain"),
    ]


def _columns(columns: tuple[ColumnStatistics, ...]) -> str:
    head = (
        "<tr><th>Column</th><th>Kind</th><th>Role</th><th>Why</th><th class=n>Missing</th><th class=n>Different</th>"
        "<th class=n>Least</th><th class=n>Median</th><th class=n>Greatest</th><th>Most frequent</th></tr>"
    )
    return table_of(head, "".join(map(_column, columns)))


def _column(column: ColumnStatistics) -> str:
    middle = next((q.value for q in column.numbers.quantiles if q.level == 0.5), None) if column.numbers else None
    often = ", ".join(f"{_short(each.value)} ({each.count:,})" for each in column.frequent[:3])
    numbers = [
        percent(column.missing / column.rows if column.rows else None),
        f"{column.distinct:,}",
        _value(column.least),
        _value(middle) if column.numbers else "",
        _value(column.greatest),
    ]
    cells = "".join(f"<td class=n>{html_of(cell)}</td>" for cell in numbers)
    return (
        f'<tr><th scope="row">{escape(column.column)}</th>'
        f'<td title="{escape(column.kind.reason)}">{column.kind.kind}</td>'
        f"<td>{column.role}</td><td>{escape(column.reason)} ({column.confidence:.0%})</td>{cells}"
        f"<td>{escape(often)}</td></tr>"
    )


def _patterns(target: TargetProfile) -> str:
    head = '<tr><th>Demand pattern</th><th class="n">Series</th><th class="n">Share of total</th></tr>'
    rows = "".join(
        f'<tr><th scope="row"><i class="dot {escape(pattern)}"></i>{escape(pattern)}</th>'
        f'<td class="n">{series:,}</td><td class="n">{html_of(percent(share))}</td></tr>'
        for pattern, series, share in target.patterns.iter_rows()
    )
    return table_of(head, rows)


MEASURES = {
    "length": "Length in periods",
    "n_obs": "Values",
    "gaps": "Periods without a row",
    "missing_share": "Share missing",
    "zero_share": "Share of zeros",
    "mean": "Mean",
    "cv": "Coefficient of variation",
    "adi": "ADI: periods from sale to sale",
    "trend_strength": "Strength of the trend",
    "seasonal_strength": "Strength of the season",
    "entropy": "Spectral entropy",
    "forecastability": "Forecastability (1 − entropy)",
}


def _measures(target: TargetProfile) -> str:
    levels = [name for name in target.measures.columns if name not in ("measure", "count")]
    titles = "".join(f'<th class="n">{level[1:]} %</th>' for level in levels)
    head = f'<tr><th>Of all series</th><th class="n">Series</th>{titles}</tr>'
    rows = "".join(
        f'<tr><th scope="row">{MEASURES[row["measure"]]}</th><td class="n">{row["count"]:,}</td>'
        + "".join(f'<td class="n">{number(row[level])}</td>' for level in levels)
        + "</tr>"
        for row in target.measures.iter_rows(named=True)
    )
    return table_of(head, rows)


def _series(target: TargetProfile) -> str:
    head = (
        "<tr><th>Series</th><th class=n>Total</th><th class=n>Length</th><th class=n>Zeros</th><th class=n>Missing</th>"
        "<th>Class</th><th>Pattern</th><th class=n>Trend</th><th class=n>Season</th><th class=n>Forecastability</th>"
        "<th>To look at</th></tr>"
    )
    rows = "".join(_row(row) for row in target.series.head(SERIES).iter_rows(named=True))
    whole = len(target.series)
    note = f"<p class=note>The {SERIES:,} largest of {whole:,} series.</p>" if whole > SERIES else ""
    return note + table_of(head, rows)


def _row(row: Mapping[str, Any]) -> str:
    season = ratio(row["seasonal_strength"]) + (f" ({row['season']})" if row["season"] else "")
    shares = (percent(row["zero_share"]), percent(row["missing_share"]))
    numbers = (number(row["total"]), f"{row['length'] or 0:,}", *shares)
    shown = "".join(f"<td class=n>{html_of(cell)}</td>" for cell in numbers)
    return (
        f'<tr data-name="{escape(row[SERIES_ID].casefold())}"><th scope="row">{escape(row[SERIES_ID])}</th>{shown}'
        f"<td>{row['abc'] or UNKNOWN}{row['xyz'] or ''}</td><td>{escape(row['pattern'] or UNKNOWN)}</td>"
        f"<td class=n>{ratio(row['trend_strength'])}</td><td class=n>{season}</td>"
        f"<td class=n>{ratio(row['forecastability'])}</td><td>{escape(row['flags'].replace('_', ' '))}</td></tr>"
    )


def _value(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return UNKNOWN if value is None else str(value).lower()
    return number(float(value)) if isinstance(value, int | float) else _short(value)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 24 else f"{text[:23]}…"


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
