"""Parquet files."""

from pathlib import Path
from tempfile import mkdtemp

import polars as pl

from forecastle.core.errors import SourceError
from forecastle.data.sources.packed import check_size
from forecastle.data.sources.table import Request, Table, spread

CELL = 4
"""Bytes that a cell takes in memory at least, roughly; in the file a million equal ones take a few."""

SMALL = 10_000_000
"""Cells up to which the file is read into memory."""
MANY = 50
"""Columns from which rows that are read together, often a million, are too much for memory."""
BLOCK = 5_000_000
"""Cells that are read together then."""


def load(path: Path, request: Request) -> Table:
    """Read a Parquet file with the types it has."""
    try:
        rows = pl.scan_parquet(path)
        width, height = len(rows.collect_schema()), rows.select(pl.len()).collect().item()
        check_size(CELL * width * height, request)
        if width * height < SMALL:
            return Table.of(rows.collect())
        if width >= MANY:
            request.progress(0.1, f"laying out the {width} columns of {request.name}")
            rows = _cut(rows, height, request.workspace)
        sample = spread(rows, height, request.workspace)
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise SourceError(
            f"{request.name} is no readable Parquet file: {reason}.", hint="The file may be cut off; write it again."
        ) from error
    return Table(rows=rows, sample=sample)


def _cut(rows: pl.LazyFrame, height: int, workspace: Path) -> pl.LazyFrame:
    """The same rows from files of some columns each, in which fewer rows are read together."""
    folder, names = Path(mkdtemp(dir=workspace)), rows.collect_schema().names()
    size, together = max(BLOCK // height, 1), max(height // 256, 4_096)
    files = []
    for start in range(0, len(names), size):
        files.append(folder / f"{start:06}.parquet")
        some = rows.select(names[start : start + size])
        some.sink_parquet(files[-1], compression="lz4", row_group_size=together)
    return pl.concat([pl.scan_parquet(file) for file in files], how="horizontal")
