"""Which schema a database has, and how it gets the newest."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from forecastle.core.errors import StorageError
from forecastle.storage.transaction import Transaction

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION = table("alembic_version", column("version_num"))


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring a database to a revision, in the transaction that this connection is in."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@cache
def newest() -> str:
    """The revision that this program was written for: the last file of migrations, which are numbered."""
    return max(file.stem.split("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def revision(connection: Connection) -> str | None:
    """The revision of a database; None while it is empty."""
    if not inspect(connection).has_table(VERSION.name):
        return None
    return connection.execute(select(VERSION)).scalar()


async def check_revision(transaction: Transaction) -> None:
    """Whether the database has the newest schema.

    Raises:
        StorageError: it does not answer, or has another schema.
    """
    rows = await transaction.read(select(VERSION))
    found = rows[0]["version_num"] if rows else None
    if found != newest():
        raise StorageError(
            f"The database has schema {found}; this program works with {newest()}.",
            hint="Upgrade it: forecastle db upgrade." if (found or "") < newest() else "Use the newer program.",
        )
