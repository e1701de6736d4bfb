"""What an artifact store asks of the place where it keeps contents, and how contents are called there."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

CONTENTS, TRASH, UNFINISHED = "sha256", "trash", "unfinished"
"""The rooms of a place."""

CHUNK = 1 << 20


class Place(Protocol):
    """Files by their path below a root. Blocking; raises what its library raises."""

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    def keep(self, file: Path) -> str:
        """Keep the content of a local file, unless it is among the contents; answers with its SHA-256.

        It appears whole or not at all.
        """
        ...

    def fetch(self, path: str, target: Path) -> str:
        """Copy a file to the local disk; answers with the SHA-256 of what was read.

        Raises:
            FileNotFoundError: it is not there.
        """
        ...

    def paths(self, room: str) -> Sequence[str]:
        """Every file of a room."""
        ...

    def modified(self, path: str) -> datetime:
        """When a file was written or moved to its place."""
        ...

    def move(self, path: str, target: str) -> None:
        """Give a file another path; it counts as written now."""
        ...

    def delete(self, path: str) -> None:
        """Delete a file."""
        ...

    def check(self) -> None:
        """Write a small file, read it and delete it."""
        ...


def path_of(digest: str, room: str = CONTENTS) -> str:
    """`sha256/ab/cdef…`: 256 folders, so that none grows too large to be listed."""
    return f"{room}/{digest[:2]}/{digest[2:]}"


def digest_of(path: str) -> str:
    """The SHA-256 in a path."""
    return "".join(path.split("/")[-2:])


def copy(source: BinaryIO, target: BinaryIO) -> str:
    """Copy a stream; answers with its SHA-256."""
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()
