"""Errors as the caller sees them: `application/problem+json` (RFC 9457), from one table of codes and statuses."""

import inspect
import logging
import math
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from forecastle.core.errors import (
    Cancelled,
    ConflictError,
    ForecastleError,
    InputError,
    ModelError,
    NoModelError,
    NotFoundError,
    OutputError,
    SettingsError,
    UnavailableError,
    Wrong,
)

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[type[ForecastleError], HTTPStatus] = {
    InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ModelError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    Cancelled: HTTPStatus.CONFLICT,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    OutputError: HTTPStatus.INSUFFICIENT_STORAGE,
    SettingsError: HTTPStatus.INTERNAL_SERVER_ERROR,
    ForecastleError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The status of an error, and of those below it in the tree that are not listed themselves."""

CODES: Mapping[int, str] = {
    400: "bad_request",
    401: "unauthorized",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    414: "too_long",
    415: "unsupported_media_type",
    422: "input_error",
    429: "too_many_requests",
    500: "internal_error",
}
"""The codes of errors that no service raised."""

MALFORMED = "malformed_json"
"""The code of a body that is not JSON."""

RETRY_AFTER = 5
"""Seconds after which it is worth asking again for something that was not available."""

KIND = "kind:"
"""How the tag of one of several possible bodies begins: a name in our code, not a field of the caller's."""

EXACT = 2**53
"""Whole numbers from here on are not the same to every reader of JSON."""

MOST = 20
"""Wrong fields that are named one by one."""

LONGEST = 200
"""Characters shown of a value that was not accepted."""


class ProblemField(BaseModel):
    """One field that was wrong, and why; or one fact about the error, without a message. value: shortened."""

    name: str
    message: str = ""
    value: bool | int | float | str | None = None


class Problem(BaseModel):
    """Why a call was not carried out (RFC 9457). code: stable, for programs. hint: what to do about it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:forecastle:problem:not_found",
                    "title": "Nothing of that name or id is kept here.",
                    "status": 404,
                    "detail": "There is no job '7f9c'.",
                    "instance": "/jobs/7f9c",
                    "code": "not_found",
                    "hint": "GET /jobs lists them.",
                    "fields": [],
                    "request_id": "0d1f6c1e5b8a4b6fae0c7f5a2b3c4d5e",
                }
            ]
        }
    )

    type: str = Field(description="A URI that names the kind of problem.")
    title: str = Field(description="The kind of problem in words; the same whenever the code is.")
    status: int
    detail: str = Field(description="What was wrong this time, and with which numbers.")
    instance: str = Field(description="The path that was called.")
    code: str
    hint: str = ""
    fields: list[ProblemField] = []
    request_id: str = Field(description="Also in the header `X-Request-ID` and in the server's log.")


def title_of(kind: type[ForecastleError]) -> str:
    """The kind of error in words: the first sentence of its description."""
    return (inspect.getdoc(kind) or "").partition("\n")[0]


def status_of(kind: type[ForecastleError]) -> HTTPStatus:
    """The HTTP status of an error."""
    return next(STATUS[ancestor] for ancestor in kind.__mro__ if ancestor in STATUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a call is not carried out. code: that of the status when left empty. title: the code in words, then."""

    status: int
    detail: str
    code: str = ""
    title: str = ""
    hint: str = ""
    fields: Sequence[ProblemField] = ()
    headers: Mapping[str, str] | None = None

    def answer(self, scope: Mapping[str, Any]) -> Response:
        """The problem as an answer to the request of that scope."""
        status = HTTPStatus(self.status)
        code = self.code or CODES.get(status, status.name.lower())
        content = Problem(
            type=f"urn:forecastle:problem:{code}",
            title=self.title or code.replace("_", " ").capitalize(),
            status=status,
            detail=printable(self.detail),
            instance=printable(scope["path"]),
            code=code,
            hint=printable(self.hint),
            fields=list(self.fields),
            request_id=scope.get("request_id", ""),
        )
        return Response(orjson.dumps(content.model_dump()), status, self.headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Have every error of this app answered as a problem."""
    app.add_exception_handler(ForecastleError, _of_a_service)
    app.add_exception_handler(RequestValidationError, _of_the_request)
    app.add_exception_handler(HTTPException, _of_the_framework)


async def _of_a_service(request: Request, error: Exception) -> Response:
    assert isinstance(error, ForecastleError)  # noqa: S101 - it is registered for nothing else
    status = status_of(type(error))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("not carried out", extra={"code": error.code, "error": error.message})
    waits = status == HTTPStatus.SERVICE_UNAVAILABLE and not isinstance(error, NoModelError)
    refusal = Refusal(
        status=status,
        detail=error.message,
        code=error.code,
        title=title_of(type(error)),
        hint=error.hint,
        fields=[_fact(name, fact) for name, fact in error.fields.items()],
        headers={"Retry-After": str(RETRY_AFTER)} if waits else None,
    )
    return refusal.answer(request.scope)


async def _of_the_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    wrong = error.errors()
    if wrong[0]["type"] == "json_invalid" and isinstance(wrong[0]["loc"][-1], int):
        detail = f"The body is not JSON: {wrong[0]['ctx']['error']} at character {wrong[0]['loc'][-1]}."
        return Refusal(status=400, detail=detail, code=MALFORMED).answer(request.scope)
    if isinstance(error.body, bytes):
        detail = f"The body is {request.headers.get('content-type', 'of no type')}; this call reads JSON."
        return Refusal(status=415, detail=detail, hint="Send it as application/json.").answer(request.scope)
    fields = [_field(part) for part in wrong[:MOST]]
    lines = [
        f"{field.name}: {field.message}, got {reprlib.repr(part.get('input'))}"
        for field, part in zip(fields, wrong, strict=False)
    ]
    if len(wrong) > MOST:
        lines.append(f"and {len(wrong) - MOST} more")
    refusal = Refusal(
        status=422,
        detail="\n".join(["This request cannot be carried out:", *lines]) if len(lines) > 1 else lines[0],
        title=title_of(InputError),
        hint="The fields of every call are described at /docs.",
        fields=fields,
    )
    return refusal.answer(request.scope)


async def _of_the_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    known = {
        404: f"There is nothing at {request.url.path}.",
        405: f"{request.url.path} does not answer {request.method}.",
    }
    refusal = Refusal(
        status=error.status_code,
        detail=known.get(error.status_code, error.detail),
        hint="GET / lists the calls." if error.status_code in known else "",
        headers=error.headers,
    )
    return refusal.answer(request.scope)


def _fact(name: str, fact: object) -> ProblemField:
    if isinstance(fact, Wrong):
        return ProblemField(name=name, message=printable(fact.message), value=_shown(fact.value))
    return ProblemField(name=name, value=_shown(fact))


PLAIN = {"extra_forbidden": "there is no such field", "model_attributes_type": "Input should be an object"}
"""Words for those who write JSON instead of Python."""


def _field(part: Mapping[str, Any]) -> ProblemField:
    path = [str(step) for step in part["loc"] if not str(step).startswith(KIND)]
    message = PLAIN.get(part["type"]) or part["msg"].replace("Tuple should", "List should")
    return ProblemField(name=printable(".".join(path)), message=printable(message), value=_shown(part.get("input")))


def _shown(value: object) -> bool | int | float | str | None:
    """A value as JSON can say it: what is long, infinite or no JSON becomes text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < EXACT else f"a number of {value.bit_length()} bits"
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return printable(value if isinstance(value, str) else reprlib.repr(value))[:LONGEST]


def printable(text: str) -> str:
    """The text without half characters, which JSON may carry but UTF-8 may not."""
    return text.encode("utf-8", "backslashreplace").decode()
