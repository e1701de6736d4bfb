"""Changes that planners make to forecasts."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query

from forecastle.server.api.answers.overrides import OVERRIDE, OverrideAnswer, OverrideList
from forecastle.server.api.house import CallerDep, HouseDep
from forecastle.server.api.openapi import problems
from forecastle.services.requests import NewOverride

router = APIRouter(prefix="/overrides", tags=["forecasts"], responses=problems(404, 422))

EXAMPLE = {name: OVERRIDE[name] for name in ("series_id", "target", "ds", "value", "reason")} | {
    "execution_id": "0b6f7a52-4c0e-4f0e-9d0b-9f1d6f3c2a11"
}


@router.post("", summary="Override a forecast", status_code=201, responses=problems(413, 415))
async def set_override(
    asked: Annotated[NewOverride, Body(openapi_examples={"promotion": {"summary": "A promotion", "value": EXAMPLE}})],
    house: HouseDep,
    caller: CallerDep,
) -> OverrideAnswer:
    """Keep a value in place of the mean of one period, for this execution and all others of its dataset.

    What the model said stays: `GET /forecasts/{execution_id}?overrides=true` tells both.
    """
    return OverrideAnswer.model_validate(await house.overrides.set(asked, by=caller))


@router.get("", summary="List overrides")
async def list_overrides(
    house: HouseDep, dataset: Annotated[str, Query(max_length=200, description="Name or id of the dataset.")]
) -> OverrideList:
    """By series, target and period."""
    found = await house.overrides.list(dataset)
    return OverrideList(overrides=[OverrideAnswer.model_validate(override) for override in found])


@router.delete("/{override_id}", summary="Take an override back")
async def remove_override(
    override_id: Annotated[str, Path(max_length=100, description="As `id` of the override.")],
    house: HouseDep,
    caller: CallerDep,
) -> OverrideAnswer:
    """The forecasts stand again as the models made them."""
    return OverrideAnswer.model_validate(await house.overrides.remove(override_id, by=caller))
