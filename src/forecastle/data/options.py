"""What somebody who knows the data better can say about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """Overrides for reading; None means: find out.

    sheet: an Excel sheet by name, or by number from 1. table, query: of a SQL source. format: `csv`, `excel`, `json`
    or `parquet`, for content that cannot be told from its bytes. decimal: `.` or `,`. date_format: as in strptime.
    The rest names columns by role; `()` says that there are none.
    """

    sheet: str | None = None
    table: str | None = None
    query: str | None = None
    format: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    date_format: str | None = None
    time: str | None = None
    keys: tuple[str, ...] | None = None
    targets: tuple[str, ...] | None = None
    price: str | None = None
    promotion: tuple[str, ...] | None = None
    known: tuple[str, ...] | None = None
    past: tuple[str, ...] | None = None
    static: tuple[str, ...] | None = None
    closed: str | None = None
    ignored: tuple[str, ...] | None = None
