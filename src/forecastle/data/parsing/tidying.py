"""Headers that say nothing, and columns that hold nothing."""

from dataclasses import replace

import polars as pl

from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.sources.table import Table

NAMELESS = r"^(_duplicated_\d+|__UNNAMED__\d+|Unnamed: \d+)?$"
"""What readers make of an empty header."""


def tidy(table: Table) -> Table:
    """Strip header names, name the nameless by their place, and leave out nameless columns without values."""
    frame = table.frame
    headers = pl.Series("header", frame.columns).str.strip_chars()
    nameless = headers.str.contains(NAMELESS)
    names, dropped = {}, []
    for place, (old, new, blank) in enumerate(zip(frame.columns, headers, nameless, strict=True), 1):
        if blank and frame[old].null_count() == len(frame):
            dropped.append(old)
        else:
            names[old] = f"column_{place}" if blank else new
    if len(set(names.values())) < len(names):
        names = {old: old for old in names}
    return replace(
        table, frame=frame.select(list(names)).rename(names), findings=table.findings + _repeated(frame.columns)
    )


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
