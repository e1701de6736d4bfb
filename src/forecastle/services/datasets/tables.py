"""Tables without time: brought in as datasets of their own kind, to be learned from and to be joined."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from forecastle.core.ports import Artifacts
from forecastle.core.records import DatasetVersion
from forecastle.data.options import ReadOptions
from forecastle.data.tables import FIND_OUT, load_rows
from forecastle.services.datasets.datasets import Datasets
from forecastle.services.datasets.intake import Wanted


@dataclass(frozen=True, kw_only=True)
class RowTables:
    """Datasets as rows, whether they know a time or not."""

    datasets: Datasets
    artifacts: Artifacts

    async def upload(
        self, file: Path, *, name: str, filename: str, options: ReadOptions = FIND_OUT, by: str = ""
    ) -> DatasetVersion:
        """Read an uploaded file into a new version of a dataset. filename: as the user calls it.

        Raises:
            InputError: it cannot be read; nothing was kept.
        """
        wanted = Wanted(source=str(file), options=options, called=filename, timeless=True)
        return await self.datasets.take(name, wanted, by)

    async def connect(self, source: str, *, name: str, options: ReadOptions = FIND_OUT, by: str = "") -> DatasetVersion:
        """Read a database, an HTTP endpoint or an object store into a new version of a dataset.

        Raises:
            InputError: it may not be read from here (`server.sources`), or cannot be; nothing was kept.
        """
        self.datasets.intake.check_allowed(source)
        return await self.bring(source, name=name, options=options, by=by)

    async def bring(self, source: str, *, name: str, options: ReadOptions = FIND_OUT, by: str = "") -> DatasetVersion:
        """Read any source into a new version of a dataset, for people on this machine.

        Raises:
            InputError: it cannot be read; nothing was kept.
        """
        return await self.datasets.take(name, Wanted(source=source, options=options, timeless=True), by)

    async def rows(self, version: DatasetVersion) -> pl.DataFrame:
        """The rows of a version, be it a table or a sales history.

        Raises:
            ArtifactError: its files are missing or were changed.
        """
        with TemporaryDirectory(prefix="forecastle-") as folder:
            await self.artifacts.get(version.manifest, Path(folder))
            return await asyncio.to_thread(load_rows, Path(folder))
