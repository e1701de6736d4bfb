"""What the browser fetches for itself: the rows of long lists, and forecasts as files."""

import asyncio
import re
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated, Literal

import orjson
import polars as pl
from fastapi import APIRouter, Depends, Query
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from forecastle.core.columns import MODEL, SERIES_ID
from forecastle.core.errors import ForecastleError
from forecastle.core.ports import Page
from forecastle.server.web.visitor import the_house
from forecastle.services.datasets.profiles import Wanted
from forecastle.services.house import House

router = APIRouter(include_in_schema=False)

HouseDep = Annotated[House, Depends(the_house)]
LISTED = (SERIES_ID, "abc", "xyz", "pattern", MODEL, "coming", "change", "wape", "total")
"""What the list shows of every series."""


PROFILED = (SERIES_ID, "total", "length", "zero_share", "missing_share", "abc", "xyz", "pattern", "trend_strength",
            "seasonal_strength", "forecastability")  # fmt: skip
"""What the list of a profile shows of every series."""

MOST_ROWS = 1_000_000
UNSAFE = re.compile(r"[^\w.-]", re.ASCII)
"""Characters that the name of a download is not given."""


@router.get("/rows/{execution_id}")
async def rows(execution_id: str, target: str, house: HouseDep) -> Response:
    """Figures of every series, column names once."""
    try:
        figures = await house.results.figures(execution_id, target)
    except ForecastleError as error:
        return _refused(error)
    return Response(await asyncio.to_thread(_as_json, figures.select(LISTED)), media_type="application/json")


@router.get("/profile/{name}.html")
async def profile_page(name: str, version: int, house: HouseDep) -> Response:
    """The profile of a dataset version as one file that needs nothing else."""
    try:
        page = await house.profiles.page(name, version=version)
    except ForecastleError as error:
        return _refused(error)
    return _as_file(page, f"profile-{UNSAFE.sub('_', name)}-{version}.html")


@router.get("/profile/{name}/rows")
async def profile_rows(name: str, version: int, target: str, house: HouseDep) -> Response:
    """Every series of a dataset version in numbers, the largest first."""
    try:
        every = Wanted(target=target, limit=MOST_ROWS)
        page = await house.profiles.series(name, every, version=version)
    except ForecastleError as error:
        return _refused(error)
    return Response(await asyncio.to_thread(_as_json, page.table.select(PROFILED)), media_type="application/json")


@router.get("/export/{execution_id}.html")
async def report(execution_id: str, house: HouseDep) -> Response:
    """The report as one file that needs nothing else."""
    try:
        page = await house.results.report(execution_id)
    except ForecastleError as error:
        return _refused(error)
    return _as_file(page, f"forecasts-{UNSAFE.sub('_', execution_id[:8])}.html")


@router.get("/export/{execution_id}.{ending}")
async def export(
    execution_id: str,
    ending: Literal["xlsx", "csv", "parquet"],
    house: HouseDep,
    series: Annotated[str | None, Query()] = None,
) -> Response:
    """Forecasts with what planners changed, as a file: of all series, or of one."""
    folder = Path(mkdtemp(prefix="forecastle-"))
    gone = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    file = folder / f"forecasts.{ending}"
    page = Page(series=(series,) if series else (), limit=None)
    try:
        await house.executions.export(execution_id, page, file, overrides=True)
    except ForecastleError as error:
        await gone()
        return _refused(error)
    return FileResponse(file, filename=f"forecasts-{execution_id[:8]}.{ending}", background=gone)


def _as_json(frame: pl.DataFrame) -> bytes:
    short = frame.with_columns(pl.selectors.float().fill_nan(None).round_sig_figs(6))
    return orjson.dumps({"columns": short.columns, "values": short.rows()})


def _as_file(page: str, called: str) -> Response:
    return Response(page, media_type="text/html", headers={"content-disposition": f'attachment; filename="{called}"'})


def _refused(error: ForecastleError) -> Response:
    return Response(orjson.dumps({"detail": str(error)}), 404, media_type="application/json")
