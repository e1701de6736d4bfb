"""The description of the API: every answer of every call, problems among them."""

from contextlib import suppress
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel

from forecastle.core.errors import ForecastleError
from forecastle.server.api.problems import MEDIA_TYPE, Problem
from forecastle.services.house import House

TAGS = [
    {"name": "server", "description": "What is here, and how it is."},
    {"name": "datasets", "description": "Sales histories: every upload is a version that never changes."},
    {"name": "exploration", "description": "What a dataset looks like: rows, columns, series, charts, tests."},
    {"name": "recipes", "description": "Steps that clean and transform data: tried, carried out, taken again."},
    {"name": "forecasting", "description": "Answers at once, from kept models or for a series in the request."},
    {"name": "jobs", "description": "Long work: started, followed, cancelled."},
    {"name": "forecasts", "description": "What executions produced."},
    {"name": "tabular", "description": "Answers to single rows, such as what a house will sell for."},
    {"name": "models", "description": "Versions, champions, and the log of who leads."},
]

MEANING = {
    400: "The request cannot be read: not JSON, or sent to a name that is not this server's.",
    401: "No key was shown, or one that is not known.",
    404: "Nothing of that name or id is kept here.",
    409: "Its state does not allow what was asked.",
    413: "The body is too large.",
    414: "The path and query are too long to be read.",
    415: "The body is of a type that is not read here.",
    422: "The request or the data cannot be used; `fields` names what was wrong.",
    429: "This client asks too often; `Retry-After` tells for how many seconds to wait.",
    500: "A bug; nothing inside is told, the log has it under the request's id.",
    503: "Something the work needs is not there now: the database, the queue, a kept file, or a model.",
    507: "A result could not be written.",
}


HTML: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {"schema": {"type": "string"}, "example": "<!doctype html>…"}}}
}
"""The answer of a call whose answer people read."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documentation of calls that may answer with these statuses."""
    return {status: {"model": Problem, "description": MEANING[status]} for status in statuses}


def operation_id(route: APIRoute) -> str:
    """The name of the function that answers, which clients are generated from."""
    return route.name


def inlined(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a body that FastAPI does not see, without references to schemas it would not list."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})
    for name, field in schema["properties"].items():
        part = parts.get(field.pop("$ref", "").rpartition("/")[2], {})
        schema["properties"][name] = part | field
    return schema


def describe(app: FastAPI, *, keys: bool) -> None:
    """Have the app describe its problems as what they are: `application/problem+json`. keys: callers must show one."""

    def described() -> dict[str, Any]:
        """Once, but for the rows that the default tabular model takes."""
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                description=app.description,
                license_info=app.license_info,
                routes=app.routes,
                tags=TAGS,
            )
            for path in schema["paths"].values():
                for operation in path.values():
                    _mark_problems(operation["responses"])
            if keys:
                schema["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
                schema["security"] = [{"key": []}]
            app.openapi_schema = schema
        return _with_rows(app.openapi_schema, getattr(app.state, "house", None))

    async def description() -> JSONResponse:
        with suppress(ForecastleError):  # without a model, any row will do
            await app.state.house.tabular.serving.leading()
        return JSONResponse(app.openapi())

    app.openapi = described  # type: ignore[method-assign]  # the way FastAPI documents for extending it
    app.router.routes[:] = [route for route in app.router.routes if getattr(route, "path", "") != app.openapi_url]
    app.add_api_route(str(app.openapi_url), description, include_in_schema=False)


def _with_rows(schema: dict[str, Any], house: House | None) -> dict[str, Any]:
    """The description with the fields, types and ranges of the tabular model that answers without a name."""
    served = house.tabular.serving.default if house else None
    if served is None:
        return schema
    row = served.reader.schema.model_json_schema() | {"title": "FeatureRow"}
    parts = schema["components"]
    return {**schema, "components": {**parts, "schemas": {**parts["schemas"], "FeatureRow": row}}}


def _mark_problems(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if int(status) >= 400:
            response["content"] = {MEDIA_TYPE: response["content"].popitem()[1]}
