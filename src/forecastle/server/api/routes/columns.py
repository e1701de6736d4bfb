"""What the columns of a dataset are for."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Body, Response
from pydantic import Field

from forecastle.data.dataset import Role
from forecastle.server.api.answers.columns import ColumnAnswer, ColumnList, RolesChosen
from forecastle.server.api.house import CallerDep, HouseDep
from forecastle.server.api.openapi import problems
from forecastle.server.api.parameters import DatasetName, WhichVersion
from forecastle.services.requests import Asked

router = APIRouter(prefix="/datasets/{name}/columns", tags=["datasets"])

EXAMPLE: dict[str, Any] = {"roles": {"sku": "key", "units": "target", "colour": "static", "note": "ignored"}}


class RoleChoice(Asked):
    """Roles of some columns; the others keep theirs."""

    roles: Mapping[str, Role] = Field(
        min_length=1,
        max_length=10_000,
        description="By column: `time`; `key` (names a series); `target`; `price`; `promotion`; covariates whose "
        "future is `known` or only their `past`; `static` for attributes of a product; `closed`; `ignored`.",
    )


@router.get("", summary="Look at the columns", responses=problems(404, 422))
async def list_columns(name: DatasetName, house: HouseDep, version: WhichVersion = None) -> ColumnList:
    """What kind of values each holds, what it was taken for, how surely, and why."""
    return ColumnList(columns=[ColumnAnswer.of(column) for column in await house.columns.of(name, version=version)])


@router.post("", summary="Say what columns are for", status_code=201, responses=problems(404, 422, 507))
async def choose_columns(
    name: DatasetName,
    choice: Annotated[
        RoleChoice, Body(openapi_examples={"roles": {"summary": "Roles of some columns", "value": EXAMPLE}})
    ],
    house: HouseDep,
    caller: CallerDep,
    response: Response,
    version: WhichVersion = None,
) -> RolesChosen:
    """Checks the data in the new roles and keeps them as a new version; the version before stays as it is."""
    chosen = await house.columns.choose(name, choice.roles, by=caller, version=version)
    owner = await house.datasets.find(name)
    response.headers["Location"] = f"/datasets/{quote(owner.name, safe='')}/versions/{chosen.version.number}"
    return RolesChosen.of(chosen, owner.name)
