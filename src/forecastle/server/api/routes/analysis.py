"""What a series is made of, and what tests say about it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from forecastle.exploration.analysis.decomposition import Method
from forecastle.reporting.export import export
from forecastle.server.api.answers.analysis import (
    AnomaliesAnswer,
    ChangePointsAnswer,
    ComponentsPage,
    DecompositionAnswer,
    FrequencyAnswer,
    HolidaysAnswer,
    SeasonalityAnswer,
    StationarityAnswer,
)
from forecastle.server.api.house import HouseDep
from forecastle.server.api.openapi import problems
from forecastle.server.api.parameters import LARGEST_NUMBER, DatasetName, Offset, WhichVersion, Workspace
from forecastle.server.api.routes.charts import Points, SubjectDep
from forecastle.server.api.tables import FILES, Format, PageSize, Paging, Wanted
from forecastle.services.datasets.analysis import PanelQuestion
from forecastle.services.datasets.charts import POINTS

router = APIRouter(prefix="/datasets/{name}/analysis", tags=["exploration"], responses=problems(404, 422))

How = Annotated[Method, Query(description="Loess (`stl`, extra `analysis`), or as all series are at once (`engine`).")]
Season = Annotated[int | None, Query(ge=2, le=LARGEST_NUMBER, description="Only this one; the usual ones.")]
Seasons = Annotated[list[int], Query(max_length=5, description="Lengths of seasons; the usual ones when left out.")]


class ComponentsQuery(BaseModel):
    """Which series are to be taken apart, and how."""

    model_config = ConfigDict(extra="forbid")

    version: WhichVersion = None
    column: str | None = Field(None, max_length=1000, description="A column of numbers; the first target.")
    freq: str | None = Field(None, max_length=20, description="The period, such as `MS`; the data's own.")
    season: tuple[Annotated[int, Field(ge=2, le=LARGEST_NUMBER)], ...] = Field(
        (), max_length=5, description="Lengths of seasons; the usual ones when left out."
    )
    series: tuple[str, ...] = Field((), max_length=10_000, description="Only these; may be repeated.")
    search: str = Field("", max_length=1000, description="Only those with this in their name, whatever its case.")
    limit: PageSize = None
    offset: Offset = 0
    format: Wanted = None

    def question(self, limit: int | None) -> PanelQuestion:
        """The same for the service."""
        return PanelQuestion(
            column=self.column,
            freq=self.freq,
            seasons=self.season or None,
            series=self.series,
            search=self.search,
            limit=limit,
            offset=self.offset,
        )


@router.get("/frequency", summary="Find the frequency")
async def analyse_frequency(name: DatasetName, house: HouseDep, version: WhichVersion = None) -> FrequencyAnswer:
    """How far apart the periods are, how sure that is, and why. Every chart and test converts to another `freq`."""
    return FrequencyAnswer.model_validate(await house.analysis.frequency(name, version=version), from_attributes=True)


@router.get("/decomposition", summary="Take a series apart")
async def analyse_decomposition(
    name: DatasetName,
    house: HouseDep,
    subject: SubjectDep,
    method: How = Method.STL,
    season: Seasons = [],
    points: Points = POINTS,
) -> DecompositionAnswer:
    """Trend, one or several seasons, and remainder (STL, MSTL)."""
    found = await house.analysis.decomposition(name, subject, method=method, seasons=season or None, points=points)
    return DecompositionAnswer.model_validate(found)


@router.get(
    "/components", summary="Take all series apart", response_model=ComponentsPage, responses=problems(507) | FILES
)
async def analyse_components(
    name: DatasetName,
    asked: Annotated[ComponentsQuery, Query()],
    request: Request,
    house: HouseDep,
    workspace: Workspace,
) -> Response:
    """Trend, seasons and remainder of every series, or of some: a page of rows, or all of them as a file.

    Worked out for all series at once, the first time that a version is asked; later pages are read.
    """
    paging = Paging(request, workspace, asked.limit, asked.offset, asked.format)
    whole = paging.form is not Format.JSON
    question = asked.question(paging.rows if whole else paging.limit)
    file = paging.file if paging.form is Format.PARQUET else None
    found = await house.analysis.components(name, question, version=asked.version, file=file)
    if not whole:
        about = {"freq": found.freq, "seasons": found.seasons}
        return await paging.page(found.table, about, total=found.total)
    if file is None:
        await asyncio.to_thread(export, found.table, paging.file)
    return paging.download(f"components-{name}")


@router.get("/stationarity", summary="Test whether a series keeps its level")
async def analyse_stationarity(name: DatasetName, house: HouseDep, subject: SubjectDep) -> StationarityAnswer:
    """ADF and KPSS with a verdict in words, and the differences it takes. Needs the extra `analysis`."""
    return StationarityAnswer.model_validate(await house.analysis.stationarity(name, subject))


@router.get("/seasonality", summary="Test for seasons")
async def analyse_seasonality(
    name: DatasetName, house: HouseDep, subject: SubjectDep, season: Season = None
) -> SeasonalityAnswer:
    """Strength, autocorrelation and Kruskal–Wallis for every usual season, and the peaks of the spectrum."""
    return SeasonalityAnswer.model_validate(await house.analysis.seasonality(name, subject, season=season))


@router.get("/change-points", summary="Find changes of level")
async def analyse_change_points(
    name: DatasetName,
    house: HouseDep,
    subject: SubjectDep,
    penalty: Annotated[float, Query(gt=0, le=1000, description="The higher, the fewer.")] = 3.0,
) -> ChangePointsAnswer:
    """Where the level changes for good, and by how much. Needs the extra `analysis`."""
    return ChangePointsAnswer.model_validate(await house.analysis.change_points(name, subject, penalty=penalty))


@router.get("/anomalies", summary="Find anomalies")
async def analyse_anomalies(
    name: DatasetName,
    house: HouseDep,
    subject: SubjectDep,
    threshold: Annotated[float, Query(gt=0, le=1000, description="Robust standard deviations.")] = 4.0,
    method: How = Method.ENGINE,
) -> AnomaliesAnswer:
    """Periods that trend and seasons do not explain."""
    found = await house.analysis.anomalies(name, subject, threshold=threshold, method=method)
    return AnomaliesAnswer.model_validate(found)


@router.get("/holidays", summary="Measure holidays")
async def analyse_holidays(
    name: DatasetName,
    house: HouseDep,
    subject: SubjectDep,
    country: Annotated[str, Query(max_length=20, description="An ISO code: `DE`, `DE-BY`, `US-CA`.")],
    around: Annotated[int, Query(ge=0, le=14, description="Also so many days before and after; daily data.")] = 1,
) -> HolidaysAnswer:
    """How far periods with a public holiday lie from trend and season."""
    return HolidaysAnswer.model_validate(await house.analysis.holidays(name, subject, country=country, around=around))
