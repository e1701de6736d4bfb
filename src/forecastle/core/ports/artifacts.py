"""Where datasets and fitted models are kept as files."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Protocol

Manifest = Mapping[str, str]
"""The files of one artifact: their path inside it, and the SHA-256 of their content."""


class Artifacts(Protocol):
    """Content-addressed files: the name of a content is its SHA-256, so equal files are kept once.

    A file is there whole or not at all: it is written under another name, flushed to the disk, and renamed.
    """

    async def put(self, folder: Path) -> Manifest:
        """Keep every file of a local folder.

        Raises:
            OutputError: it could not be written (disk full, no access); nothing half-written is left behind.
        """
        ...

    async def get(self, manifest: Manifest, folder: Path) -> None:
        """Write the files of an artifact into a local folder, verified against their SHA-256.

        Raises:
            ArtifactError: a file is missing, cannot be read, or is not what was kept.
            OutputError: the folder could not be written to.
        """
        ...

    async def sweep(self, referenced: Collection[str], *, older_than: timedelta) -> int:
        """Delete contents nobody refers to, now and for that long; answers how many.

        referenced: the SHA-256 of those that are needed. older_than: longer than it takes from a put until what was
        put is recorded, for until then nobody refers to it. A put may run at the same time.

        Raises:
            OutputError: the store could not be changed.
        """
        ...

    async def check(self) -> None:
        """Whether the store can be written and read.

        Raises:
            OutputError: it cannot.
        """
        ...
