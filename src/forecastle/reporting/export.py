"""One table in the file format that somebody asks for."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from forecastle.core.errors import InputError, OutputError
from forecastle.reporting.excel import ROWS_A_SHEET

FORMULA = r"^[=+\-@\t\r\n]"
"""How a text begins that a spreadsheet would take for a formula."""


def export(frame: pl.DataFrame, file: Path) -> None:
    """Write a table as `.csv`, `.parquet`, `.xlsx` or `.json`, by the file's ending.

    CSV and Excel are made `inert`: the keys of series come from whoever sent the data.

    Raises:
        InputError: another ending, or more rows than a sheet has.
        OutputError: it could not be written.
    """
    write = FORMATS.get(file.suffix.casefold())
    if write is None:
        raise InputError(f"A table cannot be written as {file.suffix!r}.", hint=f"Choose from: {', '.join(FORMATS)}.")
    try:
        write(frame, file)
    except OSError as error:
        raise OutputError(f"{file} could not be written: {error.strerror}.", hint="Choose another folder.") from error


def inert(frame: pl.DataFrame) -> pl.DataFrame:
    """The same table, an apostrophe before text that a spreadsheet would run as a formula; `-12` is a number.

    So with the names of columns. Numbers stay numbers, negative ones too: only what is text can be run.
    """
    names = {name: f"'{name}" for name in frame.columns if re.match(FORMULA, name)}
    words = pl.col(pl.String, pl.Categorical, pl.Enum).cast(pl.String)
    runs = words.str.contains(FORMULA) & words.cast(pl.Float64, strict=False).is_null()
    return frame.with_columns(pl.when(runs).then(words.str.replace("^", "'")).otherwise(words)).rename(names)


def _csv(frame: pl.DataFrame, file: Path) -> None:
    inert(frame).write_csv(file)


def _excel(frame: pl.DataFrame, file: Path) -> None:
    if frame.height > ROWS_A_SHEET:
        raise InputError(
            f"{frame.height:,} rows are more than the {ROWS_A_SHEET:,} of a sheet.",
            hint="Ask for CSV or Parquet, or for some series only.",
        )
    inert(frame).write_excel(file, worksheet="forecasts", autofit=True, freeze_panes=(1, 0))


def _json(frame: pl.DataFrame, file: Path) -> None:
    frame.write_json(file)


def _parquet(frame: pl.DataFrame, file: Path) -> None:
    frame.write_parquet(file)


FORMATS: Mapping[str, Callable[[pl.DataFrame, Path], None]] = {
    ".csv": _csv,
    ".json": _json,
    ".parquet": _parquet,
    ".xlsx": _excel,
}
