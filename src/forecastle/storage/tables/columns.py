"""Columns and their types, which mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator


class Utc(TypeDecorator[datetime]):
    """A moment with its zone, kept and given back in UTC; SQLite, which knows no zones, keeps it as text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone.")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Back, in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Number = BigInteger().with_variant(Integer, "sqlite")
"""A row's number; SQLite counts up only what is called an integer."""


def moment(name: str) -> tuple[Column[Any], Column[Any]]:
    """A moment of a panel: `name`, without a zone, where periods are dated; `name_number` where they are numbered."""
    return Column(name, DateTime), Column(f"{name}_number", BigInteger)


def required(name: str, kind: Any) -> Column[Any]:  # noqa: ANN401 - a column type, or the class of one
    """A column that is never null."""
    return Column(name, kind, nullable=False)


def refers(name: str, target: str, *, nullable: bool = False) -> Column[Any]:
    """A row goes with the row it refers to."""
    return Column(name, ForeignKey(target, ondelete="CASCADE"), nullable=nullable)


def unique_while_live(name: str, column: str, gone: str) -> Index:
    """Rows that are not gone differ in a column. gone: the column with the moment from which a row is."""
    live = text(f"{gone} IS NULL")
    return Index(name, column, unique=True, sqlite_where=live, postgresql_where=live)
