"""A folder as the place of contents."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from forecastle.storage.artifacts.place import UNFINISHED, copy, path_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder, on one file system. root: made when first written to."""

    root: Path

    @property
    def name(self) -> str:
        """The path of the folder."""
        return str(self.root)

    def keep(self, file: Path) -> str:
        """Copy under another name, flush to the disk, rename; and flush the folders, that the name is there, too."""
        unfinished = self._unfinished()
        try:
            with file.open("rb") as source, unfinished.open("xb") as sink:
                digest = copy(source, sink)
                content = self.root / path_of(digest)
                new = not content.exists()
                if new:
                    sink.flush()
                    os.fsync(sink.fileno())
            if new:
                content.parent.mkdir(parents=True, exist_ok=True)
                unfinished.replace(content)
        finally:
            unfinished.unlink(missing_ok=True)
        for folder in (content.parent, content.parent.parent):
            _flush(folder)  # also for a content that is there: who put it may not have got this far
        return digest

    def fetch(self, path: str, target: Path) -> str:
        """Copy; a link would let whoever writes to the file change the content."""
        with (self.root / path).open("rb") as source, target.open("wb") as sink:
            return copy(source, sink)

    def paths(self, room: str) -> Sequence[str]:
        """Every file of a room."""
        files = (path for path in (self.root / room).rglob("*") if path.is_file())
        return [file.relative_to(self.root).as_posix() for file in files]

    def modified(self, path: str) -> datetime:
        """When it was written or moved."""
        return datetime.fromtimestamp((self.root / path).stat().st_mtime, UTC)

    def move(self, path: str, target: str) -> None:
        """Date it now and rename it, in this order: after a stop in between it is young, and not swept."""
        moved = self.root / target
        moved.parent.mkdir(parents=True, exist_ok=True)
        os.utime(self.root / path)
        (self.root / path).replace(moved)

    def delete(self, path: str) -> None:
        """Delete a file."""
        (self.root / path).unlink()

    def check(self) -> None:
        """Write a small file, read it and delete it."""
        probe = self._unfinished()
        try:
            probe.write_bytes(b"?")
            probe.read_bytes()
        finally:
            probe.unlink(missing_ok=True)

    def _unfinished(self) -> Path:
        folder = self.root / UNFINISHED
        folder.mkdir(parents=True, exist_ok=True)
        return folder / uuid4().hex


def _flush(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows cannot open folders
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
