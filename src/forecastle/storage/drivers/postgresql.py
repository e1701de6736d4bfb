"""PostgreSQL, by asyncpg."""

import asyncio
from collections.abc import Collection
from io import BytesIO
from typing import Any

import polars as pl
from sqlalchemy import ARRAY, URL, ColumnElement, Select, Table, Text, any_, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from forecastle.storage.drivers.driver import bound, schema_of, strict_json

PATIENCE = 10.0
"""Seconds to wait for a connection."""
NULL = "\x01"
"""What stands for null in CSV: nothing that anybody would name a series, while an empty text is an empty text."""


class Postgresql:
    """A server. Bulk data travel as CSV, which both sides read and write faster than rows of objects."""

    def __init__(self, url: URL, *, pool: int) -> None:
        import asyncpg

        self.errors: tuple[type[Exception], ...] = (asyncpg.PostgresError, asyncpg.InterfaceError)
        self.engine = create_async_engine(
            _for_asyncpg(url),
            connect_args={"timeout": PATIENCE, "server_settings": {"datestyle": "ISO"}},
            pool_size=pool,
            max_overflow=0,
            pool_pre_ping=True,
            json_serializer=strict_json,
        )

    async def begin(self, connection: AsyncConnection, *, writing: bool) -> None:
        """Nothing to do: SQLAlchemy begins, and any transaction may write."""

    async def lock(self, connection: AsyncConnection, key: int) -> None:
        """An advisory lock of the database."""
        await connection.execute(select(func.pg_advisory_xact_lock(key)))

    async def fill(self, connection: AsyncConnection, table: Table, frame: pl.DataFrame) -> None:
        """COPY."""
        source = BytesIO()
        frame.write_csv(
            source,
            include_header=False,
            null_value=NULL,
            datetime_format="%Y-%m-%d %H:%M:%S%.6f",
            quote_style="non_numeric",
        )
        source.seek(0)
        driver = await _asyncpg(connection)
        await driver.copy_to_table(table.name, source=source, columns=frame.columns, format="csv", null=NULL)

    async def frame(self, connection: AsyncConnection, query: Select[Any]) -> pl.DataFrame:
        """COPY the other way."""
        schema = schema_of(query)
        statement, values = bound(query, self.engine.dialect)
        driver = await _asyncpg(connection)
        output = BytesIO()
        await driver.copy_from_query(statement, *values, output=output, format="csv", null=NULL)
        if not output.tell():
            return pl.DataFrame(schema=schema)
        output.seek(0)
        return await asyncio.to_thread(_parsed, output, schema)

    def among(self, column: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
        """As one array."""
        return column == any_(literal(list(values), ARRAY(Text)))


def _parsed(csv: BytesIO, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """What PostgreSQL wrote, with its words for true, false and moments."""
    told = [name for name, kind in schema.items() if kind in (pl.Datetime, pl.Boolean)]
    read = schema | dict.fromkeys(told, pl.String())
    table = pl.read_csv(csv, has_header=False, schema=read, null_values=NULL, empty_string_is_null=False)
    return table.with_columns(
        pl.col(name).str.to_datetime(time_unit="us") if schema[name] == pl.Datetime else pl.col(name) == "t"
        for name in told
    )


async def _asyncpg(connection: AsyncConnection) -> Any:  # noqa: ANN401 - asyncpg is not imported before it is needed
    """The connection as asyncpg knows it, in the transaction of SQLAlchemy, which begins with its first statement."""
    await connection.exec_driver_sql("SELECT 1")
    return (await connection.get_raw_connection()).driver_connection


def _for_asyncpg(url: URL) -> URL:
    """`sslmode`, as libpq calls it, is `ssl` to asyncpg."""
    query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
    return url.set(drivername="postgresql+asyncpg", query=query)
