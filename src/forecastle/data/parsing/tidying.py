"""Headers that say nothing, and columns that hold nothing."""

import polars as pl
from polars.selectors import by_name

from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.sources.table import Table

NAMELESS = r"^(?:_duplicated_\d+|__UNNAMED__\d+|Unnamed: \d+|\*|\^.*\$)?$"
"""What readers make of an empty header, and what Polars would take for many columns."""


def tidy(table: Table) -> Table:
    """Strip header names, name the nameless by their place, and leave out nameless columns without values."""
    headers = pl.Series("header", table.columns).str.strip_chars()
    nameless = [old for old, blank in zip(table.columns, headers.str.contains(NAMELESS), strict=True) if blank]
    values = table.rows.select(by_name(nameless).count()).collect().row(0) if nameless else ()
    empty = [name for name, count in zip(nameless, values, strict=True) if not count]
    names = {
        old: f"column_{place}" if old in nameless else new
        for place, (old, new) in enumerate(zip(table.columns, headers, strict=True), 1)
        if old not in empty
    }
    if len(set(names.values())) < len(names):
        names = {old: old for old in names}
    return table.changed(lambda rows: rows.select(by_name(list(names))).rename(names), _repeated(table.columns))


def _repeated(columns: list[str]) -> Findings:
    repeated = [name for name in columns if "_duplicated_" in name and name.partition("_duplicated_")[0]]
    if not repeated:
        return Findings()
    finding = Finding(
        code="repeated_columns",
        severity=Severity.WARNING,
        message=f"{len(repeated)} column names appear more than once.",
        action="the later ones were numbered",
        count=len(repeated),
        rows=tuple(repeated[:10]),
    )
    return Findings((finding,))
