"""Excel workbooks and OpenDocument spreadsheets."""

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from forecastle.core.errors import SourceError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.sources import packed
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
    import fastexcel

    macros = packed.check_workbook(path, request)
    try:
        book = fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        raise SourceError(
            f"{request.name} is no readable workbook: {str(error).splitlines()[0]}.",
            hint="It may be damaged or protected by a password; save it again as .xlsx without one.",
        ) from error
    name, findings = _sheet(book, request)
    top = book.load_sheet(name, header_row=None, n_rows=TITLE_ROWS, dtypes="string").to_polars()
    if top.is_empty():
        raise SourceError(
            f"Sheet {name!r} of {request.name} is empty.", hint=f"Its sheets are: {', '.join(book.sheet_names)}."
        )
    header = _header_row(top)
    names = _unique([text or "" for text in top.row(header)])
    sheet = book.load_sheet(name, header_row=None, skip_rows=header + 1, column_names=names, schema_sample_rows=None)
    frame = sheet.to_polars()
    return Table.of(frame, first_row=header + 2, findings=findings + (MACROS if macros else Findings()))


def _sheet(book: "fastexcel.ExcelReader", request: Request) -> tuple[str, Findings]:
    names, asked = book.sheet_names, request.options.sheet
    if asked is not None:
        number = int(asked) if asked.isdigit() else 0
        name = names[number - 1] if asked not in names and 0 < number <= len(names) else asked
        if name not in names:
            raise SourceError(f"{request.name} has no sheet {asked!r}.", hint=f"Its sheets are: {', '.join(names)}.")
        return name, Findings()
    if len(names) == 1:
        return names[0], Findings()
    sizes = {name: _cells(book, name) for name in names}
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
