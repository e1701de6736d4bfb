"""Tables as answers: pages of JSON, or files; written beside the event loop."""

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

import orjson
import polars as pl
from fastapi import Depends, Query, Request, Response
from fastapi.responses import FileResponse
from starlette.datastructures import URL

from forecastle.reporting.export import export
from forecastle.server.api.parameters import Limit, Offset, Workspace

PAGE = 1000
"""Rows on a page when nobody says."""


class Format(StrEnum):
    """How rows can be had."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"


MEDIA_TYPES = {
    Format.CSV: "text/csv",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()}}
}
"""What calls that answer with a table answer besides JSON."""

PageSize = Annotated[Limit | None, Query(description="1,000 rows when left out; files then hold all rows.")]
Wanted = Annotated[Format | None, Query(description="Instead of `Accept`.")]


class Paging:
    """The part of a table that somebody asked for, and how."""

    def __init__(
        self,
        request: Request,
        workspace: Workspace,
        limit: PageSize = None,
        offset: Offset = 0,
        format: Wanted = None,  # noqa: A002 - the parameter's name
    ) -> None:
        self.url = request.url
        self.form = format or _accepted(request)
        self.file = workspace / f"table.{self.form}"
        self.rows = limit
        self.limit = limit or PAGE
        self.offset = offset

    async def of(self, table: pl.DataFrame, execution_id: str) -> Response:
        """The part of a table that is there as a whole."""
        if self.form is Format.JSON:
            return await self.answer(table.slice(self.offset, self.limit), execution_id, total=table.height)
        await asyncio.to_thread(export, table.slice(self.offset, self.rows), self.file)
        return self.download(execution_id)

    async def answer(self, rows: pl.DataFrame, execution_id: str, *, total: int) -> Response:
        """These rows of an execution, with links to the pages around them."""
        return await self.page(rows, {"execution_id": execution_id}, total=total)

    async def page(self, rows: pl.DataFrame, about: Mapping[str, Any], *, total: int) -> Response:
        """These rows and what they are about, with links to the pages around them."""
        content = {**about, "total": total, "limit": self.limit, "offset": self.offset}
        body = await asyncio.to_thread(lambda: orjson.dumps({**content, "rows": rows.to_dicts()}))
        return Response(body, headers={"Link": self.links(total)}, media_type="application/json")

    def download(self, name: str) -> FileResponse:
        """The file, once it is written; a browser saves it under that name."""
        return FileResponse(self.file, media_type=MEDIA_TYPES[self.form], filename=f"{name}.{self.form}")

    def links(self, total: int) -> str:
        """The `Link` header (RFC 8288): the first, previous, next and last page, as far as there are such."""
        places = {"first": 0, "last": max(0, (total - 1) // self.limit * self.limit)}
        if self.offset > 0:
            places["prev"] = max(0, self.offset - self.limit)
        if self.offset + self.limit < total:
            places["next"] = self.offset + self.limit
        return ", ".join(f'<{moved(self.url, self.limit, place)}>; rel="{name}"' for name, place in places.items())


PagingDep = Annotated[Paging, Depends()]


def moved(url: URL, limit: int, offset: int) -> str:
    """The same question for another page; without a host, which a proxy may have changed."""
    there = url.include_query_params(limit=limit, offset=offset)
    return f"{there.path}?{there.query}"


def _accepted(request: Request) -> Format:
    """The first kind of file that the caller would rather have than JSON."""
    accept = request.headers.get("accept", "")
    return next((form for form, media in MEDIA_TYPES.items() if media in accept), Format.JSON)
