"""The profile of a dataset: what to look at first, columns, classes, and every series in numbers."""

from typing import Any
from urllib.parse import quote, urlencode

from nicegui import events, ui

from forecastle.core.columns import SERIES_ID
from forecastle.exploration.kinds import Kind
from forecastle.exploration.profile.profile import Profile, TargetProfile
from forecastle.exploration.statistics import ColumnStatistics
from forecastle.reporting.pages.profile import MEASURES, headline
from forecastle.reporting.wording import number, part
from forecastle.server.web import icons
from forecastle.server.web.pages.findings import TONES
from forecastle.server.web.pages.roles import MEANINGS
from forecastle.server.web.pages.subject import Subject
from forecastle.server.web.parts.basic import block, card, figure, fold, link, note, text, waiting
from forecastle.server.web.parts.pane import Pane
from forecastle.server.web.parts.table import grid, shown, table
from forecastle.server.web.visitor import visitor

LONGEST = 24
"""Characters of a value in a table."""

NO_DEMAND = "never sold"

TIPS = {
    "length": "Periods from the first to the last",
    "trend_strength": "How much of the ups and downs the trend explains",
    "seasonal_strength": "How much of the ups and downs the strongest season explains",
    "forecastability": "0 is noise, 1 a regular wave",
}


def _numbers(field: str, heading: str, width: int, form: str) -> dict[str, Any]:
    """A column of numbers. form: the function of the page's script that writes them."""
    written = f"forecastle.cell(forecastle.{form})"
    tip = {"headerTooltip": TIPS[field]} if field in TIPS else {}
    return {
        "field": field,
        "headerName": heading,
        "width": width,
        "type": "rightAligned",
        ":valueFormatter": written,
    } | tip


COLUMNS: tuple[dict[str, Any], ...] = (
    {"field": SERIES_ID, "headerName": "Series", "flex": 1, "minWidth": 200, "tooltipField": SERIES_ID},
    _numbers("total", "Total", 100, "short"),
    _numbers("length", "Length", 88, "number"),
    _numbers("zero_share", "Zeros", 84, "whole_percent"),
    _numbers("missing_share", "Missing", 94, "whole_percent"),
    {"headerName": "Class", "width": 80, ":valueGetter": "row => (row.data.abc || '') + (row.data.xyz || '')",
     "headerTooltip": "A, B, C: share of the total. X, Y, Z: how steady."},
    {"field": "pattern", "headerName": "Pattern", "width": 120},
    _numbers("trend_strength", "Trend", 84, "whole_percent"),
    _numbers("seasonal_strength", "Season", 92, "whole_percent"),
    _numbers("forecastability", "Forecastable", 116, "ratio"),
)  # fmt: skip


async def profile(subject: Subject) -> None:
    """All of it; a large dataset takes some seconds the first time."""
    with waiting("Looking at every series …"):
        found = await visitor().house.profiles.of(subject.name, version=subject.version.number)
        frequency = await visitor().house.analysis.frequency(subject.name, version=subject.version.number)
    first = found.targets[0]
    with block("tiles"):
        for name, value, about, _ in headline(found, first):
            figure(name, value, about)
    with block("columns"):
        _warnings(subject, found)
        with card("This dataset"):
            span = first.together["ds"]
            text(f"{found.rows:,} rows, from {shown(span[0])} to {shown(span[-1])}.")
            sure = part(frequency.confidence)
            text(f"One value a {first.freq.word}, {sure} sure: {frequency.reason}.", classes="muted")
            asked = urlencode({"version": subject.version.number})
            link(
                "Save as one page", f"/profile/{quote(subject.name, safe='')}.html?{asked}", icon=icons.DOWNLOAD
            ).props("download")
    _columns(found.columns)
    await _targets(subject, found)


async def _targets(subject: Subject, found: Profile) -> None:
    """Classes and series of one target; which one is chosen where there are several."""
    known = {target.target: target for target in found.targets}
    with block("line"):
        text("Series", "h2")
        if len(known) > 1:
            chosen = ui.toggle(list(known), value=found.targets[0].target)
    pane = Pane()
    if len(known) > 1:
        chosen.on_value_change(lambda: pane.show(lambda: _target(subject, known[chosen.value])))
    await pane.show(lambda: _target(subject, found.targets[0]))


