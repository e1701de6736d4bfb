"""The page of the tables of the database."""

from typing import TYPE_CHECKING, Any

from reference.markdown import page, table

if TYPE_CHECKING:
    from sqlalchemy import Column


def tables_page() -> str:
    """Every table of the database."""
    from forecastle.storage.tables import METADATA

    parts = [
        "# Tables",
        "The database has the same tables on SQLite and on PostgreSQL; types are written as PostgreSQL calls them. "
        "Read them with any tool, but leave writing to Forecastle. `forecastle db upgrade` brings an older database to "
        "this schema and keeps what is in it. [Why it is built this way](../why/storage.md)",
    ]
    for made in METADATA.sorted_tables:
        parts += [
            f"## {made.name}",
            made.comment or "",
            table(("column", "type", "refers to"), map(column, made.columns)),
        ]
    return page(parts)


def column(of: "Column[Any]") -> tuple[str, str, str]:
    """One row a column of a table."""
    from sqlalchemy.dialects.postgresql import dialect

    kind = of.type.compile(dialect())  # type: ignore[no-untyped-call] # SQLAlchemy has no types here
    words = [kind.lower(), *["primary key"] * of.primary_key, *["may be null"] * bool(of.nullable)]
    return f"`{of.name}`", ", ".join(words), ", ".join(f"`{key.target_fullname}`" for key in of.foreign_keys)
