"""SQL databases by URL, through SQLAlchemy."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from forecastle.core.errors import SourceError
from forecastle.data.sources.pieces import CELLS, Pieces
from forecastle.data.sources.table import Request, Table

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
"""The driver taken where the URL names none."""
TIMEOUTS = dict.fromkeys(("postgresql", "mysql", "mariadb"), "connect_timeout") | {"sqlite": "timeout"}
"""What drivers call the seconds that they wait for a connection, as far as it is known."""
EXTRAS = {"psycopg": "postgres"}
READ_ONLY = {"sqlite": "PRAGMA query_only = ON"} | dict.fromkeys(
    ("mysql", "mariadb"), "SET SESSION TRANSACTION READ ONLY"
)
"""What is said to a database first, so that a query only reads; PostgreSQL is told by its driver."""

Columns = Mapping[str, Sequence[object]]
"""Values by column."""


def load(url: str, request: Request) -> Table:
    """Read a table or the answer of a query; a database with one table needs neither to be named."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SourceError(
            "The database URL cannot be understood.", hint="Expected postgresql://user@host/database."
        ) from error
    if parsed.drivername in DRIVERS:
        parsed = parsed.set(drivername=DRIVERS[parsed.drivername])
    if parsed.drivername == "sqlite" and not Path(parsed.database or "").is_file():
        raise SourceError(
            f"No such database file: {parsed.database}.", hint="sqlite:///sales.db is a file in this folder."
        )
    with _connected(parsed, request) as connection:
        pieces = Pieces(request.workspace)
        for columns in _batches(connection, request):
            pieces.add_values(columns)
        table = pieces.table()
    if table.sample.is_empty():
        raise SourceError(f"{request.name} answered without rows.", hint="Check the table or the query.")
    return table


def load_file(path: Path, request: Request) -> Table:
    """Read a table of an SQLite file."""
    return load(f"sqlite:///{path}", request)


@contextmanager
def _connected(url: "URL", request: Request) -> "Iterator[Connection]":
    """An open connection that only reads; whatever the database answers instead is told without the password."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError

    backend = url.get_backend_name()
    arguments = {TIMEOUTS[backend]: int(request.settings.timeout_seconds)} if backend in TIMEOUTS else {}
    try:
        engine = create_engine(url, connect_args=arguments)
    except ModuleNotFoundError as error:
        extra = EXTRAS.get(str(error.name))
        package = f"forecastle[{extra}]" if extra else str(error.name)
        raise SourceError(
            f"The driver {error.name!r} for {request.name} is not installed.", hint=f"pip install '{package}'"
        ) from error
    try:
        with engine.connect() as connection:
            if backend in READ_ONLY:
                connection.exec_driver_sql(READ_ONLY[backend])
            yield connection.execution_options(postgresql_readonly=True, stream_results=True)
    except NoSuchTableError as error:
        raise SourceError(f"{request.name} has no table {str(error)!r}.", hint="Look for its schema, too.") from None
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        secret = url.password
        reason = reason.replace(str(secret), "***") if secret else reason
        raise SourceError(
            f"{request.name} could not be read: {reason}.",
            hint="Check that the database runs, that the host, user and password are right, and the table or query.",
        ) from None
    finally:
        engine.dispose()


def _batches(connection: "Connection", request: Request) -> Iterator[Columns]:
    """The values of some rows at a time, by column."""
    from sqlalchemy import MetaData, select, text
    from sqlalchemy import Table as SqlTable

    if request.options.query is not None:
        result = connection.execute(text(request.options.query))
    else:
        schema, _, name = _table_name(connection, request).rpartition(".")
        table = SqlTable(name, MetaData(), schema=schema or None, autoload_with=connection)
        result = connection.execute(select(table))
    names, done = list(result.keys()) if result.returns_rows else [], 0
    if not names:
        raise SourceError(f"The query for {request.name} gives no rows.", hint="Use a SELECT of some columns.")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SourceError(
            f"The query for {request.name} has more than one column named {', '.join(twice)}.",
            hint="Give each a name of its own: SELECT sales.id AS sale, shop.id AS shop.",
        )
    for rows in result.partitions(CELLS // len(names) + 1):
        done += len(rows)
        request.progress(0.5, f"{done:,} rows from {request.name}")
        yield dict(zip(names, zip(*rows, strict=True), strict=True))


def _table_name(connection: "Connection", request: Request) -> str:
    from sqlalchemy import inspect

    if request.options.table is not None:
        return request.options.table
    inspector = inspect(connection)
    tables = [*inspector.get_table_names(), *inspector.get_view_names()]
    if len(tables) == 1:
        return tables[0]
    raise SourceError(
        f"{request.name} holds {len(tables)} tables; name one, or a query.",
        hint=f"Its tables are: {', '.join(sorted(tables))}." if tables else "It is empty.",
    )
