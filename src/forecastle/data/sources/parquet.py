"""Parquet files."""

from pathlib import Path

import polars as pl

from forecastle.core.errors import SourceError
from forecastle.data.sources.packed import check_size
from forecastle.data.sources.table import Request, Table

CELL = 4
"""Bytes that a cell takes in memory at least, roughly; in the file a million equal ones take a few."""


def load(path: Path, request: Request) -> Table:
    """Read a Parquet file with the types it has."""
    try:
        rows = pl.scan_parquet(path)
        cells = rows.select(pl.len()).collect().item() * len(rows.collect_schema())
        check_size(CELL * cells, request)
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise SourceError(
            f"{request.name} is no readable Parquet file: {reason}.", hint="The file may be cut off; write it again."
        ) from error
    return Table.of(frame)
