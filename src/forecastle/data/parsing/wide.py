"""Spreadsheets with one column a period, turned into one row a period."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.options import ReadOptions
from forecastle.data.parsing.columns import parse
from forecastle.data.parsing.moments import read_moments
from forecastle.data.parsing.numbers import DecimalMark, decimal_mark
from forecastle.data.parsing.text import distinct_values
from forecastle.data.sources.pieces import CELLS, Pieces
from forecastle.data.sources.table import Table

FEWEST = 3
"""Columns headed by dates from which a table counts as wide."""
TIME, VALUE = "date", "value"


def unpivot(table: Table, options: ReadOptions, workspace: Path) -> Table:
    """One row a period where most column names are dates (`sku, 2024-01, 2024-02, …`); any other table as it is.

    Some rows at a time, and all periods of one row before those of the next. Other columns and the periods are typed
    before, for they are few; values are not. workspace: for temporary files, from which the result is read.
    """
    periods = _periods(table)
    if not periods:
        return table
    mark = _mark(table, periods)
    known = options if mark.example else replace(options, decimal=options.decimal or mark.mark)
    names = parse(table, known, as_they_are=periods)
    moments = parse(Table.of(pl.DataFrame({TIME: periods}), row_word="header"), options)
    times = moments.frame[TIME]
    pieces = Pieces(workspace)
    for rows in names.rows.collect_batches(chunk_size=max(CELLS // len(periods), 1)):
        pieces.add(_long(rows, periods, times))
    finding = Finding(
        code="wide_table",
        severity=Severity.INFO,
        message=f"{len(periods)} columns are headed by dates ({periods[0]} to {periods[-1]}).",
        action=f"turned into rows, as {TIME!r} and {VALUE!r}",
        count=len(periods),
    )
    return replace(
        pieces.table(),
        row_word="cell",
        decimal=mark.mark,
        zones={**names.zones, **moments.zones},
        findings=names.findings + moments.findings + Findings((finding,)),
    )


def _periods(table: Table) -> list[str]:
    """The columns headed by dates, where there are enough of them."""
    headers = pl.Series("header", table.columns)
    dates = read_moments(headers)
    periods = headers.filter(dates.is_not_null()).to_list()
    others = headers.filter(dates.is_null()).to_list()
    wide = FEWEST <= len(periods) >= len(others) and not {TIME, VALUE} & set(others)
    return periods if wide else []


def _long(rows: pl.DataFrame, periods: Sequence[str], times: pl.Series) -> pl.DataFrame:
    """All periods of the first row, then those of the second, and so on."""
    height, width = len(rows), len(periods)
    cell = pl.int_range(height * width, eager=True)
    row, period = cell // width, cell % width
    values = rows.select(periods).unpivot()["value"]  # all rows of the first period, then those of the second
    others = [column.gather(row) for column in rows.drop(periods).iter_columns()]
    return pl.DataFrame([*others, times.gather(period), values.gather(period * height + row).alias(VALUE)])


def _mark(table: Table, periods: Sequence[str]) -> DecimalMark:
    """The decimal mark that values and other columns tell together."""
    cells = table.sample.select(periods).unpivot()["value"]
    columns = [cells, *table.sample.drop(periods).iter_columns()]
    return decimal_mark(
        map(distinct_values, (each for each in columns if each.dtype == pl.String)), default=table.decimal
    )
