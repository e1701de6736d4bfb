"""What every kind of source gives back, and what it is asked with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self
from uuid import uuid4

import polars as pl

from forecastle.core.findings import Findings
from forecastle.core.progress import Progress
from forecastle.data.options import ReadOptions
from forecastle.settings import ReadSettings

SAMPLE, SAMPLE_CELLS = 20_000, 2_000_000
"""Rows, at least, that are looked at before all of them are read; fewer of many columns, to hold so many values."""
LONG = 64 << 20
"""Bytes from which text is passed through piece by piece, for every question, and not read into memory."""
PLACE = "\0place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to read and how.

    name: the source as messages call it, without credentials. workspace: a folder for temporary files that lives
    until the source is read. progress: told the share done of this request.
    """

    name: str
    workspace: Path
    options: ReadOptions
    settings: ReadSettings
    progress: Progress

    def for_part(self, name: str, number: int, count: int) -> Self:
        """The same request for one of several files."""

        def progress(share: float, message: str) -> None:
            self.progress((number + share) / count, message)

        return replace(self, name=name, progress=progress)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows as the source had them: numbers and dates where it knows them, text where it does not.

    rows: read from the source when they are asked for, so that a long text never has to be in memory as a whole.
    sample: some of the rows, spread over all of them; empty only when there are none.
    row_word, first_row: how people find a row again, such as line 2 of a text file. decimal: the decimal mark expected
    in text that could be read either way. costly: whether each pass through the rows takes long. held: the rows, where
    they are in memory. zones: those of columns of moments that were read already, see `Typed`.
    """

    rows: pl.LazyFrame
    sample: pl.DataFrame
    row_word: str = "row"
    first_row: int = 1
    decimal: str = "."
    costly: bool = False
    held: pl.DataFrame | None = None
    zones: Mapping[str, str] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)

    @classmethod
    def of(
        cls, frame: pl.DataFrame, *, row_word: str = "row", first_row: int = 1, findings: Findings | None = None
    ) -> Self:
        """Rows that are in memory already."""
        return cls(
            rows=frame.lazy(),
            sample=frame.gather_every(every(len(frame), frame.width)),
            held=frame,
            row_word=row_word,
            first_row=first_row,
            findings=findings or Findings(),
        )

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self.sample.columns

    @property
    def frame(self) -> pl.DataFrame:
        """All rows and columns in memory."""
        return self.rows.collect()

    def changed(self, change: Callable[[pl.LazyFrame], pl.LazyFrame], findings: Findings) -> Self:
        """The same with other columns, and with what was found on the way."""
        sample = change(self.sample.lazy()).collect()
        held = None if self.held is None else change(self.held.lazy()).collect()
        rows = change(self.rows) if held is None else held.lazy()
        return replace(self, rows=rows, sample=sample, held=held, findings=self.findings + findings)


def spread(rows: pl.LazyFrame, height: int, workspace: Path) -> pl.DataFrame:
    """A sample of rows that are not in memory, through a file: text that is picked from others keeps them in memory."""
    file = workspace / f"sample-{uuid4().hex}.parquet"
    place = pl.col(PLACE) % every(height, len(rows.collect_schema())) == 0
    rows.with_row_index(PLACE).filter(place).drop(PLACE).sink_parquet(file, row_group_size=1_000)
    return pl.read_parquet(file)


def every(height: int, width: int) -> int:
    """How far apart the rows of a sample lie, of so many rows and columns in all."""
    return max(height // min(SAMPLE, SAMPLE_CELLS // max(width, 1) + 1), 1)
