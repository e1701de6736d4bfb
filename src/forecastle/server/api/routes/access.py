"""Who did what."""

from typing import Annotated

from fastapi import APIRouter, Query

from forecastle.server.api.answers.access import AuditAnswer, AuditLog
from forecastle.server.api.house import HouseDep
from forecastle.server.api.openapi import problems
from forecastle.server.api.parameters import Limit, Offset

router = APIRouter(tags=["server"])


@router.get("/audit", summary="Read who did what", responses=problems(422))
async def read_audit(
    house: HouseDep,
    action: Annotated[str | None, Query(max_length=100, description="Only such lines, as `model.promote`.")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> AuditLog:
    """Every move of a lead, every deletion, override and key, the newest first. Lines are only ever added."""
    found = await house.access.log(action=action, limit=limit, offset=offset)
    return AuditLog(events=[AuditAnswer.model_validate(event) for event in found])
