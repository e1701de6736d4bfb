"""What executions produced: rows by the page, whole tables as files."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from forecastle.core.ports import Page
from forecastle.server.api.answers.forecasts import (
    ExecutionAnswer,
    ExecutionDetails,
    ExecutionList,
    Findings,
    ForecastPage,
    RowPage,
    TotalPage,
)
from forecastle.server.api.house import HouseDep
from forecastle.server.api.openapi import HTML, problems
from forecastle.server.api.parameters import ExecutionId, Limit, Offset, WhichDataset, Workspace
from forecastle.server.api.tables import FILES, PAGE, Format, PageSize, Paging, PagingDep, Wanted

router = APIRouter(prefix="/forecasts", tags=["forecasts"], responses=problems(404, 422))


class Grouping(StrEnum):
    """What a measure was taken over."""

    ALL = "all"
    SERIES = "series"
    PATTERN = "pattern"
    ABC = "abc"
    XYZ = "xyz"
    STEP = "step"
    WINDOW = "window"
    LEVEL = "level"


def _as_kept(moment: datetime) -> datetime:
    """Periods are kept without a zone; a moment that has one is meant in UTC."""
    try:
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except OverflowError as error:
        raise ValueError("no calendar has that day in UTC") from error


Moment = Annotated[datetime, AfterValidator(_as_kept)]
Names = Annotated[tuple[str, ...], Field(max_length=10_000, description="Only these; may be repeated.")]
Only = Annotated[list[str], Query(max_length=10_000, description="Only these; may be repeated.")]


class ForecastQuery(BaseModel):
    """Which rows of an execution are wanted, and how."""

    model_config = ConfigDict(extra="forbid")

    series: Names = ()
    target: Names = ()
    model: Names = ()
    start: Moment | None = Field(None, description="Only periods that begin then or later.")
    end: Moment | None = Field(None, description="Only periods that begin then or earlier.")
    limit: PageSize = None
    offset: Offset = 0
    format: Wanted = None
    overrides: bool = Field(
        default=False,
        description="With `override`, the planner's value or null, and `final`, that value or else the mean.",
    )

    def page(self, limit: int | None) -> Page:
        """The rows for the services. limit: when the caller named none."""
        return Page(
            series=self.series,
            targets=self.target,
            models=self.model,
            start=self.start,
            end=self.end,
            limit=self.limit or limit,
            offset=self.offset,
        )


@router.get("", summary="List executions")
async def list_executions(
    house: HouseDep,
    dataset: WhichDataset = None,
    kind: Annotated[str | None, Query(max_length=20, description="`train`, `forecast`, `backtest`, `predict`.")] = None,
    limit: Limit = 100,
) -> ExecutionList:
    """The newest first."""
    found = await house.executions.list(dataset=dataset, kind=kind, limit=limit)
    return ExecutionList(executions=[ExecutionAnswer.model_validate(execution) for execution in found])


@router.get("/{execution_id:path}/execution", summary="Look at an execution")
async def get_execution(execution_id: ExecutionId, house: HouseDep) -> ExecutionDetails:
    """How it was made: its steps, and what is needed to repeat it."""
    return ExecutionDetails.model_validate(await house.executions.find(execution_id))


@router.get("/{execution_id:path}/totals", summary="Read totals", response_model=TotalPage, responses=FILES)
async def get_totals(
    execution_id: ExecutionId,
    house: HouseDep,
    paging: PagingDep,
    level: Only = [],
    node: Only = [],
    target: Only = [],
) -> Response:
    """Forecasts of the totals of the hierarchy, by level and node; no rows where none was asked for.

    Means of the series add up to them; quantiles are those of the sum.
    """
    found = await house.executions.totals(execution_id, levels=level, nodes=node, targets=target)
    return await paging.of(found, execution_id)


@router.get("/{execution_id:path}/leaderboard", summary="Compare models", response_model=RowPage, responses=FILES)
async def get_leaderboard(execution_id: ExecutionId, house: HouseDep, paging: PagingDep) -> Response:
    """How the models did on past windows, the best first within a target."""
    return await paging.of(await house.executions.leaderboard(execution_id), execution_id)


@router.get("/{execution_id:path}/metrics", summary="Read every measure", response_model=RowPage, responses=FILES)
async def get_metrics(
    execution_id: ExecutionId,
    house: HouseDep,
    paging: PagingDep,
    by: Annotated[list[Grouping], Query(description="Taken over what; everything but `series` when left out.")] = [],
) -> Response:
    """By model, class, step and window; by series when asked for, which may be many rows."""
    groups = by or [group for group in Grouping if group is not Grouping.SERIES]
    return await paging.of(await house.executions.metrics(execution_id, by=groups), execution_id)


@router.get("/{execution_id:path}/classification", summary="Read classes", response_model=RowPage, responses=FILES)
async def get_classification(execution_id: ExecutionId, house: HouseDep, paging: PagingDep) -> Response:
    """The demand pattern, the classes, the model and the reason for it, of every series."""
    return await paging.of(await house.executions.classification(execution_id), execution_id)


@router.get(
    "/{execution_id:path}/drivers",
    summary="Read what moves forecasts",
    response_model=RowPage,
    responses=problems(409) | FILES,
)
async def get_drivers(
    execution_id: ExecutionId,
    house: HouseDep,
    paging: PagingDep,
    series: Annotated[list[str], Query(min_length=1, max_length=100, description="Of these; may be repeated.")],
) -> Response:
    """What adds how much to each forecast, in units of the target, the strongest first within a period.

    Told by boosted trees, each of its own forecast: before ranges are calibrated and models are combined.
    """
    return await paging.of(await house.drivers.of(execution_id, series), execution_id)


@router.get(
    "/{execution_id:path}/report",
    summary="Read the report, for people",
    response_class=HTMLResponse,
    responses=HTML,
)
async def get_report(execution_id: ExecutionId, house: HouseDep) -> HTMLResponse:
    """All of it as one HTML file that needs nothing else and sends nothing to anyone; as the models made it."""
    return HTMLResponse(await house.results.report(execution_id))


@router.get("/{execution_id:path}/findings", summary="Read findings")
async def get_findings(execution_id: ExecutionId, house: HouseDep) -> Findings:
    """What was wrong with the data, and what was done about it."""
    return Findings.model_validate(await house.executions.find(execution_id))


@router.get(
    "/{execution_id:path}",
    summary="Read forecasts",
    response_model=ForecastPage,
    responses=problems(507) | FILES,
)
async def get_forecasts(
    execution_id: ExecutionId,
    asked: Annotated[ForecastQuery, Query()],
    request: Request,
    house: HouseDep,
    workspace: Workspace,
) -> Response:
    """One page of rows with links to the others, or all rows as a file: CSV, Parquet or Excel.

    Text that a spreadsheet would run as a formula gets an apostrophe in CSV and Excel files.
    """
    paging = Paging(request, workspace, asked.limit, asked.offset, asked.format)
    if paging.form is not Format.JSON:
        await house.executions.export(execution_id, asked.page(None), paging.file, overrides=asked.overrides)
        return paging.download(f"forecasts-{execution_id}")
    rows, total = await house.executions.forecasts(execution_id, asked.page(PAGE), overrides=asked.overrides)
    return await paging.answer(rows, execution_id, total=total)
