"""Made-up sales of about a gigabyte, in every way in which they come."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import numpy as np
import polars as pl
from benchmarks.serving import postgresql

DAYS = 430
PAGE = 10_000
"""Records that an HTTP endpoint gives at a time."""
SHEET = 1_048_575
"""Rows that Excel has below the header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A source that can be read. rows: it has. bytes: of it, as it lies on a disk or goes over a line."""

    source: str
    rows: int
    bytes: int
    options: Mapping[str, str] = field(default_factory=dict)


def long(millions: float) -> pl.LazyFrame:
    """Two keys, a date, units, a price and a flag; about 46 bytes a row as CSV, 98 as JSON."""
    items = pl.LazyFrame({"item": range(round(millions * 1e6) // DAYS)})
    days = pl.select(date=pl.date_range(date(2024, 1, 1), date(2025, 3, 5))).lazy()
    number = pl.col("item").cast(pl.UInt64)
    return items.join(days, how="cross").select(
        pl.format("FOODS_{}_{}", number % 4, number.cast(pl.String).str.zfill(9)).alias("item_id"),
        pl.format("store_{}", number % 10).alias("store"),
        "date",
        ((number * 7919 + pl.col("date").dt.ordinal_day()) % 13).alias("units_sold"),
        (number % 900 / 100 + 0.99).round(2).alias("price"),
        (pl.col("date").dt.day() % 10 == 0).cast(pl.Int8).alias("promo"),
    )


def wide(first: int, height: int, width: int, *, whole: bool) -> pl.DataFrame:
    """Three keys and a column a day; whole numbers as of M5, mostly zero, or prices."""
    days = pl.date_range(date(2011, 1, 29), eager=True, interval="1d", end=date(2018, 1, 1)).head(width).cast(pl.String)
    numbers = np.random.default_rng(first)
    cells = (
        numbers.poisson(1.2, (width, height)).astype(np.int16)
        if whole
        else numbers.gamma(2, 900, (width, height)).round(2)
    )
    items = pl.select(item=pl.int_range(first, first + height))
    keys = items.select(
        pl.format("HOBBIES_{}_{}", pl.col("item") % 3, pl.col("item")).alias("item_id"),
        pl.format("CA_{}", pl.col("item") % 10).alias("store_id"),
        pl.lit("CA").alias("state_id"),
    )
    return keys.hstack([pl.Series(day, values) for day, values in zip(days, cells, strict=True)])


def _file(path: Path, rows: int) -> Made:
    return Made(source=str(path), rows=rows, bytes=path.stat().st_size)


def long_csv(folder: Path, share: float) -> Iterator[Made]:
    """20 million rows."""
    path = folder / "sales.csv"
    long(20 * share).sink_csv(path, float_precision=2)
    yield _file(path, round(20e6 * share))


def decimal_comma(folder: Path, share: float) -> Iterator[Made]:
    """As exported where a comma is the decimal mark, with revenues that are nearly all different."""
    path = folder / "umsatz.csv"
    revenue = pl.format("{},{}", pl.col("item_id").hash(1) % 100_000, pl.col("date").hash(2) % 90 + 10)
    rows = long(18 * share).select("item_id", "date", (revenue).alias("umsatz"), "units_sold")
    rows.sink_csv(path, separator=";")
    yield _file(path, round(18e6 * share))


def _wide_csv(folder: Path, blocks: int, height: int, width: int, *, whole: bool) -> Iterator[Made]:
    path = folder / "wide.csv"
    with path.open("wb") as file:
        for block in range(blocks):
            wide(block * height, height, width, whole=whole).write_csv(file, include_header=not block)
    yield _file(path, blocks * height)


def wide_many(folder: Path, share: float) -> Iterator[Made]:
    """244,000 × 2,000 small whole numbers."""
    yield from _wide_csv(folder, max(round(32 * share), 1), 7_622, 2_000, whole=True)


def wide_prices(folder: Path, share: float) -> Iterator[Made]:
    """240,000 × 500 numbers with decimals."""
    yield from _wide_csv(folder, max(round(24 * share), 1), 10_000, 500, whole=False)


def wide_parquet(folder: Path, share: float) -> Iterator[Made]:
    """240,000 × 500 numbers with decimals."""
    path = folder / "wide.parquet"
    blocks = max(round(24 * share), 1)
    for block in range(blocks):
        wide(block * 10_000, 10_000, 500, whole=False).write_parquet(folder / f"block{block:03}.parquet")
    pl.scan_parquet(folder / "block*.parquet").sink_parquet(path, row_group_size=50_000)
    yield _file(path, blocks * 10_000)


def json_array(folder: Path, share: float) -> Iterator[Made]:
    """10 million records in one array."""
    path = folder / "sales.json"
    _as_array(long(10 * share), path, b"[", b"]")
    yield _file(path, round(10e6 * share))


def json_object(folder: Path, share: float) -> Iterator[Made]:
    """10 million records in an array inside an object."""
    path = folder / "sales.json"
    _as_array(long(10 * share), path, b'{"meta": {"rows": 1}, "data": [', b"]}")
    yield _file(path, round(10e6 * share))


def ndjson(folder: Path, share: float) -> Iterator[Made]:
    """10 million records, one a line."""
    path = folder / "sales.ndjson"
    long(10 * share).sink_ndjson(path)
    yield _file(path, round(10e6 * share))


def json_columns(folder: Path, share: float) -> Iterator[Made]:
    """12 million records as lists by column."""
    path = folder / "sales.json"
    rows = long(12 * share).with_columns(pl.col("date").cast(pl.String)).collect()
    with path.open("wb") as file:
        for place, column in enumerate(rows.iter_columns()):
            file.write((", " if place else "{").encode() + json.dumps(column.name).encode() + b": [")
            for start in range(0, len(column), PAGE):
                text = json.dumps(column.slice(start, PAGE).to_list())[1:-1]
                file.write((b", " if start else b"") + text.encode())
            file.write(b"]")
        file.write(b"}")
    yield _file(path, len(rows))


def _as_array(rows: pl.LazyFrame, path: Path, before: bytes, after: bytes) -> None:
    lines = path.with_suffix(".ndjson")
    rows.sink_ndjson(lines)
    with lines.open("rb") as source, path.open("wb") as target:
        for number, line in enumerate(source):
            target.write((b",\n" if number else before) + line.rstrip())
        target.write(after)
    lines.unlink()


def workbook(folder: Path, share: float) -> Iterator[Made]:
    """As many rows as a sheet of Excel has."""
    path, rows = folder / "sales.xlsx", round(SHEET * share)
    long(1.1).head(rows).collect().write_excel(path)
    yield _file(path, rows)


def sqlite(folder: Path, share: float) -> Iterator[Made]:
    """15 million rows of a table."""
    path = folder / "sales.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "create table sales (item_id text, store text, date text, units_sold integer, price real, promo integer)"
        )
        for batch in long(15 * share).with_columns(pl.col("date").cast(pl.String)).collect_batches(chunk_size=100_000):
            connection.executemany("insert into sales values (?, ?, ?, ?, ?, ?)", batch.iter_rows())
    connection.close()
    yield Made(source=f"sqlite:///{path}", rows=round(15e6 * share), bytes=path.stat().st_size)


def postgres(folder: Path, share: float) -> Iterator[Made]:
    """15 million rows of a query."""
    import psycopg

    with postgresql(folder) as url, psycopg.connect(url) as connection:
        connection.execute(
            "create table sales (item_id text, store text, date date, units_sold int, price numeric, promo smallint)"
        )
        with connection.cursor().copy("copy sales from stdin (format csv)") as copy:
            for batch in long(15 * share).collect_batches(chunk_size=100_000):
                copy.write(batch.write_csv(include_header=False))
        connection.commit()
        (size,) = connection.execute("select pg_total_relation_size('sales')").fetchone()
        yield Made(source=url, rows=round(15e6 * share), bytes=size, options={"query": "select * from sales"})


def pages(folder: Path, share: float) -> Iterator[Made]:
    """900 pages of 10,000 records behind a link to the next one."""
    del folder
    frame = long(0.5).with_columns(pl.col("date").cast(pl.String)).collect()
    count = max(round(900 * share), 1)

    class Endpoint(BaseHTTPRequestHandler):
        sent: ClassVar[list[int]] = []

        def do_GET(self) -> None:
            number = int(self.path.rpartition("=")[2] or 0)
            rows = frame.slice(number % 40 * PAGE, PAGE).with_columns(
                pl.format("{}-{}", "item_id", pl.lit(number // 40)).alias("item_id")
            )
            following = f"/sales?page={number + 1}" if number + 1 < count else None
            body = b'{"next": %s, "data": %s}' % (json.dumps(following).encode(), rows.write_json().encode())
            self.sent.append(len(body))
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with answering(Endpoint) as address:
        yield Made(source=f"{address}/sales?page=0", rows=count * PAGE, bytes=count * 1_150_000)


def http_csv(folder: Path, share: float) -> Iterator[Made]:
    """One answer of 20 million lines."""
    (made,) = long_csv(folder, share)
    with answering(partial(Files, directory=folder)) as address:
        yield replace(made, source=f"{address}/{Path(made.source).name}")


class Files(SimpleHTTPRequestHandler):
    """Gives the files of a folder."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def answering(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    """A small HTTP server on a free port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


SOURCES: Mapping[str, Callable[[Path, float], Iterator[Made]]] = {
    "long-csv": long_csv,
    "decimal-comma": decimal_comma,
    "wide-csv": wide_many,
    "wide-prices": wide_prices,
    "wide-parquet": wide_parquet,
    "ndjson": ndjson,
    "json-array": json_array,
    "json-object": json_object,
    "json-columns": json_columns,
    "workbook": workbook,
    "sqlite": sqlite,
    "postgresql": postgres,
    "http-pages": pages,
    "http-csv": http_csv,
}
