"""Tables without time: rows that stand for themselves, to learn from or to join; kept beside sales histories."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import polars as pl

from forecastle.core.errors import SourceError
from forecastle.core.findings import Findings
from forecastle.data import sources
from forecastle.data.options import ReadOptions
from forecastle.data.parsing.columns import Typed, parse
from forecastle.data.parsing.tidying import tidy
from forecastle.data.snapshot import ROWS, TABLE, write_rows, writing
from forecastle.settings import ReadSettings

FORMAT = "forecastle-table-1"
FIND_OUT, USUAL = ReadOptions(), ReadSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTable:
    """Typed rows. source: what was read, without credentials. findings: everything noticed while reading."""

    frame: pl.DataFrame
    source: str
    findings: Findings = field(default_factory=Findings)


def read_table(source: str | Path, *, options: ReadOptions = FIND_OUT, settings: ReadSettings = USUAL) -> RowTable:
    """Read a file, folder, URL or database as rows; types are found as for a sales history, roles are not.

    Raises:
        SourceError: it is not there, cannot be read, or has no rows.
    """
    with _typed(source, options, settings) as typed:
        return RowTable(frame=typed.frame, source=sources.name_of(source), findings=typed.findings)


def bring_table(
    source: str | Path, folder: Path, *, options: ReadOptions = FIND_OUT, settings: ReadSettings = USUAL, name: str = ""
) -> None:
    """As `read_table`, into a folder, piece by piece: rows as Parquet, the rest as JSON; equal tables make equal bytes.

    name: what the source is called, if not by its own name.

    Raises:
        SourceError: it is not there, cannot be read, or has no rows.
        DataError: a column holds Python objects, which no file can keep.
        OutputError: it could not be written.
    """
    with _typed(source, options, settings) as typed, writing(folder):
        write_rows(typed.rows, folder / ROWS)
        findings = [asdict(one) for one in typed.findings.items]
        facts = {"format": FORMAT, "source": name or sources.name_of(source), "findings": findings}
        (folder / TABLE).write_text(json.dumps(facts, indent=1), encoding="ascii")


@contextmanager
def _typed(source: str | Path, options: ReadOptions, settings: ReadSettings) -> Iterator[Typed]:
    with sources.opened(source, options=options, settings=settings) as table:
        if table.sample.is_empty():
            raise SourceError(f"{sources.name_of(source)} has no rows.", hint="Check that the export finished.")
        yield parse(tidy(table), options)


def load_rows(folder: Path) -> pl.DataFrame:
    """The rows of a table, or of a sales history.

    Raises:
        SourceError: there are none that can be read.
    """
    try:
        return pl.read_parquet(folder / ROWS)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise SourceError(f"{str(folder)!r} holds no rows that can be read: {error}.") from error
