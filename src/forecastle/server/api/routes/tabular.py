"""Tabular models: answers to rows, the features they need, and the life of their versions; by name, or the default."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import Field

from forecastle.core.naming import tabular_name
from forecastle.server.api.answers.jobs import JobAccepted
from forecastle.server.api.answers.models import VersionAnswer
from forecastle.server.api.answers.rows import BatchAnswer, RowAnswer
from forecastle.server.api.answers.tabular import (
    DriftAnswer,
    EvidenceAnswer,
    FeatureList,
    Reloaded,
    TabularList,
    TabularModelAnswer,
)
from forecastle.server.api.batch import BODY, answered
from forecastle.server.api.house import CallerDep, HouseDep
from forecastle.server.api.openapi import problems
from forecastle.server.api.parameters import LARGEST
from forecastle.server.api.routes.work import accepted
from forecastle.services.models.models import Standing
from forecastle.services.requests import Asked, FeatureRow, TabularChanges, TabularParams, Whole
from forecastle.services.tabular.prediction import RowQuestion

router = APIRouter(tags=["tabular"], responses=problems(404, 422))

Name = Annotated[str, Path(description="What the model is called.", max_length=100)]
Explain = Annotated[bool, Query(description="Also what each feature adds to the answer.")]
Number = Annotated[int | None, Query(ge=1, le=LARGEST, description="Of a version; the one that leads if left out.")]

ROWS: Any = {"row": {"summary": "A house", "value": {"bedrooms": 3, "sqft_living": 2570, "zipcode": 98125}}}
OneRow = Annotated[FeatureRow, Body(openapi_examples=ROWS)]
TRAINING: Any = {
    "houses": {
        "summary": "What a house will sell for",
        "value": {"dataset": "houses", "target": "price", "join": "demographics", "on": "zipcode"},
    }
}
CHANGES: Any = {
    "same": {"summary": "As before, on the newest rows", "value": {}},
    "other": {"summary": "With another model", "value": {"model": "knn"}},
}
Changes = Annotated[TabularChanges, Body(openapi_examples=CHANGES)]
NOTHING_ELSE = TabularChanges()
BATCH: dict[str, Any] = {"openapi_extra": {"requestBody": BODY}, "response_model": BatchAnswer}


class Chosen(Asked):
    """Which version is to answer."""

    version: Whole = Field(ge=1, le=LARGEST)


@router.get("/features/required", summary="See what a row must have")
async def get_required_features(house: HouseDep) -> FeatureList:
    """The features of the default model: names, types, ranges seen, and which of them are joined here."""
    return FeatureList.of(await house.tabular.serving.leading())


@router.post("/predict-batch", summary="Answer many rows", responses=problems(413, 415), **BATCH)
async def predict_batch(request: Request, house: HouseDep) -> Response:
    """By the default model. A row that cannot be answered has an `error`, and hinders no other.

    `Accept` says whether the answer is JSON, CSV or Parquet.
    """
    return await answered(request, house.tabular)


@router.post("/reload-model", summary="Read the model again")
async def reload_default_model(house: HouseDep) -> Reloaded:
    """Read and verify the files of the version that leads; the one in memory answers until they are read."""
    return await _reloaded(house, None)


@router.post("/retrain-model", summary="Train the model again", status_code=202, responses=problems(409, 413, 415))
async def retrain_default_model(house: HouseDep, response: Response, changes: Changes = NOTHING_ELSE) -> JobAccepted:
    """Queue a training like the last one on the newest version of its dataset; the result challenges the champion."""
    return accepted(await house.tabular.retrain(None, changes.given()), response)


@router.post("/rollback-model", summary="Go back to the version before", responses=problems(409))
async def rollback_default_model(house: HouseDep, caller: CallerDep) -> Reloaded:
    """Again and again, to the oldest that is kept; the next request is answered by it."""
    await house.tabular.rollback(by=caller)
    return await _moved(house, None)


@router.get("/tabular", summary="List tabular models")
async def list_tabular_models(house: HouseDep) -> TabularList:
    """Each with its champion and versions."""
    return TabularList(models=[_told(standing) for standing in await house.tabular.list()])


@router.post("/tabular", summary="Train a tabular model", status_code=202, responses=problems(409, 413, 415))
async def train_tabular_model(
    params: Annotated[TabularParams, Body(openapi_examples=TRAINING)], house: HouseDep, response: Response
) -> JobAccepted:
    """Learn from the rows of a dataset, as a job: measured on rows held out, kept as a version that challenges."""
    return accepted(await house.tabular.training.start(params.model_dump(exclude_unset=True)), response)


@router.get("/tabular/{name}", summary="Look at a tabular model")
async def get_tabular_model(name: Name, house: HouseDep) -> TabularModelAnswer:
    """Who leads, and every version with its measures."""
    return _told(await house.tabular.find(name))


@router.get("/tabular/{name}/evidence", summary="See how good a version is", responses=problems(409))
async def get_tabular_evidence(name: Name, house: HouseDep, version: Number = None) -> EvidenceAnswer:
    """Measures and residuals of the rows held out, cross-validated measures beside those of simple models, findings."""
    return EvidenceAnswer.of(await house.tabular.evidence(name, version))


@router.get("/tabular/{name}/drift", summary="See how far rows lie from training")
async def get_tabular_drift(name: Name, house: HouseDep) -> DriftAnswer:
    """What this server counted since it began: rows, and those beyond what was seen in training, by feature."""
    served = await house.tabular.serving.leading(name)
    return DriftAnswer.of(served, house.tabular.prediction.drift(served))


@router.get("/tabular/{name}/features/required", summary="See what a row of a model must have")
async def get_tabular_features(name: Name, house: HouseDep) -> FeatureList:
    """Names, types, ranges seen, and which of them are joined here."""
    return FeatureList.of(await house.tabular.serving.leading(name))


@router.post("/tabular/{name}/predict", summary="Answer a row", responses=problems(413, 415))
async def predict_row(name: Name, row: OneRow, house: HouseDep, explain: Explain = False) -> RowAnswer:
    """What the row is worth, with a range; columns that the model does not look at are ignored and told."""
    return RowAnswer.of(await house.tabular.prediction.answer(RowQuestion(row=row.values, name=name, explain=explain)))


@router.post("/tabular/{name}/predict-batch", summary="Answer many rows by name", responses=problems(413, 415), **BATCH)
async def predict_rows(name: Name, request: Request, house: HouseDep) -> Response:
    """A row that cannot be answered has an `error`, and hinders no other; `Accept` says the form of the answer."""
    return await answered(request, house.tabular, name)


@router.post("/tabular/{name}/reload-model", summary="Read a tabular model again")
async def reload_tabular_model(name: Name, house: HouseDep) -> Reloaded:
    """Read and verify the files of the version that leads; the one in memory answers until they are read."""
    return await _reloaded(house, name)


@router.post(
    "/tabular/{name}/retrain-model",
    summary="Train a tabular model again",
    status_code=202,
    responses=problems(409, 413, 415),
)
async def retrain_tabular_model(
    name: Name, house: HouseDep, response: Response, changes: Changes = NOTHING_ELSE
) -> JobAccepted:
    """Queue a training like the last one on the newest version of its dataset; the result challenges the champion."""
    return accepted(await house.tabular.retrain(name, changes.given()), response)


@router.post("/tabular/{name}/rollback-model", summary="Go back by name", responses=problems(409))
async def rollback_tabular_model(name: Name, house: HouseDep, caller: CallerDep) -> Reloaded:
    """Again and again, to the oldest version that is kept; the next request is answered by it."""
    await house.tabular.rollback(by=caller, name=name)
    return await _moved(house, name)


@router.post("/tabular/{name}/promote", summary="Let a version answer", responses=problems(409, 413, 415))
async def promote_tabular_model(
    name: Name,
    chosen: Annotated[Chosen, Body(openapi_examples={"third": {"summary": "Version 3", "value": {"version": 3}}})],
    house: HouseDep,
    caller: CallerDep,
) -> VersionAnswer:
    """Whatever its figures; the next request is answered by it."""
    return VersionAnswer.model_validate(await house.tabular.promote(chosen.version, by=caller, name=name))


def _told(standing: Standing) -> TabularModelAnswer:
    family = standing.versions[0].family
    return TabularModelAnswer.named(tabular_name(family) or family, standing)


async def _reloaded(house: HouseDep, name: str | None) -> Reloaded:
    served = await house.tabular.reload(name)
    return Reloaded(status="reloaded", model=served.name, model_version=served.version.label)


async def _moved(house: HouseDep, name: str | None) -> Reloaded:
    served = await house.tabular.serving.leading(name)
    return Reloaded(status="rolled back", model=served.name, model_version=served.version.label)
