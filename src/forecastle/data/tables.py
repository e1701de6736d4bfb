"""Tables without time: rows that stand for themselves, to learn from or to join; kept beside sales histories."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from forecastle.core.errors import DataError, OutputError, SourceError
from forecastle.core.findings import Findings
from forecastle.data import sources
from forecastle.data.options import ReadOptions
from forecastle.data.parsing.columns import parse
from forecastle.data.parsing.tidying import tidy
from forecastle.data.snapshot import ROWS, TABLE
from forecastle.settings import ReadSettings

FORMAT = "forecastle-table-1"
FIND_OUT, USUAL = ReadOptions(), ReadSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTable:
    """Typed rows. source: what was read, without credentials. findings: everything noticed while reading."""

    frame: pl.DataFrame
    source: str
    findings: Findings = field(default_factory=Findings)

    @property
    def columns(self) -> Sequence[dict[str, Any]]:
        """What each column holds, in the words that columns of sales histories are described with."""
        told = {"role": "feature", "confidence": 1.0, "reason": "a table without time"}
        return [{"column": name, "type": str(kind), **told} for name, kind in self.frame.schema.items()]


def read_table(source: str | Path, *, options: ReadOptions = FIND_OUT, settings: ReadSettings = USUAL) -> RowTable:
    """Read a file, folder, URL or database as rows; types are found as for a sales history, roles are not.

    Raises:
        SourceError: it is not there, cannot be read, or has no rows.
    """
    with sources.opened(source, options=options, settings=settings) as table:
        name = sources.name_of(source)
        if table.sample.is_empty():
            raise SourceError(f"{name} has no rows.", hint="Check that the export finished.")
        typed = parse(tidy(table), options)
    return RowTable(frame=typed.frame, source=name, findings=typed.findings)


def save_table(table: RowTable, folder: Path) -> None:
    """Write the rows as Parquet and the rest as JSON; equal tables make equal bytes.

    Raises:
        DataError: a column holds Python objects, which no file can keep.
        OutputError: it could not be written.
    """
    if objects := [name for name, kind in table.frame.schema.items() if kind == pl.Object]:
        raise DataError(f"{objects[0]!r} holds Python objects, which cannot be kept.", hint="Leave the column out.")
    facts = {"format": FORMAT, "source": table.source, "findings": [asdict(one) for one in table.findings.items]}
    rows = BytesIO()  # written by Python, because Polars calls a full disk a broken file
    table.frame.rechunk().write_parquet(rows, compression="zstd")
    try:
        (folder / ROWS).write_bytes(rows.getbuffer())
        (folder / TABLE).write_text(json.dumps(facts, indent=1), encoding="ascii")
    except OSError as error:
        raise OutputError(
            f"The table could not be written to {str(folder)!r}: {error.strerror or error}.", hint="Make room."
        ) from error


def load_rows(folder: Path) -> pl.DataFrame:
    """The rows of a table, or of a sales history.

    Raises:
        SourceError: there are none that can be read.
    """
    try:
        return pl.read_parquet(folder / ROWS)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise SourceError(f"{str(folder)!r} holds no rows that can be read: {error}.") from error
