"""Charts of a dataset: one series or all of them over time, by season, and how its values are distributed."""

from forecastle.core.errors import ForecastleError
from forecastle.exploration.analysis.anomalies import Anomalies
from forecastle.exploration.analysis.decomposition import Method
from forecastle.reporting.wording import number, percent
from forecastle.server.web.pages.looking import looking, part
from forecastle.server.web.pages.subject import Subject
from forecastle.server.web.parts import charts, data_charts
from forecastle.server.web.parts.basic import block, text
from forecastle.server.web.visitor import visitor
from forecastle.services.datasets.charts import Subject as Drawn


async def exploring(subject: Subject) -> None:
    """Choose what to look at; every chart shows it."""
    await looking(subject, "charts", _charts)


async def _charts(name: str, drawn: Drawn) -> None:
    await part("Over time", _over_time, name, drawn)
    await part("Trend, season and the rest", _parts, name, drawn)
    await part("Season upon season", _seasons, name, drawn)
    with block("columns even"):
        await part("Distribution", _distribution, name, drawn)
        await part("Autocorrelation", _autocorrelation, name, drawn)


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


async def _seasons(name: str, drawn: Drawn) -> None:
    found = await visitor().house.charts.seasonal(name, drawn)
    charts.chart(data_charts.seasons(found.values, found.positions), about="Every season as a line, and their mean")
    text(f"A season of {found.season} periods; the thick line is the mean.", classes="muted small")


async def _distribution(name: str, drawn: Drawn) -> None:
    found = await visitor().house.charts.distribution(name, drawn)
    charts.chart(
        data_charts.histogram(found.bins, of=drawn.column or ""), about=f"How {drawn.column} is distributed", low=True
    )
    box = found.box
    text(f"{found.count:,} values from {number(box['least'])} to {number(box['greatest'])}, half of them below "
         f"{number(box['median'])}; {found.beyond:,} far outside.", classes="muted small")  # fmt: skip


async def _autocorrelation(name: str, drawn: Drawn) -> None:
    found = await visitor().house.charts.autocorrelation(name, drawn)
    charts.chart(data_charts.correlations(found.lags, found.bound), about="Autocorrelation by lag", low=True)
    text("Bars beyond the dashed lines are more than chance.", classes="muted small")
