"""The artifact store: contents by their SHA-256, in whatever place.

A sweep and a put need no lock between them, because a sweep never deletes what a put can find. It moves what nobody
refers to into the trash; there it stays for as long as anything unrecorded may live, and comes back when it turns out
to be referred to after all. A put looks among the contents only, and a `get` in the trash, too.
"""

import asyncio
import errno
import re
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PureWindowsPath

from forecastle.core.errors import ArtifactError, ForecastleError, OutputError
from forecastle.core.ports import Manifest
from forecastle.storage.artifacts.place import CONTENTS, TRASH, UNFINISHED, Place, digest_of, path_of

AT_ONCE = 8
"""Files read or written at once: a store far away answers each slowly."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
DIGEST = re.compile("[0-9a-f]{64}")
OURS = re.compile("(sha256|trash)/[0-9a-f]{2}/[0-9a-f]{62}|unfinished/[0-9a-f]{32}")
"""What a sweep may touch; a bucket may hold other people's files."""

RESTORE = "Restore the store from a backup; or read the dataset, or train the model, once more."


@dataclass(frozen=True, slots=True)
class Store:
    """Implements `core.ports.Artifacts` over a place; everything that blocks runs in threads."""

    place: Place

    async def put(self, folder: Path) -> Manifest:
        """Keep every file of a local folder.

        Raises:
            OutputError: it could not be written (disk full, no access); nothing half-written is left behind.
        """
        return await asyncio.to_thread(self._put, folder)

    async def get(self, manifest: Manifest, folder: Path) -> None:
        """Write the files of an artifact into a local folder, verified against their SHA-256.

        Raises:
            ArtifactError: a file is missing, cannot be read, or is not what was kept.
            OutputError: the folder's disk is full.
        """
        await asyncio.to_thread(self._get, manifest, folder)

    async def sweep(self, referenced: Collection[str], *, older_than: timedelta) -> int:
        """Delete contents nobody refers to, now and in an earlier sweep that long ago; answers how many.

        Those that are older than that and not referred to go into the trash, and from there, after as long again, for
        good; those that are referred to by then come back. With a grace of zero, for when nobody puts, all of it
        happens at once. What broken-off puts left behind goes, too.

        Raises:
            OutputError: the store could not be changed.
        """
        return await asyncio.to_thread(self._sweep, frozenset(referenced), older_than)

    async def check(self) -> None:
        """Whether the store can be written and read.

        Raises:
            OutputError: it cannot.
        """
        await asyncio.to_thread(self._check)

    def _put(self, folder: Path) -> Manifest:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        with self._changing(), ThreadPoolExecutor(AT_ONCE) as threads:
            digests = list(threads.map(self.place.keep, files))
        names = (file.relative_to(folder).as_posix() for file in files)
        return dict(zip(names, digests, strict=True))

    def _get(self, manifest: Manifest, folder: Path) -> None:
        _check_manifest(manifest)
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(lambda name: self._copy(name, manifest[name], folder / name), manifest))

    def _copy(self, name: str, digest: str, target: Path) -> None:
        """Fetch one file and verify it; one that is not what was kept does not stay."""
        found = None
        try:
            found = self._fetch(name, digest, target)
        finally:
            if found != digest:
                target.unlink(missing_ok=True)
        if found != digest:
            raise ArtifactError(
                f"The file {name!r} in {self.place.name} was changed: its SHA-256 is {found}, not {digest}.",
                hint=RESTORE,
                file=name,
                expected=digest,
                found=found,
            )

    def _fetch(self, name: str, digest: str, target: Path) -> str:
        content, trash = path_of(digest), path_of(digest, TRASH)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            for path in (content, trash, content):  # a sweep may move it while we look
                with suppress(FileNotFoundError):
                    return self.place.fetch(path, target)
        except Exception as error:  # every store raises its own errors, which share no base class
            if isinstance(error, OSError) and error.errno in FULL:
                raise OutputError(f"There is no room for {str(target)!r}: {_reason(error)}.") from error
            raise ArtifactError(
                f"The file {name!r} could not be copied from {self.place.name}: {_reason(error)}.",
                hint="Check that the store can be reached, and its credentials.",
                file=name,
                expected=digest,
            ) from error
        raise ArtifactError(
            f"The file {name!r} is missing from {self.place.name}: no content has the SHA-256 {digest}.",
            hint=RESTORE,
            file=name,
            expected=digest,
            found=None,
        )

    def _sweep(self, referenced: frozenset[str], older_than: timedelta) -> int:
        with self._changing():
            rooms = (UNFINISHED, CONTENTS, TRASH)  # in this order, so that without a grace all goes in one sweep
            paths = (path for room in rooms for path in self.place.paths(room) if OURS.fullmatch(path))
            return sum(self._tidy(path, referenced, older_than) for path in paths)

    def _tidy(self, path: str, referenced: frozenset[str], older_than: timedelta) -> bool:
        """Move one file where it belongs, or delete it; True when a content was deleted."""
        room, digest = path.partition("/")[0], digest_of(path)
        with suppress(FileNotFoundError):  # another sweep was quicker
            if digest in referenced:
                if room == TRASH:
                    self.place.move(path, path_of(digest))
            elif datetime.now(UTC) - self.place.modified(path) >= older_than:
                if room == CONTENTS:
                    self.place.move(path, path_of(digest, TRASH))
                else:
                    self.place.delete(path)
                    return room == TRASH
        return False

    def _check(self) -> None:
        with self._changing():
            self.place.check()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Errors of the place, in words."""
        try:
            yield
        except ForecastleError:
            raise
        except Exception as error:  # every store raises its own errors, which share no base class
            raise OutputError(
                f"The artifact store {self.place.name} could not be written to: {_reason(error)}.",
                hint="Make room, or check that it can be reached, and its credentials. Nothing half-written was left.",
                location=self.place.name,
            ) from error


def _check_manifest(manifest: Manifest) -> None:
    """A manifest comes from a database, and must not lead anywhere but into the folder and the contents.

    Raises:
        ArtifactError: it would.
    """
    for name, digest in manifest.items():
        path = PureWindowsPath(name)  # splits at both kinds of slash
        outside = not path.parts or path.anchor or ".." in path.parts or "\0" in name
        if outside or not DIGEST.fullmatch(digest):
            raise ArtifactError(
                f"The manifest has {name!r} with SHA-256 {digest!r}: no file inside an artifact.",
                hint=RESTORE,
                file=name,
                expected=digest,
            )


def _reason(error: Exception) -> str:
    """The first line of what an error says."""
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return text.splitlines()[0].rstrip(".") if text else type(error).__name__
