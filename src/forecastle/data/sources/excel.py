"""Excel workbooks and OpenDocument spreadsheets."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile, ZipFile

import polars as pl

from forecastle.core.errors import SourceError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.parsing.numbers import all_whole
from forecastle.data.sources import packed
from forecastle.data.sources.pieces import CELLS, Pieces
from forecastle.data.sources.sheets import Book
from forecastle.data.sources.table import Request, Table

if TYPE_CHECKING:
    import fastexcel

MACROS = Findings(
    (
        Finding(
            code="macros",
            severity=Severity.INFO,
            message="The workbook has macros.",
            action="none was run; the values that its cells showed when it was saved were read",
        ),
    )
)
TITLE_ROWS = 20
"""Rows at the top among which the header is looked for."""


def load(path: Path, request: Request) -> Table:
    """Read one sheet: the one asked for, or the one with most cells."""
    found = packed.look_into(path, request)
    large = found.size > request.settings.max_workbook_bytes
    table = _in_pieces(path, request) if large else _at_once(path, request)
    return replace(table, findings=table.findings + (MACROS if found.macros else Findings()))


def _at_once(path: Path, request: Request) -> Table:
    import fastexcel

    try:
        book = fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        raise packed.no_workbook(request, str(error).splitlines()[0]) from error
    name, findings = _sheet(book.sheet_names, lambda name: _cells(book, name), request)
    top = book.load_sheet(name, header_row=None, skip_rows=0, n_rows=TITLE_ROWS, dtypes="string").to_polars()
    if top.is_empty():
        raise _empty(name, book.sheet_names, request)
    header = _header_row(top)
    names = _unique([text or "" for text in top.row(header)])
    sheet = book.load_sheet(name, header_row=None, skip_rows=header + 1, column_names=names, schema_sample_rows=None)
    return Table.of(_whole(sheet.to_polars()), first_row=header + 2, findings=findings)


def _whole(frame: pl.DataFrame) -> pl.DataFrame:
    """Whole numbers as such, where a column has no other; a workbook has but one kind of numbers."""
    numbers = [name for name, kind in frame.schema.items() if kind.is_float()]
    facts = frame.select(all_whole(pl.col(name)) & pl.col(name).is_not_null().any() for name in numbers)
    whole = [name for name, is_whole in zip(numbers, facts.row(0) if numbers else (), strict=True) if is_whole]
    return frame.with_columns(pl.col(whole).cast(pl.Int64))


def _in_pieces(path: Path, request: Request) -> Table:
    """The same for an .xlsx workbook that is too large for memory."""
    try:
        with ZipFile(path) as archive:
            book = Book.of(archive)
            name, findings = _sheet(list(book.sheets), book.size, request)
            batches = book.columns(name, CELLS)
            first = next(batches, None)
            if first is None:
                raise _empty(name, list(book.sheets), request)
            top = pl.DataFrame(
                [
                    pl.Series(str(place), map(_text, column[:TITLE_ROWS]), pl.String)
                    for place, column in enumerate(first)
                ]
            )
            header = _header_row(top)
            names = [name or "_duplicated_0" for name in _unique([text or "" for text in top.row(header)])]
            pieces, done = Pieces(request.workspace), 0
            for columns in chain([[column[header + 1 :] for column in first]], batches):
                names += [f"_duplicated_{place}" for place in range(len(names), len(columns))]
                pieces.add_values(dict(zip(names, columns, strict=False)))
                done += len(columns[0])
                request.progress(0.5, f"{done:,} rows from {request.name}")
    except (ExpatError, ParseError, LookupError, ValueError, BadZipFile, zlib.error) as error:
        raise packed.no_workbook(request, error) from error
    table = pieces.table()
    return replace(table, first_row=header + 2, findings=findings + table.findings)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _empty(name: str, names: Sequence[str], request: Request) -> SourceError:
    return SourceError(f"Sheet {name!r} of {request.name} is empty.", hint=f"Its sheets are: {', '.join(names)}.")


def _sheet(names: Sequence[str], size: Callable[[str], int], request: Request) -> tuple[str, Findings]:
    """The name of the sheet asked for, or else of the largest."""
    asked = request.options.sheet
    if asked is not None:
        number = int(asked) if asked.isdigit() else 0
        name = names[number - 1] if asked not in names and 0 < number <= len(names) else asked
        if name not in names:
            raise SourceError(f"{request.name} has no sheet {asked!r}.", hint=f"Its sheets are: {', '.join(names)}.")
        return name, Findings()
    if len(names) == 1:
        return names[0], Findings()
    sizes = {name: size(name) for name in names}
    best = max(sizes, key=lambda name: sizes[name], default=None)
    if best is None or not sizes[best]:
        raise SourceError(f"{request.name} has no sheet with data.", hint="Check that the export finished.")
    others = [name for name in names if name != best and sizes[name]]
    if not others:
        return best, Findings()
    message = f"Sheet {best!r} was read, the largest of {len(others) + 1} (also: {', '.join(others)})."
    return best, Findings((Finding(code="sheet_chosen", severity=Severity.INFO, message=message),))


def _cells(book: "fastexcel.ExcelReader", name: str) -> int:
    sheet = book.load_sheet(name, header_row=None, dtypes="string")
    return int(sheet.total_height * sheet.width)


def _header_row(top: pl.DataFrame) -> int:
    """The first row as full as the fullest near the top; title lines above it are skipped."""
    filled = top.select(pl.sum_horizontal(pl.all().is_not_null()).alias("filled"))["filled"].to_list()
    return filled.index(max(filled))


def _unique(names: list[str]) -> list[str]:
    """Repeated and empty names numbered, as in delimited text."""
    return [name if name not in names[:place] else f"{name}_duplicated_{place}" for place, name in enumerate(names)]
