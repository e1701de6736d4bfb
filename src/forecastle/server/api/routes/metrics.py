"""What the server counts, for Prometheus."""

from typing import Any

from fastapi import APIRouter, Request, Response

from forecastle.core.errors import StorageError
from forecastle.server.api.house import HouseDep

router = APIRouter(tags=["server"])

EXAMPLE = """# HELP forecastle_tabular_rows_total Rows that were answered.
# TYPE forecastle_tabular_rows_total counter
forecastle_tabular_rows_total{model="houses",version="tabular_houses_price_v3_20261127"} 1000.0
"""
TEXT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}, "example": EXAMPLE}}}
}


@router.get("/metrics", summary="Measure the server", responses=TEXT, response_class=Response)
async def measure_server(request: Request, house: HouseDep) -> Response:
    """Requests, answered rows, drift and jobs as text that Prometheus reads; processes on one port are added up."""
    try:
        jobs = await house.jobs.counts()
    except StorageError:  # the rest is worth knowing just then
        jobs = None
    body, kind = request.app.state.metrics.written(request.headers.get("accept", ""), jobs)
    return Response(body, media_type=kind)
