"""JSON: an array of records, records inside an object, columns, or one record a line (NDJSON)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import polars as pl

from forecastle.core.errors import SourceError
from forecastle.data.sources.packed import check_whole
from forecastle.data.sources.table import LONG, Request, Table, spread

Record = dict[str, Any]
BATCH = 50_000
"""Lines held as Python objects at a time."""


def load(path: Path, request: Request) -> Table:
    """Read records; those inside an object (`{"data": […]}`) are found, nested objects become `outer.inner` columns.

    One record a line is read piece by piece, whatever its size; anything else has to be in memory as a whole.
    """
    encoding = request.options.encoding or "utf-8-sig"
    try:
        with path.open(encoding=encoding) as file:
            if not _one_a_line(path, encoding):
                check_whole(
                    path, request, "Write one record a line (NDJSON), CSV or Parquet, which are read piece by piece."
                )
                return _table([_frame(records(_parsed(file.read(), request), request))], request)
            found = _lines(file, request)
            batches = iter(lambda: list(islice(found, BATCH)), [])
            if path.stat().st_size < LONG:
                return _table([_frame(batch) for batch in batches], request)
            return _laid_out(batches, request.workspace)
    except (UnicodeDecodeError, LookupError) as error:
        raise SourceError(f"{request.name} is not {encoding} text: {error}.", hint="Name its encoding.") from error


def _table(frames: Sequence[pl.DataFrame], request: Request) -> Table:
    frames = [frame for frame in frames if len(frame)]
    if not frames:
        raise SourceError(f"{request.name} holds no records.", hint="Expected an array of objects with the same keys.")
    return Table.of(pl.concat(frames, how="diagonal_relaxed"))


def _laid_out(batches: Iterable[list[Record]], workspace: Path) -> Table:
    """Many records as files by column, one a batch."""
    folder, files = Path(mkdtemp(dir=workspace)), []
    for number, batch in enumerate(batches):
        files.append(folder / f"{number:06}.parquet")
        _frame(batch).write_parquet(files[-1], compression="lz4")
    rows = pl.concat([pl.scan_parquet(file) for file in files], how="diagonal_relaxed")
    return Table(rows=rows, sample=spread(rows, len(files) * BATCH, workspace))


def _one_a_line(path: Path, encoding: str) -> bool:
    """Whether the first line is a whole record and another one follows."""
    with path.open(encoding=encoding) as file:
        lines = (line for line in file if line.strip())
        try:
            return isinstance(json.loads(next(lines)), dict) and bool(next(lines, ""))
        except (json.JSONDecodeError, StopIteration):
            return False


def _lines(file: Iterable[str], request: Request) -> Iterator[Record]:
    for number, line in enumerate(file, 1):
        if line.strip():
            yield _checked(_parsed(line, request, number), request)


def _parsed(text: str, request: Request, first_line: int = 1) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        raise SourceError(
            f"{request.name} is not valid JSON: {error.msg} at line {line}, column {error.colno}.",
            hint="Expected an array of objects, or one object a line. The file may be cut off.",
        ) from error


def records(document: object, request: Request) -> list[Record]:
    """The records of one JSON document, wherever they are in it.

    Raises:
        SourceError: it holds values that are no records.
    """
    while isinstance(document, dict):
        lists = {key: value for key, value in document.items() if isinstance(value, list)}
        tables = [value for value in lists.values() if value and isinstance(value[0], dict)]
        inner = [value for value in document.values() if isinstance(value, dict)]
        if tables:
            document = max(tables, key=len)
        elif lists and len({len(value) for value in lists.values()}) == 1:
            return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
        else:
            document = inner[0] if len(inner) == 1 else [document]
    return (
        [_checked(record, request) for record in document]
        if isinstance(document, list)
        else [_checked(document, request)]
    )


def _checked(record: object, request: Request) -> Record:
    if isinstance(record, dict):
        return record
    raise SourceError(
        f"{request.name} holds {type(record).__name__} values where records are expected, such as {record!r:.60}.",
        hint='Expected an array of objects: [{"date": "2024-01-05", "sku": "A", "sales": 3}, …].',
    )


def _frame(records: list[Record]) -> pl.DataFrame:
    return pl.DataFrame([_flat(record) for record in records], infer_schema_length=None, strict=False)


def _flat(record: Record, prefix: str = "") -> Record:
    flat: Record = {}
    for key, value in record.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = str(value) if isinstance(value, list) else value
    return flat
