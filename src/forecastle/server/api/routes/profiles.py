"""Everything about a dataset on one page, and what is wrong with it."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from forecastle.server.api.answers.profiles import ProblemAnswer, ProblemList, ProfileAnswer, SeriesProfileList
from forecastle.server.api.house import HouseDep
from forecastle.server.api.openapi import HTML, problems
from forecastle.server.api.parameters import DatasetName, Limit, Offset, WhichVersion
from forecastle.services.datasets.profiles import Wanted

router = APIRouter(prefix="/datasets/{name}", tags=["exploration"], responses=problems(404, 422))

Freq = Annotated[str | None, Query(max_length=20, description="The period, such as `MS`; the data's own.")]


class SeriesQuery(BaseModel):
    """Which series are wanted."""

    model_config = ConfigDict(extra="forbid")

    version: WhichVersion = None
    freq: Freq = None
    target: str | None = Field(None, max_length=1000, description="The first when left out.")
    sort: str = Field("total", max_length=100, description="One of the columns of the answer.")
    descending: bool = Field(default=True, description="The greatest first.")
    limit: Limit = 100
    offset: Offset = 0

    def series(self) -> Wanted:
        """The same for the service."""
        return Wanted(**self.model_dump(exclude={"version", "freq"}))


@router.get("/profile", summary="Profile a dataset")
async def profile_dataset(
    name: DatasetName, house: HouseDep, version: WhichVersion = None, freq: Freq = None
) -> ProfileAnswer:
    """Columns, classes, measures over all series, covariates, duplicates, and what to look at first."""
    return ProfileAnswer.of(await house.profiles.of(name, version=version, freq=freq))


@router.get("/profile/page", summary="Profile a dataset, for people", response_class=HTMLResponse, responses=HTML)
async def get_profile_page(
    name: DatasetName, house: HouseDep, version: WhichVersion = None, freq: Freq = None
) -> HTMLResponse:
    """The same as one HTML file that needs nothing else and sends nothing to anyone."""
    return HTMLResponse(await house.profiles.page(name, version=version, freq=freq))


@router.get("/profile/series", summary="Profile every series")
async def profile_series(
    name: DatasetName, house: HouseDep, wanted: Annotated[SeriesQuery, Query()]
) -> SeriesProfileList:
    """Length, gaps, zeros, classes, strength of trend and season, entropy and forecastability of each."""
    page = await house.profiles.series(name, wanted.series(), version=wanted.version, freq=wanted.freq)
    return SeriesProfileList(total=page.total, series=page.table)


@router.get("/problems", summary="See what is wrong with a dataset")
async def list_problems(name: DatasetName, house: HouseDep, version: WhichVersion = None) -> ProblemList:
    """The worst first: what was found, what was done about it, and the steps of a recipe that would mend it."""
    found = await house.problems.of(name, version=version)
    return ProblemList(problems=[ProblemAnswer.of(problem) for problem in found])
