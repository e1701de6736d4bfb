"""What is here."""

from importlib.metadata import version

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from forecastle.server.api.answers.server import Welcome
from forecastle.server.web.place import PAGE

router = APIRouter(tags=["server"])


@router.get("/", summary="Say what is here", response_model=Welcome, responses={307: {"description": "To a page."}})
async def welcome(request: Request) -> Welcome | Response:
    """The version and the calls; a browser is sent to the page for people, or else to the one of the calls."""
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"{PAGE}/" if request.app.state.has_page else "/docs")
    calls = {
        f"{method.upper()} {path}": operation["summary"]
        for path, operations in request.app.openapi()["paths"].items()
        for method, operation in operations.items()
    }
    return Welcome(
        message="Forecastle forecasts demand and sales.",
        version=version("forecastle"),
        endpoints=calls | {"WEBSOCKET /ws": "Hear of every job", "GET /docs": "Read and try the calls"},
    )
