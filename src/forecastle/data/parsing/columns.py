"""From what a source had to typed columns: text becomes numbers, moments or booleans where a whole column says so."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import time

import polars as pl

from forecastle.core.findings import Findings
from forecastle.core.progress import Progress, silent
from forecastle.data.options import ReadOptions
from forecastle.data.parsing.doubts import about_numbers
from forecastle.data.parsing.numbers import decimal_mark
from forecastle.data.parsing.text import Column, Context, distinct_values, read_text
from forecastle.data.parsing.written import with_meanings, written
from forecastle.data.sources.table import Table

LONG = (pl.UInt64, pl.Int128, pl.UInt128)
"""Whole numbers that may be longer than any count is: those that are name something, and stay digit by digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Typed columns, read from the source when they are asked for.

    zones: the time zone of each column of moments that had one (the column holds UTC, or local dates), named as in the
    source, or by the offset where all values have the same, such as `+02:00`.
    """

    rows: pl.LazyFrame
    zones: Mapping[str, str] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)

    @property
    def frame(self) -> pl.DataFrame:
        """All of them in memory."""
        return self.rows.collect()


def parse(
    table: Table, options: ReadOptions, progress: Progress = silent, *, as_they_are: Collection[str] = ()
) -> Typed:
    """Find the type of every column; text is passed through for that, and never in memory as a whole.

    as_they_are: columns that stay what they are in the source.

    Raises:
        DataError: a column named as time or target cannot be read as such.
    """
    left = frozenset(as_they_are)
    schema = {name: kind for name, kind in table.sample.schema.items() if name not in left}
    samples = {name: distinct_values(table.sample[name]) for name, kind in schema.items() if kind == pl.String}
    mark = decimal_mark(samples.values(), default=table.decimal)
    context = Context(
        options=options, decimal=options.decimal or mark.mark, row_word=table.row_word, first_row=table.first_row
    )
    progress(0.0, "reading numbers")
    texts = written(table.rows, samples, frozenset({*(options.targets or ()), options.price or ""}))
    columns: dict[str, Column] = {}
    for name in schema:
        progress(len(columns) / len(schema), f"reading {name}")
        columns[name] = read_text(texts[name], context) if name in texts else _typed(table, name)
    columns |= {name: Column(values=pl.col(name)) for name in as_they_are}
    doubts = about_numbers(mark.example, context.decimal) if mark.example and options.decimal is None else Findings()
    return Typed(
        rows=_read(table.rows, columns),
        zones={**table.zones, **{name: column.zone for name, column in columns.items() if column.zone}},
        findings=sum((column.findings for column in columns.values()), table.findings) + doubts,
    )


def _read(rows: pl.LazyFrame, columns: Mapping[str, Column]) -> pl.LazyFrame:
    for column in columns.values():
        rows = with_meanings(rows, column.meanings)
    return rows.select(column.values.alias(name) for name, column in columns.items())


def _typed(table: Table, name: str) -> Column:
    """A column whose type the source knew."""
    kind, column = table.sample.schema[name], pl.col(name)
    if isinstance(kind, pl.Datetime):
        return _moments(table, column, kind)
    if kind.is_decimal():
        column = column.cast(pl.Float64)
    elif kind == pl.Duration:  # such as `P1DT12H`: text, for JSON has nothing else for it
        column = column.dt.to_string("iso")
    elif kind in LONG:
        whole = column.cast(pl.Int64, strict=False)
        fits = table.rows.select((whole.is_not_null() == column.is_not_null()).all()).collect().item()
        column = whole if fits else column.cast(pl.String)
    return Column(values=column)


def _moments(table: Table, column: pl.Expr, kind: pl.Datetime) -> Column:
    local = column.dt.replace_time_zone(None).cast(pl.Datetime("us"))
    if table.rows.select((local.dt.time() == time(0)).all()).collect().item():
        return Column(values=local.cast(pl.Date), zone=kind.time_zone)
    if kind.time_zone is None:
        return Column(values=local)
    moment = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return Column(values=moment.cast(pl.Datetime("us")), zone=kind.time_zone)
