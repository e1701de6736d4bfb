"""One transaction on one connection, and what can go wrong with it, in words."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
from sqlalchemy import URL, ColumnElement, Executable, RowMapping, Select, Table
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from forecastle.core.errors import ConflictError, InputError, StorageError
from forecastle.storage.drivers.driver import Driver

HINTS = {
    "no such table": "Bring the database to the newest schema: forecastle db upgrade.",
    "relation": "Bring the database to the newest schema: forecastle db upgrade.",
    "does not exist": "Make it, or name another in storage.database.",
    "full": "Make room on the disk of the database.",
    "No space left": "Make room on the disk of the database.",
    "readonly": "Give this program the right to write to the file and its folder.",
    "unable to open": "Check that the folder is there and that this program may write to it.",
    "locked": "Another program has been writing for too long; try again.",
    "password": "Check user and password in storage.database.",
}
UNFIT = "22"
"""The class of SQLSTATE that blames a value, such as a text with a zero character, and not the database."""
UNREACHABLE = "Check that the database runs, and host, port and name in storage.database."


class Transaction:
    """What repositories work with. It begins with the first statement.

    Until the first `write`, `fill` or `lock` it only reads, and keeps nobody from writing. What was read before may be
    out of date by then: read again what a change depends on.
    """

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._connection: AsyncConnection | None = None
        self._writing = False

    async def read(self, query: Select[Any]) -> Sequence[RowMapping]:
        """All rows of a query."""
        with explained(self._driver):
            result = await (await self._begun()).execute(query)
            rows: Sequence[RowMapping] = result.mappings().all()
            return rows

    async def write(self, statement: Executable, *, conflict: str = "") -> Sequence[RowMapping]:
        """Change something; answers with what the statement returns.

        conflict: what to say when it is there already.

        Raises:
            ConflictError: it is, or something that it refers to is not.
        """
        with explained(self._driver, conflict):
            result = await (await self._begun(writing=True)).execute(statement)
            return result.mappings().all() if result.returns_rows else ()

    async def fill(self, table: Table, frame: pl.DataFrame) -> None:
        """Add the rows of a frame to a table; its columns are some of the table's, JSON is text."""
        with explained(self._driver):
            await self._driver.fill(await self._begun(writing=True), table, frame)

    async def frame(self, query: Select[Any]) -> pl.DataFrame:
        """Many rows at once; JSON stays text."""
        with explained(self._driver):
            return await self._driver.frame(await self._begun(), query)

    async def lock(self, key: int) -> None:
        """Wait until no other transaction holds the lock, and hold it to the end of this one."""
        with explained(self._driver):
            await self._driver.lock(await self._begun(writing=True), key)

    def among(self, column: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
        """Whether a column is one of the values, however many these are."""
        return self._driver.among(column, values)

    async def commit(self) -> None:
        """Make everything permanent; what comes after is another transaction."""
        if self._connection is not None:
            with explained(self._driver):
                await self._connection.commit()
            await self.close()

    async def close(self) -> None:
        """Undo what is not committed, and let the connection go."""
        connection, self._connection, self._writing = self._connection, None, False
        if connection is not None:
            with explained(self._driver):
                await connection.__aexit__(None, None, None)  # unlike close(), not to be cancelled half-way

    async def _begun(self, *, writing: bool = False) -> AsyncConnection:
        if self._connection is None:
            self._connection = await self._driver.engine.connect()
            await self._driver.begin(self._connection, writing=writing)
            self._writing = writing
        elif writing and not self._writing:
            await self._connection.rollback()
            await self._driver.begin(self._connection, writing=True)
            self._writing = True
        return self._connection


@contextmanager
def explained(driver: Driver, conflict: str = "") -> Iterator[None]:
    """What the database says, as errors of ours; without the password."""
    failures: tuple[type[Exception], ...] = (SQLAlchemyError, OSError, *driver.errors)
    try:
        yield
    except IntegrityError as error:
        reason = _reason(error)
        raise ConflictError(
            conflict or f"What was to be kept contradicts what is kept: {reason}.", reason=reason
        ) from error
    except failures as error:
        reason = _reason(error)
        if _state(error).startswith(UNFIT):
            raise InputError(f"The database cannot keep or look for this: {reason}.") from error
        hint = next((hint for words, hint in HINTS.items() if words in reason), UNREACHABLE)
        raise StorageError(f"The database {_name(driver.engine.url)} failed: {reason}.", hint=hint) from error


def _name(url: URL) -> str:
    """The URL as the user wrote it, without the password and without options, one of which might be a password."""
    return url.set(drivername=url.get_backend_name(), query={}).render_as_string(hide_password=True)


def _state(error: BaseException) -> str:
    """The SQLSTATE of an error; empty where the database knows none."""
    return getattr(getattr(error, "orig", None) or error, "sqlstate", None) or ""


def _reason(error: BaseException) -> str:
    """The first line of what the driver itself said."""
    cause = getattr(error, "orig", None) or error
    cause = cause.__cause__ or cause
    return next(iter(str(cause).strip().splitlines()), type(cause).__name__)
