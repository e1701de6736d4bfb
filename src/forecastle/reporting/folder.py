"""A folder whose content appears at once: whoever looks sees the old result, or the new one, never half of it.

Everything is written into a hidden folder beside (or, where the folder exists already and may be a mount point, inside)
the target, forced to the disk, and only then moved. The marker file is removed first and put in place last, so that
a folder with a marker is whole.
"""

import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from forecastle.core.errors import OutputError


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFolder:
    """A place for results.

    marker: the file that stands for a whole result. names: every file a result may consist of.
    recognises: whether a marker file is one of ours.
    """

    path: Path
    marker: str
    names: Collection[str]
    recognises: Callable[[Path], bool]

    @contextmanager
    def replaced(self, *, overwrite: bool) -> Iterator[Path]:
        """A folder to write into, whose files are the new result once the block has ended well.

        The files of an earlier result are replaced; files of other people stay where they are.

        Raises:
            OutputError: the folder holds something else and `overwrite` is False, or writing failed.
        """
        self._check(overwrite=overwrite)
        stage = (self.path if self.path.exists() else self.path.parent) / f".unfinished-{uuid4().hex}"
        try:
            stage.mkdir(parents=True)
            yield stage
            self._publish(stage)
        except OSError as error:
            raise OutputError(
                f"The result could not be written to {str(self.path)!r}: {error.strerror or error}.",
                hint="Make room, or choose another folder with --out. Nothing half-written was left behind.",
                path=str(self.path),
            ) from error
        finally:
            shutil.rmtree(stage, ignore_errors=True)

    def _check(self, *, overwrite: bool) -> None:
        if self.path.exists() and not self.path.is_dir():
            raise OutputError(
                f"{str(self.path)!r} is a file, not a folder.",
                hint="Choose a folder with --out.",
                path=str(self.path),
            )
        others = self._content()
        if others and not overwrite and not self.recognises(self.path / self.marker):
            raise OutputError(
                f"The folder {str(self.path)!r} is not empty and holds no earlier result: {', '.join(others[:3])}"
                f"{' …' if len(others) > 3 else ''}.",
                hint="Choose another folder with --out, or add --force: it replaces the files of a result only.",
                path=str(self.path),
            )

    def _content(self) -> list[str]:
        if not self.path.is_dir():
            return []
        return sorted(entry.name for entry in self.path.iterdir() if not entry.name.startswith("."))

    def _publish(self, stage: Path) -> None:
        for file in stage.iterdir():
            _force_to_disk(file)
        _force_to_disk(stage)
        if stage.parent == self.path:
            self._move_in(stage)
        else:
            stage.rename(self.path)
        _force_to_disk(self.path.parent)

    def _move_in(self, stage: Path) -> None:
        """Exchange the files of an existing folder."""
        for name in (self.marker, *self.names):
            (self.path / name).unlink(missing_ok=True)
        for file in sorted(stage.iterdir(), key=lambda file: (file.name == self.marker, file.name)):
            file.replace(self.path / file.name)
        _force_to_disk(self.path)


def _force_to_disk(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot open folders
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
