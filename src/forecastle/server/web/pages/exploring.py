"""Charts of a dataset: one series or all of them over time, by season, and how its values are distributed."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from forecastle.core.columns import SERIES_ID
from forecastle.core.errors import ForecastleError
from forecastle.exploration.analysis.anomalies import Anomalies
from forecastle.exploration.analysis.decomposition import Method
from forecastle.reporting.wording import number, percent
from forecastle.server.web.pages.subject import Subject
from forecastle.server.web.parts import charts, data_charts
from forecastle.server.web.parts.basic import block, card, note, text
from forecastle.server.web.parts.pane import Pane
from forecastle.server.web.visitor import visitor
from forecastle.services.datasets.charts import Subject as Drawn

Draw = Callable[[str, Drawn], Awaitable[None]]

MOST = 500
"""Series that can be chosen from at once; the search finds the others."""


async def exploring(subject: Subject) -> None:
    """Choose what to look at; every chart shows it."""
    known = await visitor().house.previews.series(subject.name, limit=MOST, version=subject.version.number)
    columns = subject.columns("target", "price", "promotion", "known", "past")
    with card(), block("fields"):
        names = {None: f"All {known.total:,} series together", **{name: name for name in known.table[SERIES_ID]}}
        one = ui.select(names, label="Series", value=None, with_input=True)
        column = ui.select(columns, label="Column", value=columns[0])
    pane = Pane()

    async def build() -> None:
        drawn = Drawn(column=column.value, series_id=one.value, version=subject.version.number)
        for heading, draw in (
            ("Over time", _over_time),
            ("Trend, season and the rest", _parts),
            ("Season upon season", _seasons),
        ):
            await _shown(heading, draw, subject.name, drawn)
        with block("columns even"):
            for heading, draw in (("Distribution", _distribution), ("Autocorrelation", _autocorrelation)):
                await _shown(heading, draw, subject.name, drawn)

    one.on_value_change(lambda: pane.show(build))
    column.on_value_change(lambda: pane.show(build))
    await pane.show(build)


async def _shown(heading: str, draw: Draw, name: str, drawn: Drawn) -> None:
    """One chart in a card; where it cannot be drawn, why not."""
    with card(heading):
        try:
            await draw(name, drawn)
        except ForecastleError as error:
            note(error.message, hint=error.hint)


async def _over_time(name: str, drawn: Drawn) -> None:
    house = visitor().house
    found = await house.charts.series(name, drawn)
    far = await _anomalies(name, drawn)
    points = far.points if far else None
    charts.chart(data_charts.over_time(found.points, outliers=points), about=f"{drawn.column} over time")
    known = f"{found.observed:,} of {found.periods:,} periods were observed."
    unusual = (
        f" {far.count:,} of them, marked, are what neither trend nor season explains." if far and far.count else ""
    )
    text(f"{known}{unusual}", classes="muted small")


async def _anomalies(name: str, drawn: Drawn) -> Anomalies | None:
    """Values far from the usual; None for a series too short to tell."""
    try:
        return await visitor().house.analysis.anomalies(name, drawn)
    except ForecastleError:
        return None


async def _parts(name: str, drawn: Drawn) -> None:
    house = visitor().house
    found = await house.analysis.decomposition(name, drawn, method=Method.ENGINE)
    charts.chart(data_charts.parts(found.points, found.seasons), about=f"{drawn.column} taken apart").style(
        "height:460px"
    )
    told = f"Of what the other parts leave, the trend explains {percent(found.trend_strength, 0)}"
    seasons = [f"the season of {season} {percent(strength, 0)}" for season, strength in found.seasonal_strength.items()]
    text(f"{', '.join([told, *seasons])}.", classes="muted small")
    try:
        text((await house.analysis.seasonality(name, drawn)).advice, classes="muted small")
    except ForecastleError as error:
        text(error.message, classes="muted small")


async def _seasons(name: str, drawn: Drawn) -> None:
    found = await visitor().house.charts.seasonal(name, drawn)
    charts.chart(data_charts.seasons(found.values, found.positions), about="Every season as a line, and their mean")
    text(f"A season of {found.season} periods; the thick line is the mean.", classes="muted small")


async def _distribution(name: str, drawn: Drawn) -> None:
    found = await visitor().house.charts.distribution(name, drawn)
    charts.chart(data_charts.histogram(found.bins), about=f"How the values of {drawn.column} are distributed", low=True)
    box = found.box
    text(f"{found.count:,} values from {number(box['least'])} to {number(box['greatest'])}, half of them below "
         f"{number(box['median'])}; {found.beyond:,} far outside.", classes="muted small")  # fmt: skip


async def _autocorrelation(name: str, drawn: Drawn) -> None:
    found = await visitor().house.charts.autocorrelation(name, drawn)
    charts.chart(data_charts.correlations(found.lags, found.bound), about="Autocorrelation by lag", low=True)
    text("Bars beyond the dashed lines are more than chance.", classes="muted small")