def _warnings(subject: Subject, found: Profile) -> None:
    with card("What to look at first"):
        serious = [one.finding for one in found.warnings if one.finding.severity != "info"]
        for finding in serious:
            note(finding.message, tone=TONES[finding.severity])
        if serious:
            link("See what can be done", subject.address("problems"), icon=icons.ARROW)
        if not serious:
            note("Nothing: the data are as they should be.", tone="good")
        others = [one.finding for one in found.warnings if one.finding.severity == "info"]
        if others:
            with fold(f"{len(others)} more that need no action"):
                for finding in others:
                    note(finding.message)


def _columns(columns: tuple[ColumnStatistics, ...]) -> None:
    heads = ("Column", "Used as", "Holds", "Missing", "Different", "Least", "Median", "Greatest", "Most frequent")
    with (
        card("Columns", classes="flat"),
        table(heads, numbers=heads[3:8], about="Every column in numbers") as add,
    ):
        for one in columns:
            levels = {each.level: each.value for each in one.numbers.quantiles} if one.numbers else {}
            often = ", ".join(f"{shown(each.value)[:LONGEST]} ({each.count:,})" for each in one.frequent[:3])
            add(
                one.column,
                MEANINGS[one.role],
                str(one.kind.kind),
                part(one.missing / one.rows) if one.rows else "–",
                f"{one.distinct:,}",
                _end(one.least, one),
                number(levels.get(0.5)) if one.kind.kind == Kind.NUMERIC else "–",
                _end(one.greatest, one),
                lambda often=often: text(often or "–", "span", "wrap muted"),
            )


def _end(value: object, column: ColumnStatistics) -> str:
    """The least or the greatest value; numbers that name something are not written as amounts."""
    counted = column.kind.kind == Kind.NUMERIC and isinstance(value, int)
    return f"{value:,}" if counted else shown(value)[:LONGEST]


async def _target(subject: Subject, target: TargetProfile) -> None:
    with block("columns even"):
        with (
            card("How demand comes", classes="flat"),
            table(("Pattern", "Series", "Share of the total"), numbers=("Series", "Share of the total"),
                  about="Demand patterns") as add,
        ):  # fmt: skip
            for pattern, series, share in target.patterns.iter_rows():
                add(NO_DEMAND if pattern == "none" else str(pattern), f"{series:,}", part(share))
        heads = ("Class", "Steady (X)", "Varying (Y)", "Erratic (Z)")
        with (
            card("What matters, and how steady it is", classes="flat"),
            table(heads, numbers=heads[1:], about="Series by class") as add,
        ):
            known = {(abc, xyz): series for abc, xyz, series, _ in target.classes.iter_rows()}
            for abc in sorted({abc for abc, _ in known if abc}):
                add(f"{abc}", *(f"{known.get((abc, xyz), 0):,}" for xyz in "XYZ"))
    with card("Every series", classes="flat"), block("rows-of-series"):
        asked = urlencode({"version": subject.version.number, "target": target.target})
        url = f"/profile/{quote(subject.name, safe='')}/rows?{asked}"
        rows = grid(COLUMNS, url, identity=SERIES_ID, about=f"Every series of {target.target} in numbers")

    def chosen(event: events.GenericEventArguments) -> None:
        ui.navigate.to(subject.address("charts", series=event.args))

    rows.on("chosen", chosen)
    with card(), fold("How the series are distributed"):
        _measures(target)


def _measures(target: TargetProfile) -> None:
    levels = [name for name in target.measures.columns if name not in ("measure", "count")]
    heads = ("Measure", *(f"{level[1:]} % of series below" for level in levels))
    with table(heads, numbers=heads[1:], about=f"Measures of the series of {target.target}") as add:
        for row in target.measures.iter_rows(named=True):
            add(MEASURES[row["measure"]], *(number(row[level]) for level in levels))
