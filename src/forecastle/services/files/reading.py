"""Reading a sales history."""

import logging
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from forecastle.core.progress import Progress, silent
from forecastle.data.dataset import Dataset
from forecastle.data.options import ReadOptions
from forecastle.data.read import read as read_source
from forecastle.settings import ReadSettings

log = logging.getLogger(__name__)

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
    dataset = read_source(
        source, options=options or ReadOptions(), settings=settings or ReadSettings(), progress=progress
    )
    log.info("read", extra={"source": dataset.source, "rows": dataset.frame.height})
    return dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """Real data to try the program on. freq: the period they are usually forecast in."""

    dataset: Dataset
    freq: str


def demo(name: str = "retail") -> Demo:
    """Read one of the demonstrations: `retail` comes along, `rossmann` needs the extra `demo`.

    Raises:
        InputError: there is none of that name, or its data is not installed.
    """
    from forecastle.data.demo import demonstration

    found = demonstration(name)
    dataset = read(found.frame, found.options)
    return Demo(dataset=replace(dataset, source=found.source), freq=found.freq)
