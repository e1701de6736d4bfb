"""What a series is made of, and what tests say about it."""

from typing import Annotated

from fastapi import APIRouter, Query

from forecastle.exploration.analysis.decomposition import Method
from forecastle.server.api.answers.analysis import (
    AnomaliesAnswer,
    ChangePointsAnswer,
    DecompositionAnswer,
    FrequencyAnswer,
    HolidaysAnswer,
    SeasonalityAnswer,
    StationarityAnswer,
)
from forecastle.server.api.house import HouseDep
from forecastle.server.api.openapi import problems
from forecastle.server.api.parameters import LARGEST_NUMBER, DatasetName, WhichVersion
from forecastle.server.api.routes.charts import Points, SubjectDep
from forecastle.services.datasets.charts import POINTS

router = APIRouter(prefix="/datasets/{name}/analysis", tags=["exploration"], responses=problems(404, 422))

How = Annotated[Method, Query(description="Loess (`stl`, extra `analysis`), or as all series are at once (`engine`).")]
Season = Annotated[int | None, Query(ge=2, le=LARGEST_NUMBER, description="Only this one; the usual ones.")]
Seasons = Annotated[list[int], Query(max_length=5, description="Lengths of seasons; the usual ones when left out.")]


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
    season: Seasons = [],  # noqa: B006
    points: Points = POINTS,
) -> DecompositionAnswer:
    """Trend, one or several seasons, and remainder (STL, MSTL)."""
    found = await house.analysis.decomposition(name, subject, method=method, seasons=season or None, points=points)
    return DecompositionAnswer.model_validate(found)


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
