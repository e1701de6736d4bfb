"""Keeping a result as files."""

import logging
from collections.abc import Collection
from pathlib import Path

from forecastle.core.errors import OutputError
from forecastle.core.execution import ExecutionResult
from forecastle.data.synthetic.sales import synthesize
from forecastle.data.synthetic.spec import SyntheticSpec
from forecastle.reporting import files
from forecastle.reporting.export import export
from forecastle.settings import ReportSettings

log = logging.getLogger(__name__)


def write(
    result: ExecutionResult,
    folder: str | Path,
    *,
    formats: Collection[str] = (),
    overwrite: bool = False,
    settings: ReportSettings | None = None,
) -> tuple[Path, ...]:
    """Write the forecasts, the tables behind them and the report into a folder, all of it or nothing.

    formats: `csv` and `xlsx` beside Parquet. overwrite: also write into a folder that holds other things.

    Raises:
        InputError: an unknown format.
        OutputError: the folder is refused, or could not be written.
    """
    written = files.write(result, Path(folder), formats=formats, overwrite=overwrite, settings=settings)
    log.info("written", extra={"folder": str(folder), "files": [path.name for path in written]})
    return written


def write_synthetic(spec: SyntheticSpec, file: Path, *, truth: Path | None = None) -> tuple[Path, ...]:
    """Make up sales and write them as a table, and what each number is made of as another.

    Raises:
        InputError: an unknown ending or frequency.
        OutputError: a file could not be written.
    """
    made = synthesize(spec)
    tables = {file: made.table} | ({} if truth is None else {truth: made.truth})
    for path, table in tables.items():
        export(table, path)
    return tuple(tables)


def write_page(page: str, file: Path) -> None:
    """Write an HTML page, in place of what was there.

    Raises:
        OutputError: it could not be written.
    """
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{file} could not be written: {error.strerror}.", hint="Choose another folder.") from error
