"""A dataset as it is sent: a form with a file, or JSON that names a source."""

import asyncio
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import orjson
from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, Json, ValidationError
from starlette.datastructures import UploadFile

from forecastle.data.options import ReadOptions
from forecastle.services.requests import Asked

Model = TypeVar("Model", bound=BaseModel)

UNSAFE = re.compile(r"[^\w.() -]")
"""Characters that a file of this machine is not given, whatever the user's is called."""


class Options(Asked):
    """What somebody who knows the data better can say about it; what is left out is found out."""

    sheet: str | None = Field(None, description="An Excel sheet by name, or by number from 1.")
    table: str | None = Field(None, description="A table of a SQL source.")
    query: str | None = Field(None, description="A query of a SQL source.")
    format: str | None = Field(None, description="`csv`, `excel`, `json` or `parquet`.")
    delimiter: str | None = Field(None, description="What separates the cells of a text file.")
    encoding: str | None = Field(None, description="Of a text file, such as `utf-8` or `latin-1`.")
    decimal: str | None = Field(None, description="`.` or `,`.")
    date_format: str | None = Field(None, description="As in `%d.%m.%Y`.")
    time: str | None = Field(None, description="The column with the time.")
    keys: tuple[str, ...] | None = Field(None, description="The columns that name a series.")
    targets: tuple[str, ...] | None = Field(None, description="The columns to forecast.")
    price: str | None = Field(None, description="The column with the price.")
    promotion: tuple[str, ...] | None = Field(None, description="Columns that mark promotions.")
    known: tuple[str, ...] | None = Field(None, description="Columns whose future is known.")
    past: tuple[str, ...] | None = Field(None, description="Columns known only up to now.")
    static: tuple[str, ...] | None = Field(None, description="Columns that never change within a series.")
    closed: str | None = Field(None, description="The column that marks closed days or empty shelves.")
    ignored: tuple[str, ...] | None = Field(None, description="Columns that are left aside.")

    def read_options(self) -> ReadOptions:
        """The same for the readers."""
        return ReadOptions(**self.model_dump())


class Connection(Asked):
    """A source that the server reads itself."""

    source: str = Field(min_length=1, max_length=10_000, description="A URL, such as `postgresql://…` or `https://…`.")
    name: str = Field(description="Of the dataset; a known one gets a new version.")
    options: Options = Options()
    timeless: bool = Field(
        default=False, description="Whether rows know no time: a table to join, or for a tabular model to learn from."
    )


class UploadForm(Asked):
    """The fields of the form beside the file."""

    name: str | None = Field(None, description="Of the dataset; the file's name without its ending when left out.")
    options: Json[Options] = Field(Options(), description="As in the JSON body.")
    timeless: bool = Field(
        default=False, description="Whether rows know no time: a table to join, or for a tabular model to learn from."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that was sent. file: where it is, until the request is answered. filename: as the user calls it."""

    file: Path
    filename: str
    name: str
    options: ReadOptions
    timeless: bool = False


def is_form(request: Request) -> bool:
    """Whether a form was sent, and not JSON."""
    return _content_type(request) == "multipart/form-data"


async def connection_of(request: Request) -> Connection:
    """The source that the body names.

    Raises:
        RequestValidationError: it is no JSON, or fields are wrong.
        HTTPException: it is of another type.
    """
    kind = _content_type(request)
    if kind != "application/json":
        sent = kind or "without a content type"
        raise HTTPException(415, f"The body is {sent}; send multipart/form-data with a file, or JSON with a source.")
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        wrong = {"type": "json_invalid", "loc": ("body", error.pos), "ctx": {"error": error.msg}}
        raise RequestValidationError([wrong]) from error
    return _checked(Connection, body)


async def upload_of(request: Request, folder: Path) -> Upload:
    """The file of a form, written into a folder piece by piece, so that its size does not matter to the memory.

    Raises:
        RequestValidationError: the file is missing, or fields are wrong.
    """
    async with request.form(max_files=1, max_fields=10, max_part_size=1_000_000) as form:
        sent = form.get("file")
        fields = _checked(UploadForm, {name: value for name, value in form.items() if name != "file"})
        if not isinstance(sent, UploadFile):
            wrong = {"type": "missing", "loc": ("body", "file"), "msg": "the file itself is required", "input": sent}
            raise RequestValidationError([wrong])
        filename = re.split(r"[/\\]", sent.filename or "")[-1] or "upload"
        file = folder / (UNSAFE.sub("_", filename)[-100:])
        await asyncio.to_thread(_copy, sent, file)
    name = Path(filename).stem if fields.name is None else fields.name
    options = fields.options
    return Upload(file=file, filename=filename, name=name, options=options.read_options(), timeless=fields.timeless)


def _copy(sent: UploadFile, file: Path) -> None:
    with file.open("wb") as target:
        shutil.copyfileobj(sent.file, target, 1 << 20)


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _checked(model: type[Model], body: object) -> Model:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        wrong = [{**part, "loc": ("body", *part["loc"])} for part in error.errors(include_url=False)]
        raise RequestValidationError(wrong, body=body) from error
