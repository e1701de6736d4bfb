"""SQLite: one file, many readers, one writer at a time."""

import asyncio
import sqlite3
from collections.abc import Collection
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import URL, ColumnElement, Select, Table, event, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from forecastle.storage.drivers.driver import bound, schema_of, strict_json

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection

PATIENCE = 60.0
"""Seconds a writer waits for the one before; saving a large execution takes a few."""
MOMENT = "%Y-%m-%d %H:%M:%S%.6f"
"""How SQLAlchemy writes a moment, in the words of Polars."""
TRIES, PAUSE = 40, 0.05
"""How often, and after how many seconds each time, a connection to a new file is tried."""
BATCH = 5_000
"""Rows fetched at a time: a few milliseconds."""
TOGETHER = 50
"""Rows written by one statement: with a statement for each, writing takes half as long again."""


class Sqlite:
    """A file. Every connection has a thread of its own, in which SQLite works."""

    errors: tuple[type[Exception], ...] = (sqlite3.Error,)

    def __init__(self, url: URL, *, pool: int) -> None:
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = create_async_engine(
            url.set(drivername="sqlite+aiosqlite"),
            connect_args={"timeout": PATIENCE},
            pool_size=pool,
            max_overflow=0,
            json_serializer=strict_json,
        )
        event.listen(self.engine.sync_engine, "connect", _prepare)

    async def begin(self, connection: AsyncConnection, *, writing: bool) -> None:
        """A writer locks the file when it begins: one that reads first and then wants to write may come too late."""
        await connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    async def lock(self, connection: AsyncConnection, key: int) -> None:
        """Nothing to do: a writer is alone."""

    async def fill(self, connection: AsyncConnection, table: Table, frame: pl.DataFrame) -> None:
        """One prepared statement for many rows at a time, which are made as they are needed."""
        statement = table.insert().values(dict.fromkeys(frame.columns)).compile(dialect=self.engine.dialect)
        rows = frame.select(statement.positiontup or ()).with_columns(pl.selectors.datetime().dt.strftime(MOMENT))
        single = str(statement)
        several = single + f", {single.partition(' VALUES ')[2]}" * (TOGETHER - 1)
        rest = rows.height % TOGETHER
        cells = chain.from_iterable(rows.head(rows.height - rest).iter_rows())
        driver = await _aiosqlite(connection)
        await driver.executemany(several, zip(*[cells] * (TOGETHER * rows.width), strict=True))
        await driver.executemany(single, rows.tail(rest).iter_rows())

    async def frame(self, connection: AsyncConnection, query: Select[Any]) -> pl.DataFrame:
        """Batch by batch, so that others of this process get their turn between; moments are kept as text."""
        schema = schema_of(query)
        read = {name: pl.String() if kind == pl.Datetime else kind for name, kind in schema.items()}
        statement, values = bound(query, self.engine.dialect)
        values = [value.isoformat(" ", "microseconds") if isinstance(value, datetime) else value for value in values]
        driver = await _aiosqlite(connection)
        moments = [pl.col(name).str.to_datetime(MOMENT) for name, kind in schema.items() if kind == pl.Datetime]
        parts = [pl.DataFrame(schema=schema)]
        async with driver.execute(statement, values) as cursor:
            while rows := await cursor.fetchmany(BATCH):
                parts.append(pl.DataFrame(rows, read, orient="row").with_columns(moments))
        return pl.concat(parts)

    def among(self, column: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
        """As one JSON list: the number of parameters is limited."""
        listed = func.json_each(strict_json(list(values))).table_valued("value")
        return column.in_(select(listed.c.value))


async def _aiosqlite(connection: AsyncConnection) -> Any:  # noqa: ANN401 - aiosqlite is not imported before it is needed
    """The connection as aiosqlite knows it, which is in the same transaction."""
    return (await connection.get_raw_connection()).driver_connection


def _prepare(connection: "AsyncAdapt_aiosqlite_connection", _record: object) -> None:
    """Leave the beginning of transactions to `Sqlite.begin`, and let readers read while one writes."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for left in reversed(range(TRIES)):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            if not left or error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            # Another process makes the same new file, for which SQLite does not wait.
            connection.run_async(lambda _driver: asyncio.sleep(PAUSE))
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()
