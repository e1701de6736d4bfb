"""Parquet files."""

from pathlib import Path

import polars as pl

from forecastle.core.errors import SourceError
from forecastle.data.sources.table import Request, Table


def load(path: Path, request: Request) -> Table:
    """Read a Parquet file with the types it has."""
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise SourceError(
            f"{request.name} is no readable Parquet file: {reason}.", hint="The file may be cut off; write it again."
        ) from error
    return Table.of(frame)
