"""Spreadsheets with one column a period, turned into one row a period."""

import polars as pl

from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.parsing.moments import read_moments
from forecastle.data.sources.table import Table

FEWEST = 3
"""Columns headed by dates from which a table counts as wide."""
TIME, VALUE = "date", "value"


def unpivot(table: Table) -> Table:
    """One row a period where most column names are dates (`sku, 2024-01, 2024-02, …`); any other table as it is."""
    headers = pl.Series("header", table.columns)
    dates = read_moments(headers).values
    periods = headers.filter(dates.is_not_null()).to_list()
    others = headers.filter(dates.is_null()).to_list()
    if len(periods) < FEWEST or len(periods) < len(others) or {TIME, VALUE} & set(others):
        return table
    long = table.frame.unpivot(periods, index=others, variable_name=TIME, value_name=VALUE)
    finding = Finding(
        code="wide_table",
        severity=Severity.INFO,
        message=f"{len(periods)} columns are headed by dates ({periods[0]} to {periods[-1]}).",
        action=f"turned into rows, as {TIME!r} and {VALUE!r}",
        count=len(periods),
    )
    return Table.of(long, row_word="cell", findings=table.findings + Findings((finding,)))
