"""Reading a sales history."""

from pathlib import Path

import polars as pl

from forecastle.core.progress import Progress, silent
from forecastle.data.dataset import Dataset
from forecastle.data.options import ReadOptions
from forecastle.data.read import read as read_source
from forecastle.settings import ReadSettings

Source = str | Path | pl.DataFrame
"""A file, a folder or glob, a database or HTTP URL, or a frame that is in memory already."""


def read(
    source: Source,
    options: ReadOptions | None = None,
    *,
    settings: ReadSettings | None = None,
    progress: Progress = silent,
) -> Dataset:
    """Read a source and find out what each column is for; `options` overrides any guess.

    Raises:
        SourceError: it cannot be read.
        RolesError: a column that was named is not there, or no column can be the time.
        DataError: its values cannot be used.
    """
    return read_source(source, options=options or ReadOptions(), settings=settings or ReadSettings(), progress=progress)
