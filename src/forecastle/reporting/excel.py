"""The result as a workbook a planner can work in: filters, frozen headings, and text that stays text.

A name such as `=HYPERLINK(…)` in the user's data is written as a string cell, which a spreadsheet shows and never runs.
"""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

from forecastle.core.execution import ExecutionResult
from forecastle.reporting import tables
from forecastle.reporting.findings import in_words
from forecastle.reporting.wording import ahead

if TYPE_CHECKING:
    from xlsxwriter import Workbook

ROWS_A_SHEET = 1_048_575
"""What a sheet holds below its heading."""

EARLIEST = date(1900, 1, 1)
"""Spreadsheets know no earlier day; such dates are written as text."""

OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
    "default_date_format": "yyyy-mm-dd",
}
CREATED = datetime(2000, 1, 1)
"""Fixed, so that equal results make equal files."""
PERCENTAGES = ("mape", "smape", "wape", "bias", "wql", "coverage_80", "coverage_50", "skill")
HEADING = {"bold": True, "font_color": "#ffffff", "bg_color": "#0a66b0", "align": "left"}
SAMPLE = 1000
"""Rows looked at to choose a column's width."""


def write_workbook(result: ExecutionResult, path: Path) -> None:
    """Write forecasts, leaderboard, classification, data report and a sheet about the run.

    Raises:
        OSError: the file cannot be written.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    workbook = Workbook(str(path), OPTIONS)
    workbook.set_properties({"title": f"Forecast of {result.source}", "created": CREATED})
    for name, frame in _sheets(result):
        _write_sheet(workbook, name, frame)
    _write_about(workbook, result)
    try:
        workbook.close()
    except FileCreateError as error:  # the library hides the system's own error in its arguments
        raise error.args[0] from error


def _sheets(result: ExecutionResult) -> Iterator[tuple[str, pl.DataFrame]]:
    forecasts = tables.forecasts(result)
    for number, start in enumerate(range(0, max(forecasts.height, 1), ROWS_A_SHEET), start=1):
        yield f"Forecasts {number}" if number > 1 else "Forecasts", forecasts.slice(start, ROWS_A_SHEET)
    if not result.totals.is_empty():
        yield "Totals", result.totals.head(ROWS_A_SHEET)
    yield "Leaderboard", tables.leaderboard(result)
    yield "Classification", tables.classification(result).head(ROWS_A_SHEET)
    yield "Data report", tables.data_report(result.findings)


def _write_sheet(workbook: "Workbook", name: str, frame: pl.DataFrame) -> None:
    readable = _distinct(_dates_as_text(frame))
    readable.write_excel(
        workbook,
        workbook.add_worksheet(name),
        table_style="Table Style Light 1",
        header_format=HEADING,
        freeze_panes=(1, 0),
        column_formats={cs.by_name(*PERCENTAGES, require_all=False): "0.0%"},
        dtype_formats={pl.Float64: "#,##0.00", pl.Date: "yyyy-mm-dd", pl.Datetime: "yyyy-mm-dd hh:mm"},
        column_widths={column: _width(readable[column]) for column in readable.columns},
    )


def _write_about(workbook: "Workbook", result: ExecutionResult) -> None:
    sheet = workbook.add_worksheet("About")
    sheet.set_column_pixels(0, 0, 160)
    sheet.set_column_pixels(1, 1, 800)
    bold, wrapped = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True})
    rows = [
        ("Source", result.source),
        ("Run", result.execution_id),
        ("Horizon", ahead(result.horizon, result.freq)),
        ("Code version", str(result.manifest.get("code_version", ""))),
        ("Seed", str(result.manifest.get("seed", ""))),
        *(("In words", sentence) for sentence in in_words(result)),
    ]
    for row, (label, text) in enumerate(rows):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, text, wrapped)


def _dates_as_text(frame: pl.DataFrame) -> pl.DataFrame:
    early = [
        column.name
        for column in frame.select(cs.temporal())
        if column.cast(pl.Date).min() is not None and column.cast(pl.Date).lt(EARLIEST).any()
    ]
    return frame.with_columns(pl.col(early).dt.to_string("iso"))


def _distinct(frame: pl.DataFrame) -> pl.DataFrame:
    """Headings that differ in more than their case, as spreadsheet tables ask for."""
    seen: dict[str, int] = {}
    names = []
    for name in frame.columns:
        seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        names.append(name if seen[name.casefold()] == 1 else f"{name} ({seen[name.casefold()]})")
    return frame.rename(dict(zip(frame.columns, names, strict=True)))


def _width(column: pl.Series) -> int:
    """Pixels that fit the heading and the longest of the first values."""
    longest = column.head(SAMPLE).cast(pl.String).str.len_chars().max() if column.dtype != pl.Float64 else 10
    characters = max(len(column.name) + 3, longest if isinstance(longest, int) else 0)
    return 7 * min(characters, 60) + 14
