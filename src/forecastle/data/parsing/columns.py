"""From what a source had to typed columns: text becomes numbers, moments or booleans where a whole column says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

import polars as pl

from forecastle.core.findings import Findings
from forecastle.core.progress import Progress, silent
from forecastle.data.options import ReadOptions
from forecastle.data.parsing.doubts import about_numbers
from forecastle.data.parsing.numbers import decimal_mark
from forecastle.data.parsing.plain import plain_numbers
from forecastle.data.parsing.text import Column, Context, distinct_values, read_text
from forecastle.data.parsing.words import read_words
from forecastle.data.sources.table import SAMPLE, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Typed columns.

    zones: the time zone of each column of moments that had one (the column holds UTC, or local dates), named as in the
    source, or by the offset where all values have the same, such as `+02:00`.
    """

    frame: pl.DataFrame
    zones: Mapping[str, str] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)


def parse(table: Table, options: ReadOptions, progress: Progress = silent) -> Typed:
    """Give every column its type; only one column of text is in memory at a time.

    Raises:
        DataError: a column named as time or target cannot be read as such.
    """
    schema = table.sample.schema
    samples = {name: distinct_values(table.sample[name]) for name, kind in schema.items() if kind == pl.String}
    mark = decimal_mark(samples.values(), default=table.decimal)
    context = Context(
        options=options, decimal=options.decimal or mark.mark, row_word=table.row_word, first_row=table.first_row
    )
    progress(0.0, "reading numbers")
    columns = {name: Column(values=values) for name, values in plain_numbers(table, samples, context).items()}
    for name in schema:
        if name not in columns:
            progress(len(columns) / len(schema), f"reading {name}")
            columns[name] = _read(table, name, samples.get(name), context)
    found = [columns[name] for name in schema]
    doubts = about_numbers(mark.example, context.decimal) if mark.example and options.decimal is None else Findings()
    return Typed(
        frame=pl.DataFrame([column.values for column in found]),
        zones={column.values.name: column.zone for column in found if column.zone},
        findings=sum((column.findings for column in found), table.findings) + doubts,
    )


def _read(table: Table, name: str, sample: pl.Series | None, context: Context) -> Column:
    """One column. sample: of text, its distinct values in some rows; None where the source knew the type."""
    if sample is None:
        return _typed(table.column(name))
    if len(table.sample) >= SAMPLE:
        return read_words(table, name, sample, context)
    return read_text(table.column(name), sample, context)


def _typed(column: pl.Series) -> Column:
    """A column whose type the source knew."""
    kind = column.dtype
    if kind.is_decimal():
        return Column(values=column.cast(pl.Float64))
    if not isinstance(kind, pl.Datetime):
        return Column(values=column)
    local = column.dt.replace_time_zone(None).cast(pl.Datetime("us"))
    if (local.dt.time() == time(0)).all():
        return Column(values=local.cast(pl.Date), zone=kind.time_zone)
    if kind.time_zone is None:
        return Column(values=local)
    return Column(
        values=column.dt.convert_time_zone("UTC").dt.replace_time_zone(None).cast(pl.Datetime("us")),
        zone=kind.time_zone,
    )
