"""What tests say of one series of a dataset, or of all together: seasons, level, changes, and what is unusual."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import polars as pl

from forecastle.core.columns import DS, Y
from forecastle.core.errors import ForecastleError
from forecastle.exploration.analysis.anomalies import Anomalies
from forecastle.exploration.analysis.change_points import ChangePoints
from forecastle.exploration.analysis.seasonality import SeasonalityTests
from forecastle.exploration.analysis.stationarity import Stationarity
from forecastle.reporting.wording import count, number, part, ratio
from forecastle.server.web.pages.looking import looking
from forecastle.server.web.pages.subject import Subject
from forecastle.server.web.parts import charts, data_charts
from forecastle.server.web.parts.basic import Tone, block, card, chip, note, text
from forecastle.server.web.parts.dialogs import hint_of
from forecastle.server.web.parts.table import table
from forecastle.server.web.parts.times import written
from forecastle.server.web.visitor import visitor
from forecastle.services.datasets.charts import Subject as Drawn

T = TypeVar("T")

SHOWN = 8
"""Rows of a table here; the numbers behind all of them are in the API."""

VERDICTS: dict[str, tuple[str, Tone]] = {
    "stationary": ("keeps its level", "good"),
    "unit_root": ("level wanders", "warn"),
    "trend_or_break": ("trend or break", "warn"),
    "unclear": ("unclear", ""),
}


async def analysing(subject: Subject) -> None:
    """Choose what to look at; every test is made of it."""
    await looking(subject, "analysis", _verdicts)


async def _verdicts(name: str, drawn: Drawn) -> None:
    waiting = note("Testing …")
    analysis = visitor().house.analysis
    seasons, level, changes, unusual = await asyncio.gather(
        _answer(analysis.seasonality(name, drawn)),
        _answer(analysis.stationarity(name, drawn)),
        _answer(analysis.change_points(name, drawn)),
        _answer(analysis.anomalies(name, drawn)),
    )
    known = await visitor().house.charts.series(name, drawn)
    waiting.delete()
    with card("Level and unusual periods"):
        far = unusual.points if isinstance(unusual, Anomalies) else None
        steps = changes.levels if isinstance(changes, ChangePoints) else None
        options = data_charts.over_time(known.points, outliers=far, levels=steps)
        charts.chart(options, about=f"{drawn.column} over time, its levels and its unusual periods")
    with block("columns even"):
        with block("stack"):
            with card("Does it repeat?"):
                _refused(seasons) if isinstance(seasons, ForecastleError) else _repeats(seasons)
            with card("Where does its level change?"):
                _refused(changes) if isinstance(changes, ForecastleError) else _changes(changes)
        with block("stack"):
            with card("Does it keep its level?"):
                _refused(level) if isinstance(level, ForecastleError) else _keeps(level)
            with card("What is unusual?"):
                _refused(unusual) if isinstance(unusual, ForecastleError) else _unusual(unusual)


async def _answer(asked: Awaitable[T]) -> T | ForecastleError:
    """What was asked, or why there is no answer, such as a series that is too short: the other answers are shown."""
    try:
        return await asked
    except ForecastleError as error:
        return error


def _refused(error: ForecastleError) -> None:
    note(error.message, hint=hint_of(error))


def _repeats(found: SeasonalityTests) -> None:
    tones: dict[str, Tone] = {"strong": "good", "clear": "good", "weak": "warn"}
    with block("line"):
        for row in found.seasons.iter_rows(named=True):
            chip(f"{row['season']} periods: {row['verdict']}", tones.get(row["verdict"], ""))
    text(found.advice)
    columns = ("Season", "Strength", "Autocorrelation", "Chance allows", "Places alike (p)")
    with table(columns, numbers=columns, about="Tests of every season") as add:
        for row in found.seasons.iter_rows(named=True):
            measures = [ratio(row[name]) for name in ("strength", "autocorrelation", "limit")]
            add(str(row["season"]), *measures, _chance(row["kruskal_p"]), lead=row["verdict"] != "none")
    if len(found.peaks):
        peaks = [f"{number(row['period'])} ({part(row['share'])})" for row in found.peaks.head(3).iter_rows(named=True)]
        text(f"Periods that explain most of its ups and downs: {', '.join(peaks)}.", classes="small muted")


def _keeps(found: Stationarity) -> None:
    with block("line"):
        chip(*VERDICTS[found.verdict])
    text(found.advice)
    columns = ("Differences taken", "Dickey–Fuller (p)", "KPSS (p)")
    with table(columns, numbers=columns, about="Tests of stationarity, by ordinary differences taken") as add:
        for row in found.tests.iter_rows(named=True):
            add(str(row["differences"]), _chance(row["adf_p"]), _chance(row["kpss_p"]), lead=row["differences"] == 0)
    text("A small p of Dickey–Fuller: the level does not wander. A small p of KPSS: it moves.", classes="small muted")


def _changes(found: ChangePoints) -> None:
    if found.changes.is_empty():
        text("Nowhere: what moves is season and noise.")
        return
    text(f"{count(len(found.changes), 'change')} for good, beyond season and noise.")
    columns = ("From", "Before", "After", "Change", "In noise")
    newest = found.changes.sort(DS, descending=True)
    with table(columns, numbers=columns[1:], about="Changes of level, the newest first") as add:
        for row in newest.head(SHOWN).iter_rows(named=True):
            sign = "▲" if row["change"] > 0 else "▼"
            add(written(row[DS]), number(row["before"]), number(row["after"]), f"{sign} {number(abs(row['change']))}",
                f"{abs(row['size']):.1f} ×")  # fmt: skip
    _more(newest)


def _unusual(found: Anomalies) -> None:
    if not found.count:
        text("Nothing: every period is what trend and season would have.")
        return
    text(f"{count(found.count, 'period')} that trend and season do not explain, the farthest first.")
    columns = ("When", "Value", "Expected", "How far")
    with table(columns, numbers=columns[1:], about="Unusual periods, the farthest first") as add:
        for row in found.points.head(SHOWN).iter_rows(named=True):
            add(written(row[DS]), number(row[Y]), number(row["expected"]), f"{row['score']:+.1f} σ")
    _more(found.points)


def _chance(p: float) -> str:
    """A probability."""
    return "< 0.01" if p < 0.01 else ratio(p)


def _more(rows: pl.DataFrame) -> None:
    if len(rows) > SHOWN:
        text(f"And {len(rows) - SHOWN:,} more, all of them in the chart.", classes="small muted")
