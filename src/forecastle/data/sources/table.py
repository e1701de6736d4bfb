"""What every kind of source gives back, and what it is asked with."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import polars as pl

from forecastle.core.findings import Findings
from forecastle.core.progress import Progress
from forecastle.data.options import ReadOptions
from forecastle.settings import ReadSettings


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

    row_word, first_row: how people find a row again, such as line 2 of a text file. decimal: the decimal mark expected
    in text that could be read either way.
    """

    frame: pl.DataFrame
    row_word: str = "row"
    first_row: int = 1
    decimal: str = "."
    findings: Findings = field(default_factory=Findings)
