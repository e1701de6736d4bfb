"""The database of a house."""

from typing import Self

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from forecastle.core.errors import StorageError
from forecastle.storage import schema
from forecastle.storage.drivers.driver import Driver
from forecastle.storage.drivers.postgresql import Postgresql
from forecastle.storage.drivers.sqlite import Sqlite
from forecastle.storage.transaction import explained
from forecastle.storage.unit_of_work import SqlUnitOfWork

UPGRADING = 4_002
"""The lock under which the schema changes."""


class Database:
    """SQLite or PostgreSQL, by its URL."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    @classmethod
    async def open(cls, url: str, *, pool: int = 10) -> Self:
        """Connect to `sqlite:///FILE`, which is made when it is not there, or to `postgresql://USER@HOST/NAME`.

        pool: connections this process may hold.

        Raises:
            StorageError: the URL is not one of a database, its driver is not installed, or it does not answer.
        """
        database = cls(_driver(url, pool))
        try:
            await database.check()
        except BaseException:
            await database.close()
            raise
        return database

    def begin(self) -> SqlUnitOfWork:
        """One transaction, for `async with`."""
        return SqlUnitOfWork(self._driver)

    async def upgrade(self, revision: str = "head") -> None:
        """Bring the database to the newest schema, or to a named one; others wait meanwhile.

        Raises:
            StorageError: it could not be done; nothing was changed.
        """
        with explained(self._driver):
            async with self._driver.engine.connect() as connection:
                await self._driver.begin(connection, writing=True)
                await self._driver.lock(connection, UPGRADING)
                await connection.run_sync(schema.upgrade, revision)
                await connection.commit()

    async def revision(self) -> str | None:
        """The schema the database has; None while it is empty."""
        with explained(self._driver):
            async with self._driver.engine.connect() as connection:
                return await connection.run_sync(schema.revision)

    async def check(self) -> None:
        """Whether the database answers.

        Raises:
            StorageError: it does not.
        """
        with explained(self._driver):
            async with self._driver.engine.connect() as connection:
                await connection.exec_driver_sql("SELECT 1")

    async def close(self) -> None:
        """Close all connections."""
        await self._driver.engine.dispose()


def _driver(url: str, pool: int) -> Driver:
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
    except ArgumentError:
        kind = ""
    if kind not in ("sqlite", "postgresql", "postgres"):
        raise StorageError(
            "storage.database is not the URL of a database.",
            hint="Expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
        )
    try:
        return Sqlite(parsed, pool=pool) if kind == "sqlite" else Postgresql(parsed, pool=pool)
    except ModuleNotFoundError as error:
        raise StorageError(
            f"The driver {error.name!r} of {kind} is not installed.", hint="pip install 'forecastle[postgres]'"
        ) from error
    except OSError as error:
        raise StorageError(
            f"The folder of {parsed.database} could not be made: {error.strerror}.",
            hint="Choose another place in storage.database.",
        ) from error
