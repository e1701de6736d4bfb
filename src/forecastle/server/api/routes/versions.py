"""Versions of a dataset: where they come from, which stay, which one is current."""

from typing import Annotated

from fastapi import APIRouter, Query

from forecastle.server.api.answers.comparison import ComparisonAnswer
from forecastle.server.api.answers.datasets import GenerationAnswer, LineageAnswer, VersionAnswer
from forecastle.server.api.house import CallerDep, HouseDep
from forecastle.server.api.openapi import problems
from forecastle.server.api.parameters import LARGEST_NUMBER, DatasetName, Limit, Offset, VersionNumber

Older = Annotated[
    int | None,
    Query(ge=1, le=LARGEST_NUMBER, description="The one `after` was made from, else the one before it, when left out."),
]
Newer = Annotated[int | None, Query(ge=1, le=LARGEST_NUMBER, description="The current one when left out.")]

router = APIRouter(prefix="/datasets/{name}", tags=["datasets"], responses=problems(404, 422))


@router.get("/lineage", summary="See where versions come from")
async def get_lineage(name: DatasetName, house: HouseDep) -> LineageAnswer:
    """Every version there ever was: its parent, the steps that made it, by whom, and what stands on it."""
    dataset = await house.datasets.find(name)
    found = await house.lineage.of(dataset.id)
    return LineageAnswer(lineage=[GenerationAnswer.of(one, dataset.name) for one in found])


@router.get("/compare", summary="Compare two versions")
async def compare_versions(
    name: DatasetName,
    house: HouseDep,
    before: Older = None,
    after: Newer = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> ComparisonAnswer:
    """Rows that came and went, cells that changed, distributions, and the series that differ most."""
    dataset = await house.datasets.find(name)
    compared = await house.comparisons.of(dataset.name, before=before, after=after)
    return ComparisonAnswer.of(compared, dataset.name, limit=limit, offset=offset)


@router.post("/versions/{number}/pin", summary="Pin a version")
async def pin_version(name: DatasetName, number: VersionNumber, house: HouseDep, caller: CallerDep) -> VersionAnswer:
    """It cannot be deleted until it is unpinned."""
    return VersionAnswer.of(await house.lineage.pin(name, number, by=caller), name)


@router.post("/versions/{number}/unpin", summary="Unpin a version")
async def unpin_version(name: DatasetName, number: VersionNumber, house: HouseDep, caller: CallerDep) -> VersionAnswer:
    """It may be deleted again."""
    return VersionAnswer.of(await house.lineage.unpin(name, number, by=caller), name)


@router.post("/versions/{number}/restore", summary="Make a version current")
async def restore_version(
    name: DatasetName, number: VersionNumber, house: HouseDep, caller: CallerDep
) -> VersionAnswer:
    """A new version with the same rows, for versions never change; the newest one where it has these rows already."""
    return VersionAnswer.of(await house.lineage.restore(name, number, by=caller), name)


@router.delete("/versions/{number}", summary="Delete a version", responses=problems(409))
async def delete_version(name: DatasetName, number: VersionNumber, house: HouseDep, caller: CallerDep) -> VersionAnswer:
    """Refused while it is pinned, while an execution stands on it, or while it is the only one."""
    return VersionAnswer.of(await house.lineage.delete(name, number, by=caller), name)
