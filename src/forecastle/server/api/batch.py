"""Many rows in one body: JSON, CSV or Parquet; and the answers as any of them."""

import asyncio
from collections.abc import Callable
from io import BytesIO
from typing import Any

import orjson
import polars as pl
from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError

from forecastle.core.errors import InputError
from forecastle.server.api.answers.rows import BatchAnswer
from forecastle.server.api.tables import MEDIA_TYPES, Format
from forecastle.services.tabular.models import Tabular
from forecastle.services.tabular.prediction import TableAnswer

ROW = {"bedrooms": 3, "bathrooms": 2.25, "sqft_living": 2570, "zipcode": 98125}

BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/FeatureRow"},
                "minItems": 1,
            },
            "example": [ROW],
        },
        MEDIA_TYPES[Format.CSV]: {
            "schema": {"type": "string", "description": "A header and a row a line."},
            "example": "bedrooms,bathrooms,sqft_living,zipcode\n3,2.25,2570,98125\n",
        },
        MEDIA_TYPES[Format.PARQUET]: {"schema": {"type": "string", "format": "binary"}, "example": "PAR1…"},
    },
}
"""What a batch may be sent as."""


async def answered(request: Request, tabular: Tabular, name: str | None = None) -> Response:
    """The answers to the rows of a body, in the form that the caller accepts.

    Raises:
        RequestValidationError: it is no JSON.
        HTTPException: it is of another type.
        InputError: it holds no rows, or cannot be read.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if kind == "application/json":
        said = await tabular.prediction.answer_rows(_listed(body), name)
    elif kind in READERS:
        said = await tabular.prediction.answer_table(await asyncio.to_thread(_read, READERS[kind], body), name)
    else:
        known = ", ".join(("application/json", *READERS))
        raise HTTPException(415, f"The body is {kind or 'without a content type'}; this call reads {known}.")
    return await asyncio.to_thread(_written, said, request.headers.get("accept", ""))


def _listed(body: bytes) -> list[object]:
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        wrong = {"type": "json_invalid", "loc": ("body", error.pos), "ctx": {"error": error.msg}}
        raise RequestValidationError([wrong]) from error
    if not isinstance(sent, list):
        kind = type(sent).__name__
        raise InputError(f"A list of rows is needed, not a JSON {kind}.", hint="POST /predict takes one row.")
    if not sent:
        raise InputError("The list has no rows.")
    return sent


def _csv(body: bytes) -> pl.DataFrame:
    """As text: what is a number in which row is looked at cell by cell."""
    return pl.read_csv(body, infer_schema=False)


def _parquet(body: bytes) -> pl.DataFrame:
    return pl.read_parquet(BytesIO(body))


READERS: dict[str, Callable[[bytes], pl.DataFrame]] = {
    MEDIA_TYPES[Format.CSV]: _csv,
    MEDIA_TYPES[Format.PARQUET]: _parquet,
    "application/x-parquet": _parquet,
}


def _read(reader: Callable[[bytes], pl.DataFrame], body: bytes) -> pl.DataFrame:
    try:
        table = reader(body)
    except (pl.exceptions.PolarsError, ValueError, OSError) as error:
        first = (str(error).splitlines() or ["it is empty"])[0]
        raise InputError(f"The body cannot be read as it says it is written: {first}.") from error
    if table.is_empty():
        raise InputError("The table has no rows.")
    return table


def _written(said: TableAnswer, accept: str) -> Response:
    headers = {"X-Model-Version": said.served.version.label}
    if MEDIA_TYPES[Format.PARQUET] in accept:
        sink = BytesIO()
        said.rows.write_parquet(sink)
        return Response(sink.getvalue(), headers=headers, media_type=MEDIA_TYPES[Format.PARQUET])
    if MEDIA_TYPES[Format.CSV] in accept:
        return Response(said.rows.write_csv(), headers=headers, media_type=MEDIA_TYPES[Format.CSV])
    answer = BatchAnswer.of(said).model_dump(exclude={"predictions"})
    content = {"predictions": said.rows.to_dicts(), **answer}
    return Response(orjson.dumps(content), headers=headers, media_type="application/json")
