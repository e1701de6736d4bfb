"""Compressed content, unpacked only as far as it is expected to go: a small file can hold more than any disk."""

import gzip
import lzma
import zipfile
import zlib
from bz2 import BZ2File
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from forecastle.core.errors import SourceError
from forecastle.data.sources.table import Request

PIECE = 1 << 20
SHEETS_IN_PIECES = "xl/workbook.xml"
"""A part that only workbooks have whose sheets can be read piece by piece."""
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


def _check_whole(size: int, request: Request, what: str = "") -> None:
    """Whether so many bytes of a workbook, unpacked, may be in memory as a whole. what: they are, if not all of it.

    Raises:
        SourceError: there are more than `read.max_workbook_bytes`.
    """
    limit = request.settings.max_workbook_bytes
    if size > limit:
        raise SourceError(
            f"{request.name} holds more than {limit:,} bytes{what} once it is unpacked, which have to be in memory "
            "as a whole.",
            hint="Save the sheet as .xlsx or CSV, which are read piece by piece and may be larger; "
            "or raise the setting `read.max_workbook_bytes`: about three times as much memory is needed.",
            source=request.name,
        )


def no_workbook(request: Request, reason: object) -> SourceError:
    """The error for a workbook that is damaged."""
    return SourceError(
        f"{request.name} is no readable workbook: {reason}.",
        hint="It may be damaged or protected by a password; save it again as .xlsx without one.",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """What a workbook consists of. size: bytes, unpacked. macros: whether it has some."""

    size: int
    macros: bool


def look_into(path: Path, request: Request) -> Workbook:
    """Check the size of a workbook. Its parts are unpacked once, to nowhere, for what it says of their sizes may lie.

    Raises:
        SourceError: what has to be in memory as a whole is too large, or all of it is, or it is damaged.
    """
    if not zipfile.is_zipfile(path):
        _check_whole(path.stat().st_size, request)
        return Workbook(size=path.stat().st_size, macros=_has_old_macros(path))
    size = texts = 0
    try:
        with zipfile.ZipFile(path) as archive:
            members = {member.filename.lower(): member for member in archive.infolist()}
            in_pieces = SHEETS_IN_PIECES in members
            for name, member in members.items():
                with archive.open(member) as packed:
                    while piece := packed.read(PIECE):
                        size += len(piece)
                        texts += len(piece) if name.endswith("sharedstrings.xml") else 0
                        check_size(size, request)
                        _check_whole(texts if in_pieces else size, request, " of texts" if in_pieces else "")
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise no_workbook(request, error) from error
    return Workbook(size=size, macros=any(name.endswith("vbaproject.bin") for name in members))


def _has_old_macros(path: Path) -> bool:
    """Whether a workbook of before 2007 has a part for macros."""
    import mmap

    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find("_VBA_PROJECT".encode("utf-16-le")) >= 0
