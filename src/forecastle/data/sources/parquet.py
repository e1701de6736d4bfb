"""Parquet files."""

from pathlib import Path

import polars as pl

from forecastle.core.errors import SourceError
from forecastle.data.sources.packed import check_size
from forecastle.data.sources.table import Request, Table, spread

CELL = 4
"""Bytes that a cell takes in memory at least, roughly; in the file a million equal ones take a few."""

SMALL = 10_000_000
"""Cells up to which the file is read into memory."""


def load(path: Path, request: Request) -> Table:
    """Read a Parquet file with the types it has."""
    try:
        rows = pl.scan_parquet(path)
        height = rows.select(pl.len()).collect().item()
        cells = height * len(rows.collect_schema())
        check_size(CELL * cells, request)
        if cells < SMALL:
            return Table.of(rows.collect())
        sample = spread(rows, height, request.workspace)
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise SourceError(
            f"{request.name} is no readable Parquet file: {reason}.", hint="The file may be cut off; write it again."
        ) from error
    return Table(rows=rows, sample=sample)
