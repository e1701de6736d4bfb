"""One local file: what it holds is told from its bytes, because extensions lie."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from forecastle.core.errors import SourceError
from forecastle.data.sources import excel, json, packed, parquet, sql, text
from forecastle.data.sources.table import Request, Table

SUPPORTED = (
    "CSV, TSV and other delimited text (.csv, .tsv, .txt; also .gz, .zst, .bz2, .xz, .zip)",
    "Excel (.xlsx, .xls, .xlsb, .ods)",
    "JSON and NDJSON (.json, .ndjson, .jsonl)",
    "Parquet (.parquet)",
    "a folder of such files, or a pattern such as sales/*.csv",
    "SQL databases (postgresql://…, sqlite:///file, an SQLite file) with a table or a query",
    "HTTP (http://…, https://…) answering with JSON or CSV",
    "object stores and other file systems (s3://…, gs://…, az://…, ftp://…, memory://…)",
)
"""What can be read, in words."""

MAGIC = (
    (b"PAR1", "parquet"),
    (b"SQLite format 3\0", "sqlite"),
    (b"\xd0\xcf\x11\xe0", "excel"),
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
)
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
HEAD = 4096

READERS: Mapping[str, Callable[[Path, Request], Table]] = {
    "csv": text.load,
    "excel": excel.load,
    "json": json.load,
    "parquet": parquet.load,
    "sqlite": sql.load_file,
}


def unsupported(name: str, reason: str = "") -> SourceError:
    """The error for a source of no known kind."""
    detail = f" ({reason})" if reason else ""
    kinds = "\n".join(f"  - {kind}" for kind in SUPPORTED)
    return SourceError(f"Unsupported data source: {name}{detail}.", hint=f"Supported are:\n{kinds}", source=name)


def load(path: Path, request: Request, *, depth: int = 0) -> Table:
    """Read one file, unpacked first if it is compressed. depth: how often it was already.

    Raises:
        SourceError: the file is empty, not to be opened, or of no known kind.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise SourceError(
            f"Cannot open {request.name}: {error.strerror}.", hint="Check the name and the rights."
        ) from error
    if not head.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise SourceError(f"{request.name} is empty.", hint="Check that the export finished.", source=request.name)
    kind = request.options.format or kind_of(head, path)
    if kind in packed.KINDS:
        return load(packed.unpacked(path, kind, request, depth), request, depth=depth + 1)
    if kind not in READERS:
        raise unsupported(request.name, kind)
    request.progress(0.0, f"reading {request.name}")
    return READERS[kind](path, request)


def kind_of(head: bytes, path: Path) -> str:
    """What a file begins with: a key of `READERS`, one of `packed.KINDS`, or words for what it is instead."""
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return "excel" if kind == "zip" and _is_workbook(path) else kind
    if head.startswith(UTF_16):
        return "csv"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"\0" in head:
        return "binary content of an unknown kind"
    if start[:1] in (b"{", b"["):
        return "json"
    if start[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    return "an XML document" if start.startswith(b"<?xml") else "csv"


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return False
    return any(name.startswith("xl/") for name in names) or "content.xml" in names
