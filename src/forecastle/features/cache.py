"""Feature tables that were made before: equal data and an equal question give an equal table.

A table is a Parquet file named by the SHA-256 of all that went into it, so that it is never out of date.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import numpy as np
import polars as pl

from forecastle.features.history import History
from forecastle.features.spec import FeatureSpec

log = logging.getLogger(__name__)

LAYOUT = "1"
"""Raise it when features of the same name are worked out otherwise."""


@dataclass(frozen=True, kw_only=True)
class FeatureCache:
    """Tables in a folder of this machine, the ones used longest ago gone first when there is no room.

    room: bytes they may take. counts: how many were `reused` and `made` since this was opened.
    """

    folder: Path
    room: int
    counts: dict[str, int] = field(default_factory=lambda: {"reused": 0, "made": 0})

    def table(self, key: str, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """The table of that key, made if it is not there; a file that cannot be read is made again."""
        file = self.folder / f"{key}.parquet"
        try:
            table = pl.read_parquet(file)
            file.touch()
        except (OSError, pl.exceptions.PolarsError):
            table = make()
            self.counts["made"] += 1
            self._keep(table, file)
        else:
            self.counts["reused"] += 1
            log.info("features reused", extra={"key": key[:12], "rows": table.height})
        return table

    def _keep(self, table: pl.DataFrame, file: Path) -> None:
        """Written under another name first, so that it is there whole or not at all; a full disk costs nothing else."""
        unfinished = file.with_suffix(f".{uuid4().hex}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            table.write_parquet(unfinished, compression="lz4")
            unfinished.replace(file)
            self._make_room()
        except (OSError, pl.exceptions.PolarsError) as error:
            with suppress(OSError):
                unfinished.unlink()
            log.warning("features not kept", extra={"error": str(error).splitlines()[0]})

    def _make_room(self) -> None:
        sizes = {file: file.stat() for file in self.folder.glob("*.parquet")}
        taken = sum(told.st_size for told in sizes.values())
        for file in sorted(sizes, key=lambda file: sizes[file].st_mtime):
            if taken <= self.room:
                return
            taken -= sizes[file].st_size
            file.unlink(missing_ok=True)


def key_of(history: History, spec: FeatureSpec, *question: object) -> str:
    """The SHA-256 of the data, of the specification, and of what else is asked (steps, rows …)."""
    digest = hashlib.sha256(repr((LAYOUT, spec, history.seasons, history.ahead, *question)).encode())
    digest.update("\n".join(history.grid.ids.cast(pl.String)).encode())
    digest.update(str(history.grid.freq).encode())
    for name, array in _arrays(history):
        digest.update(f"{name}:{array.dtype}:{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _arrays(history: History) -> Iterable[tuple[str, np.ndarray]]:
    grid = history.grid
    yield from (("values", grid.values), ("last", grid.last), ("lengths", grid.lengths))
    for kind, arrays in (("past", history.past), ("known", history.known), ("static", history.static)):
        yield from ((f"{kind}.{name}", array) for name, array in arrays.items())
