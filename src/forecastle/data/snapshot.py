"""A dataset as two files: its rows as Parquet, and what each column is for as JSON. Equal datasets make equal bytes."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import TypeAdapter, ValidationError

from forecastle.core.errors import DataError, InputError, OutputError, SourceError
from forecastle.core.findings import Finding, Findings
from forecastle.data.dataset import Dataset, Roles

ROWS, DESCRIPTION = "rows.parquet", "dataset.json"
TABLE = "table.json"
"""What describes a table without time instead, see `tables`."""
ROW_GROUP = 1 << 18
"""Rows that are described together, and read together by whoever wants most of them."""
PAGE_BYTES = 1 << 17
"""What is compressed together of a column, and has to be read for one row of it."""
OF_THE_SYSTEM = "os error"
"""What Polars writes where the operating system, such as a full disk, stopped it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Everything about a dataset but its rows. format: what the file is, and the version of its layout."""

    format: Literal["forecastle-snapshot-1"] = "forecastle-snapshot-1"
    source: str
    transactions: bool
    time_zone: str | None
    roles: Roles
    findings: tuple[Finding, ...]


def save_snapshot(dataset: Dataset, folder: Path) -> None:
    """Write a dataset into a folder, which is made when it is not there.

    Raises:
        DataError: a column holds Python objects, which no file can keep.
        OutputError: it could not be written.
    """
    description = Description(
        source=dataset.source,
        transactions=dataset.transactions,
        time_zone=dataset.time_zone,
        roles=dataset.roles,
        findings=tuple(dataset.findings.items),
    )
    with writing(folder):
        write_rows(dataset.frame.lazy(), folder / ROWS)
        write_description(description, folder)


def write_description(description: Description, folder: Path) -> None:
    """Write everything about a dataset but its rows."""
    (folder / DESCRIPTION).write_text(json.dumps(asdict(description), indent=1), encoding="ascii")


def write_rows(rows: pl.LazyFrame, file: Path) -> None:
    """Write rows piece by piece, wherever they come from; equal rows make equal bytes.

    Raises:
        DataError: a column holds Python objects, which no file can keep.
    """
    if objects := [name for name, kind in rows.collect_schema().items() if kind == pl.Object]:
        raise DataError(f"{objects[0]!r} holds Python objects, which cannot be kept.", hint="Leave the column out.")
    rows.sink_parquet(file, compression="zstd", row_group_size=ROW_GROUP, data_page_size=PAGE_BYTES)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """A folder that is there, and errors that say why it could not be written to.

    Raises:
        OutputError: it could not be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except (OSError, pl.exceptions.ComputeError) as error:
        if isinstance(error, pl.exceptions.ComputeError) and OF_THE_SYSTEM not in str(error):
            raise
        reason = getattr(error, "strerror", None) or str(error).rpartition(": ")[2]
        raise OutputError(
            f"The snapshot could not be written to {str(folder)!r}: {reason.partition(' (os')[0]}.",
            hint="Make room, or choose another folder.",
            path=str(folder),
        ) from error


def load_snapshot(folder: Path) -> Dataset:
    """Read back what `save_snapshot` wrote.

    Raises:
        SourceError: the folder holds no snapshot, or one that was changed.
    """
    with _reading(folder):
        return with_rows(load_description(folder), pl.read_parquet(folder / ROWS))


def check_timed(files: Collection[str]) -> None:
    """Make sure that a kept dataset knows time. files: their names.

    Raises:
        InputError: it is a table without time.
    """
    if TABLE in files:
        raise InputError(
            "This dataset was kept as a table without time, from which nothing can be forecast or drawn.",
            hint="Tabular models learn from it: POST /tabular. To forecast, read the source once more with its time.",
        )


def load_description(folder: Path) -> Description:
    """Everything about a kept dataset but its rows.

    Raises:
        InputError: it is a table without time.
        SourceError: the folder holds no snapshot, or one that was changed.
    """
    if folder.is_dir():
        check_timed([file.name for file in folder.iterdir()])
    with _reading(folder):
        text = (folder / DESCRIPTION).read_text(encoding="ascii")
        return TypeAdapter(Description).validate_python(json.loads(text))


def scan_rows(folder: Path) -> pl.LazyFrame:
    """The rows of a kept dataset, of which those are read that are asked for."""
    return pl.scan_parquet(folder / ROWS)


@contextmanager
def _reading(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise SourceError(
            f"{str(folder)!r} holds no snapshot that can be read: {_reason(error)}.",
            hint=f"A snapshot has two files, {ROWS} and {DESCRIPTION}; read the source once more.",
            path=str(folder),
        ) from error


def with_rows(description: Description, frame: pl.DataFrame) -> Dataset:
    """The dataset that a description tells of, with all or some of its rows."""
    return Dataset(
        frame=frame,
        roles=description.roles,
        source=description.source,
        transactions=description.transactions,
        time_zone=description.time_zone,
        findings=Findings(description.findings),
    )


def _reason(error: Exception) -> str:
    """Which file or field, and what about it, in one line."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{DESCRIPTION}: {'.'.join(map(str, first['loc']))}: {first['msg']}"
    if isinstance(error, OSError) and error.strerror:
        return f"{Path(error.filename or ROWS).name}: {error.strerror}"
    return f"{DESCRIPTION if isinstance(error, ValueError) else ROWS}: {str(error).splitlines()[0]}"
