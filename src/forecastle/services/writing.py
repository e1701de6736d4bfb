"""Keeping a result as files."""

from collections.abc import Collection
from pathlib import Path

from forecastle.core.execution import ExecutionResult
from forecastle.reporting import files
from forecastle.settings import ReportSettings


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
    return files.write(result, Path(folder), formats=formats, overwrite=overwrite, settings=settings)
