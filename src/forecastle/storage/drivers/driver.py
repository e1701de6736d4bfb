"""What a kind of database must be able to do; the files beside this one do it."""

import json
from collections.abc import Collection
from typing import Any, Protocol

import polars as pl
from sqlalchemy import JSON, Boolean, ColumnElement, DateTime, Dialect, Float, Integer, Select, Table
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

TYPES: tuple[tuple[type[Any], pl.DataType], ...] = (
    (Boolean, pl.Boolean()),
    (Integer, pl.Int64()),
    (Float, pl.Float64()),
    (DateTime, pl.Datetime("us")),
    (JSON, pl.String()),
)


class Driver(Protocol):
    """One kind of database."""

    engine: AsyncEngine
    errors: tuple[type[Exception], ...]
    """What it raises where SQLAlchemy does not stand between."""

    async def begin(self, connection: AsyncConnection, *, writing: bool) -> None:
        """Begin a transaction that may write, or one that will only read."""
        ...

    async def lock(self, connection: AsyncConnection, key: int) -> None:
        """Wait until no other transaction holds the lock `key`, and hold it to the end of this one."""
        ...

    async def fill(self, connection: AsyncConnection, table: Table, frame: pl.DataFrame) -> None:
        """Add the rows of a frame to a table, in bulk; its columns are some of the table's."""
        ...

    async def frame(self, connection: AsyncConnection, query: Select[Any]) -> pl.DataFrame:
        """The rows of a query, in bulk; JSON stays text."""
        ...

    def among(self, column: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
        """Whether a column is one of the values, however many these are."""
        ...


def schema_of(query: Select[Any]) -> dict[str, pl.DataType]:
    """The Polars type of each column of a query."""
    return {
        column.name: next((ours for theirs, ours in TYPES if isinstance(column.type, theirs)), pl.String())
        for column in query.selected_columns
    }


def bound(query: Select[Any], dialect: Dialect) -> tuple[str, list[Any]]:
    """A query as the driver itself takes it: the text, and its parameters in their order."""
    compiled = query.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    return str(compiled), [compiled.params[name] for name in compiled.positiontup or ()]


def strict_json(value: object) -> str:
    """JSON that every database accepts: NaN and infinity are none."""
    return json.dumps(value, allow_nan=False, ensure_ascii=False)
