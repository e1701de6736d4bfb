"""Models: versions, who leads, and moving the lead."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Response
from pydantic import Field

from forecastle.server.api.answers.jobs import JobAccepted
from forecastle.server.api.answers.models import (
    DecisionAnswer,
    DecisionList,
    ExplanationAnswer,
    ModelAnswer,
    ModelList,
    VersionAnswer,
)
from forecastle.server.api.house import CallerDep, HouseDep
from forecastle.server.api.openapi import problems
from forecastle.server.api.parameters import LARGEST, ModelName, WhichDataset
from forecastle.server.api.routes.work import Params, accepted, given
from forecastle.services.requests import Asked, ExecutionParams, Whole

router = APIRouter(prefix="/models", tags=["models"], responses=problems(404, 422))


class Promotion(Asked):
    """Which version is to lead."""

    version: Whole = Field(ge=1, le=LARGEST)


@router.get("", summary="List models")
async def list_models(house: HouseDep, dataset: WhichDataset = None) -> ModelList:
    """The models of one dataset, or of all, each with its champion and versions."""
    return ModelList(models=[ModelAnswer.of(standing) for standing in await house.models.list(dataset)])


@router.get("/{name:path}/decisions", summary="Read the log of a model")
async def list_decisions(name: ModelName, house: HouseDep, dataset: WhichDataset = None) -> DecisionList:
    """Every comparison of champion and challenger and every move, with both figures and who decided."""
    found = await house.models.decisions(name, dataset)
    return DecisionList(decisions=[DecisionAnswer.model_validate(decision) for decision in found])


@router.get("/{name:path}/explanation", summary="See what a model looks at", responses=problems(503))
async def explain_model(
    name: ModelName,
    house: HouseDep,
    series: Annotated[str | None, Query(description="Whose attention; some of all series if left out.")] = None,
    dataset: WhichDataset = None,
) -> ExplanationAnswer:
    """The weights of the variables, and how much each step ahead looks at the periods before it; of the champion."""
    version, told = await house.models.explanation(name, dataset=dataset, series=series)
    return ExplanationAnswer(
        version=version.label, importances=told.importances.to_dicts(), attention=told.attention.to_dicts()
    )


@router.post("/{name:path}/promote", summary="Let a version lead", responses=problems(409, 413, 415))
async def promote_model(
    name: ModelName,
    promotion: Annotated[
        Promotion, Body(openapi_examples={"third": {"summary": "Version 3", "value": {"version": 3}}})
    ],
    house: HouseDep,
    caller: CallerDep,
    dataset: WhichDataset = None,
) -> VersionAnswer:
    """Whatever its figures; the next request is served by it."""
    return VersionAnswer.model_validate(await house.models.promote(name, promotion.version, by=caller, dataset=dataset))


@router.post("/{name:path}/rollback", summary="Let the champion before lead again", responses=problems(409))
async def rollback_model(
    name: ModelName, house: HouseDep, caller: CallerDep, dataset: WhichDataset = None
) -> VersionAnswer:
    """Back to the champion before; again and again, to the oldest that is kept."""
    return VersionAnswer.model_validate(await house.models.rollback(name, by=caller, dataset=dataset))


@router.post("/{name:path}/retrain", summary="Train a challenger", status_code=202, responses=problems(413, 415))
async def retrain_model(
    name: ModelName,
    house: HouseDep,
    response: Response,
    params: Params = ExecutionParams(),  # noqa: B008 - frozen
    dataset: WhichDataset = None,
) -> JobAccepted:
    """Queue a training that makes a new version, which then challenges the champion."""
    return accepted(await house.models.retrain(name, dataset=dataset, params=given(params)), response)


@router.post("/{name:path}/reload", summary="Read the champion's files again")
async def reload_model(name: ModelName, house: HouseDep, dataset: WhichDataset = None) -> VersionAnswer:
    """Read and verify them; what is being served goes on until they are read."""
    return VersionAnswer.model_validate(await house.models.reload(name, dataset))


@router.get("/{name:path}", summary="Look at a model")
async def get_model(name: ModelName, house: HouseDep, dataset: WhichDataset = None) -> ModelAnswer:
    """Who leads, and every version with its figures."""
    return ModelAnswer.of(await house.models.find(name, dataset))
