"""What charts of a dataset draw, as data."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from forecastle.server.api.answers.charts import (
    AutocorrelationChartAnswer,
    CalendarChartAnswer,
    ComparisonChartAnswer,
    DistributionChartAnswer,
    SeasonalChartAnswer,
    SeriesChartAnswer,
)
from forecastle.server.api.house import HouseDep
from forecastle.server.api.openapi import problems
from forecastle.server.api.parameters import LARGEST_NUMBER, DatasetName, WhichVersion
from forecastle.services.datasets.charts import POINTS, Subject

router = APIRouter(prefix="/datasets/{name}/charts", tags=["exploration"], responses=problems(404, 422))

Points = Annotated[int, Query(ge=10, le=10_000, description="Points of a line at most; its shape is kept.")]


def subject(
    version: WhichVersion = None,
    column: Annotated[str | None, Query(max_length=1000, description="The first target when left out.")] = None,
    series: Annotated[str | None, Query(max_length=10_000, description="All together when left out.")] = None,
    freq: Annotated[str | None, Query(max_length=20, description="The period, such as `MS`; the data's own.")] = None,
) -> Subject:
    """What is drawn."""
    return Subject(column=column, series_id=series, freq=freq, version=version)


SubjectDep = Annotated[Subject, Depends(subject)]


@router.get("/series", summary="Draw a series")
async def chart_series(
    name: DatasetName, house: HouseDep, subject: SubjectDep, points: Points = POINTS
) -> SeriesChartAnswer:
    """Its values over time, before any cleaning, in few enough points to be drawn at once."""
    return SeriesChartAnswer.model_validate(await house.charts.series(name, subject, points=points))


@router.get("/distribution", summary="Draw a distribution")
async def chart_distribution(
    name: DatasetName,
    house: HouseDep,
    subject: SubjectDep,
    bins: Annotated[int | None, Query(ge=1, le=1000, description="Found from the data when left out.")] = None,
) -> DistributionChartAnswer:
    """A histogram and a box of the values as they were read."""
    return DistributionChartAnswer.model_validate(await house.charts.distribution(name, subject, bins=bins))


@router.get("/autocorrelation", summary="Draw autocorrelations")
async def chart_autocorrelation(
    name: DatasetName,
    house: HouseDep,
    subject: SubjectDep,
    lags: Annotated[int | None, Query(ge=1, le=2000, description="Two seasons, or 40, when left out.")] = None,
) -> AutocorrelationChartAnswer:
    """How a series hangs together with its own past (ACF), and what shorter lags do not explain of it (PACF)."""
    return AutocorrelationChartAnswer.model_validate(await house.charts.autocorrelation(name, subject, lags=lags))


@router.get("/seasonal", summary="Draw seasons")
async def chart_seasonal(
    name: DatasetName,
    house: HouseDep,
    subject: SubjectDep,
    season: Annotated[int | None, Query(ge=2, le=LARGEST_NUMBER, description="Its length; the usual one.")] = None,
) -> SeasonalChartAnswer:
    """Season upon season, and the places of a season side by side (sub-series)."""
    return SeasonalChartAnswer.model_validate(await house.charts.seasonal(name, subject, season=season))


@router.get("/calendar", summary="Draw a calendar")
async def chart_calendar(name: DatasetName, house: HouseDep, subject: SubjectDep) -> CalendarChartAnswer:
    """A map of days by week and weekday; of weeks, months and quarters by year."""
    return CalendarChartAnswer.model_validate(await house.charts.calendar(name, subject))


@router.get("/comparison", summary="Draw before and after")
async def chart_comparison(
    name: DatasetName,
    house: HouseDep,
    subject: SubjectDep,
    before: Annotated[int, Query(ge=1, le=LARGEST_NUMBER, description="The version to compare with.")],
    points: Points = POINTS,
) -> ComparisonChartAnswer:
    """A series in version `before` and in `version`, and how many periods differ."""
    found = await house.charts.comparison(name, subject, before=before, points=points)
    return ComparisonChartAnswer.model_validate(found)
