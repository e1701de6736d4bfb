"""Compressed content, unpacked only as far as it is expected to go: a small file can hold more than any disk."""

import gzip
import lzma
import zipfile
import zlib
from bz2 import BZ2File
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from forecastle.core.errors import SourceError
from forecastle.data.sources.table import Request

PIECE = 1 << 20
DEEPEST = 2
"""How often content may be packed in itself: a `.csv.gz` in a `.zip` is not unusual."""
OPENERS: Mapping[str, Callable[[Path], IO[bytes]]] = {"gzip": gzip.open, "bzip2": BZ2File, "xz": lzma.open}  # type: ignore[dict-item]  # each opens for reading bytes when given only a path
KINDS = (*OPENERS, "zstd", "zip")


class Limited:
    """A file that refuses to become larger than content may be."""

    def __init__(self, file: IO[bytes], request: Request) -> None:
        self.file = file
        self.request = request
        self.size = 0

    def write(self, piece: bytes) -> int:
        """Write on.

        Raises:
            SourceError: it would become too large.
        """
        self.size += len(piece)
        check_size(self.size, self.request)
        return self.file.write(piece)


def check_size(size: int, request: Request) -> None:
    """Whether so many bytes may come out of a file.

    Raises:
        SourceError: there are more than `read.max_unpacked_bytes`.
    """
    limit = request.settings.max_unpacked_bytes
    if size > limit:
        raise SourceError(
            f"{request.name} holds more than {limit:,} bytes once it is unpacked.",
            hint="It may be made to fill a disk. If it is not, raise the setting `read.max_unpacked_bytes`.",
            source=request.name,
        )


def _check_whole(size: int, request: Request) -> None:
    """Whether a workbook of so many bytes, unpacked, may be in memory as a whole.

    Raises:
        SourceError: there are more than `read.max_workbook_bytes`.
    """
    limit = request.settings.max_workbook_bytes
    if size > limit:
        raise SourceError(
            f"{request.name} holds more than {limit:,} bytes once it is unpacked, and a workbook has to be in memory "
            "as a whole.",
            hint="Save the sheet as CSV, which is read piece by piece and may be larger; "
            "or raise the setting `read.max_workbook_bytes`: about twice as much memory is needed.",
            source=request.name,
        )


def unpacked(path: Path, kind: str, request: Request, depth: int) -> Path:
    """The content of a compressed file, as a temporary file. depth: how often it was unpacked already.

    Raises:
        SourceError: it is damaged, too large, packed too often, or an archive of several files.
    """
    if depth >= DEEPEST:
        raise SourceError(
            f"{request.name} is packed more than {DEEPEST} times.", hint="Unpack it first.", source=request.name
        )
    target = request.workspace / f"unpacked-{depth}-{path.stem}"
    try:
        with target.open("wb") as file:
            _unpack(path, kind, Limited(file, request), request)
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError) as error:
        raise SourceError(
            f"{request.name} cannot be unpacked: {error}.",
            hint="The file is damaged, protected by a password, or the disk is full; copy it again.",
        ) from error
    return target


def _unpack(path: Path, kind: str, target: Limited, request: Request) -> None:
    if kind == "zstd":
        _unpack_zstd(path, target)
    elif kind == "zip":
        with zipfile.ZipFile(path) as archive, archive.open(_only_member(archive, request)) as packed:
            _copy(packed, target)
    else:
        with OPENERS[kind](path) as packed:
            _copy(packed, target)


def _copy(packed: IO[bytes], target: Limited) -> None:
    while piece := packed.read(PIECE):
        target.write(piece)


def _unpack_zstd(path: Path, target: Limited) -> None:
    import polars as pl

    try:
        for lines in pl.scan_lines(path).collect_batches(chunk_size=PIECE // 16):
            target.write(("\n".join(lines.to_series().to_list()) + "\n").encode())
    except pl.exceptions.PolarsError as error:
        raise OSError(str(error).splitlines()[0]) from error


def _only_member(archive: zipfile.ZipFile, request: Request) -> zipfile.ZipInfo:
    members = [
        member for member in archive.infolist() if not member.is_dir() and not member.filename.startswith("__MACOSX")
    ]
    if len(members) != 1:
        raise SourceError(
            f"{request.name} holds {len(members)} files; one is expected.",
            hint="Unpack it and name the folder instead.",
        )
    return members[0]


def check_workbook(path: Path, request: Request) -> bool:
    """Whether a workbook has macros. Its parts are unpacked once, to nowhere, for what it says of their sizes may lie.

    Raises:
        SourceError: together they are too large, or damaged.
    """
    if not zipfile.is_zipfile(path):
        _check_whole(path.stat().st_size, request)
        return _has_old_macros(path)
    size = 0
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_whole(sum(member.file_size for member in members), request)
            for member in members:
                with archive.open(member) as packed:
                    while piece := packed.read(PIECE):
                        size += len(piece)
                        _check_whole(size, request)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise SourceError(
            f"{request.name} is no readable workbook: {error}.",
            hint="It may be damaged or protected by a password; save it again as .xlsx without one.",
        ) from error
    return any(member.filename.lower().endswith("vbaproject.bin") for member in members)


def _has_old_macros(path: Path) -> bool:
    """Whether a workbook of before 2007 has a part for macros."""
    import mmap

    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find("_VBA_PROJECT".encode("utf-16-le")) >= 0
