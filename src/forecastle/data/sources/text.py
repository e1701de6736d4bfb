"""Delimited text: CSV, TSV and their relatives, in any encoding, with titles above the header and ragged rows."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import mode

import polars as pl

from forecastle.core.errors import SourceError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.cleaning.rows import counted
from forecastle.data.parsing.moments import read_moments
from forecastle.data.parsing.numbers import SHAPED_LIKE_A_NUMBER
from forecastle.data.sources.encoding import as_utf8
from forecastle.data.sources.table import LONG, Request, Table, spread

DELIMITERS = ",;\t|"
NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
SAMPLE_LINES = 200
EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table is in the text. skip: lines above the header. width: columns of most rows."""

    delimiter: str
    skip: int
    width: int
    has_header: bool


def load(path: Path, request: Request) -> Table:
    """Read delimited text with every value as text; what the values mean is decided for whole columns, later."""
    path, findings = as_utf8(path, request)
    layout = _layout(_sample(path), request)
    request.progress(0.2, f"looking through {request.name}")
    table = _table(path, layout, request)
    if table.sample.is_empty():
        raise SourceError(f"{request.name} has a header but no rows.", hint="Check that the export finished.")
    request.progress(0.6, f"counting the fields of {request.name}")
    findings += _ragged(path, layout) + _header(layout)
    return replace(
        table,
        row_word="line",
        first_row=layout.skip + 1 + layout.has_header,
        decimal="," if layout.delimiter == ";" else ".",
        findings=findings,
    )


def _sample(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return [line for _, line in zip(range(SAMPLE_LINES), file, strict=False)]


def _layout(lines: Sequence[str], request: Request) -> Layout:
    asked = request.options.delimiter
    choices = [NAMES.get(asked, asked)] if asked else list(DELIMITERS)
    if any(len(choice.encode()) != 1 for choice in choices):
        raise SourceError(f"The delimiter {asked!r} is not one character.", hint="Use one such as ',' or ';' or 'tab'.")
    try:
        rows = {choice: list(csv.reader(lines, delimiter=choice)) for choice in choices}
    except csv.Error as error:
        raise SourceError(
            f"{request.name} is no delimited text: {error}.", hint="Look for an unclosed quote."
        ) from error
    delimiter = max(choices, key=lambda choice: _consistency(rows[choice]))
    table = rows[delimiter]
    if not any(map(any, table)):
        raise SourceError(f"{request.name} is empty.", hint="Check that the export finished.")
    width = mode(len(row) for row in table if any(row))
    skip = next(number for number, row in enumerate(table) if len(row) == width and any(row))
    return Layout(delimiter, skip, width, has_header=_has_header(table[skip], table[skip + 1 :]))


def _consistency(rows: Sequence[Sequence[str]]) -> float:
    """How much a delimiter looks right: the share of rows of the usual width, where that is more than one column."""
    widths = [len(row) for row in rows if any(row)]
    usual = mode(widths) if widths else 0
    return widths.count(usual) / len(widths) if usual > 1 else 0.0


def _has_header(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """False when the first row holds numbers in columns that hold numbers, and they are no dates and count no years."""
    second = next((row for row in rest if len(row) == len(first)), None)
    if second is None:
        return True
    header, row = pl.Series(first).str.strip_chars(), pl.Series(second).str.strip_chars()
    numeric, also = header.str.contains(SHAPED_LIKE_A_NUMBER), row.str.contains(SHAPED_LIKE_A_NUMBER)
    dotted = read_moments(header.set(header.str.contains(r"^\d+$"), None)).is_not_null()
    dates = dotted & read_moments(row).is_null()
    numbers = [int(text) for text in first if text.isdigit()]
    counts_up = len(numbers) > 1 and all(after - before == 1 for before, after in pairwise(numbers))
    return counts_up or not bool((numeric & also & ~dates).any())


def _table(path: Path, layout: Layout, request: Request) -> Table:
    """The rows, read again whenever they are asked for if they are many."""
    try:
        rows = pl.scan_csv(
            path,
            separator=layout.delimiter,
            skip_lines=layout.skip,
            has_header=layout.has_header,
            infer_schema=False,
            truncate_ragged_lines=True,
            with_column_names=None if layout.has_header else _numbered,
        )
        if path.stat().st_size < LONG:
            return Table.of(rows.collect())
        return Table(rows=rows, sample=spread(rows, _count_lines(path), request.workspace), costly=True)
    except pl.exceptions.NoDataError as error:
        raise SourceError(f"{request.name} has no rows.", hint="Check that the export finished.") from error
    except pl.exceptions.PolarsError as error:
        raise SourceError(
            f"{request.name} cannot be read as text separated by {layout.delimiter!r}: {str(error).splitlines()[0]}.",
            hint="Look for an unclosed quote, or name the delimiter and the encoding.",
        ) from error


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))


def _numbered(names: list[str]) -> list[str]:
    return [f"column_{place}" for place, _ in enumerate(names, 1)]


def _ragged(path: Path, layout: Layout) -> Findings:
    """Rows with more or fewer fields than there are columns."""
    fields = pl.col("line").str.count_matches(layout.delimiter, literal=True) + 1
    quoted = pl.col("line").str.contains('"', literal=True)
    odd = (fields != layout.width) & ((fields > layout.width) | ~quoted)
    lines = pl.scan_lines(path).with_row_index("number", 1).slice(layout.skip).filter(odd).collect()
    ragged = []
    for number, line in lines.iter_rows():
        width = len(next(csv.reader([line], delimiter=layout.delimiter), ()))
        if line.strip() and width != layout.width:
            ragged.append(f"line {number}: {width} fields")
    if not ragged:
        return Findings()
    finding = Finding(
        code="ragged_rows",
        severity=Severity.WARNING,
        message=f"{counted(len(ragged), 'line')} without the {layout.width} fields of the others.",
        action="missing fields are empty; fields beyond the last column were not read",
        count=len(ragged),
        rows=tuple(ragged[:EXAMPLES]),
    )
    return Findings((finding,))


def _header(layout: Layout) -> Findings:
    if not layout.has_header:
        message = "The first line holds values, not names; columns were named column_1, column_2, …"
        return Findings((Finding(code="no_header", severity=Severity.WARNING, message=message),))
    if layout.skip:
        message = f"{counted(layout.skip, 'line')} above the header skipped."
        return Findings((Finding(code="title_lines", severity=Severity.INFO, message=message, count=layout.skip),))
    return Findings()
