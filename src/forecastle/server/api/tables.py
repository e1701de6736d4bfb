"""Tables as answers: pages of JSON, written beside the event loop."""

import asyncio
from typing import Annotated

import orjson
import polars as pl
from fastapi import Depends, Request, Response
from starlette.datastructures import URL

from forecastle.server.api.parameters import Limit, Offset

PAGE = 1000
"""Rows on a page when nobody says."""


class Paging:
    """One page of a table that somebody asked for."""

    def __init__(self, request: Request, limit: Limit = PAGE, offset: Offset = 0) -> None:
        self.url = request.url
        self.limit = limit
        self.offset = offset

    async def of(self, table: pl.DataFrame, execution_id: str) -> Response:
        """The page of a table that is there as a whole."""
        return await self.answer(table.slice(self.offset, self.limit), execution_id, total=table.height)

    async def answer(self, rows: pl.DataFrame, execution_id: str, *, total: int) -> Response:
        """These rows, with links to the pages around them."""
        content = {"execution_id": execution_id, "total": total, "limit": self.limit, "offset": self.offset}
        body = await asyncio.to_thread(lambda: orjson.dumps({**content, "rows": rows.to_dicts()}))
        return Response(body, headers={"Link": self.links(total)}, media_type="application/json")

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
