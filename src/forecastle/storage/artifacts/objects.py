"""A bucket of an object store as the place of contents."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from forecastle.storage.artifacts.place import UNFINISHED, path_of

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A bucket, or what lies below a prefix of it, through fsspec. root: `bucket/prefix`."""

    name: str
    system: "AbstractFileSystem"
    root: str

    @classmethod
    def open(cls, url: str) -> Self:
        """The place at a URL.

        Raises:
            ImportError: the package for this kind of store is not installed.
        """
        import fsspec

        # Listings are not cached: others write to the store, too.
        system, root = fsspec.core.url_to_fs(url, use_listings_cache=False)
        return cls(name=url, system=system, root=root.rstrip("/"))

    def keep(self, file: Path) -> str:
        """Upload; an object store shows an upload when it is complete."""
        digest = _digest(file)
        path = self._at(path_of(digest))
        if not self.system.exists(path):
            with suppress(FileExistsError):  # somebody else was quicker, with the same content
                self.system.put_file(str(file), path)
        return digest

    def fetch(self, path: str, target: Path) -> str:
        """Download."""
        self.system.get_file(self._at(path), str(target))
        return _digest(target)

    def paths(self, room: str) -> Sequence[str]:
        """Every file of a room."""
        try:
            return [path.removeprefix(f"{self.root}/") for path in self.system.find(self._at(room))]
        except FileNotFoundError:
            return []

    def modified(self, path: str) -> datetime:
        """When it was uploaded or moved."""
        written: datetime = self.system.modified(self._at(path))
        return written

    def move(self, path: str, target: str) -> None:
        """Copy, then delete; a stop in between leaves both, which does no harm."""
        self.system.cp_file(self._at(path), self._at(target))
        self.system.rm_file(self._at(path))

    def delete(self, path: str) -> None:
        """Delete a file."""
        self.system.rm_file(self._at(path))

    def check(self) -> None:
        """Write a small file, read it and delete it."""
        probe = self._at(f"{UNFINISHED}/{uuid4().hex}")
        self.system.pipe_file(probe, b"?")
        self.system.cat_file(probe)
        self.system.rm_file(probe)

    def _at(self, path: str) -> str:
        return f"{self.root}/{path}"


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
