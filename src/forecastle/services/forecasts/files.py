"""The files that an execution leaves, on this machine's disk."""

import shutil
import weakref
from pathlib import Path

import polars as pl


class Files:
    """The files of one execution; gone when nobody uses them any more."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    def __contains__(self, name: str) -> bool:
        """Whether there is a table: executions of older versions kept fewer."""
        return (self.folder / name).exists()

    def table(self, name: str) -> pl.LazyFrame:
        """A table, of which only what is asked for is read."""
        return pl.scan_parquet(self.folder / name)
