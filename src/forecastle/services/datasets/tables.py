"""Tables without time: brought in as datasets of their own kind, to be learned from and to be joined."""

import asyncio
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import polars as pl

from forecastle.core.ports import Artifacts
from forecastle.core.records import DatasetVersion
from forecastle.data.options import ReadOptions
from forecastle.data.snapshot import ROWS
from forecastle.data.tables import FIND_OUT, RowTable, load_rows, read_table, save_table
from forecastle.services.datasets.keeping import Datasets


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
        return await self._keep(name, replace(await self._read(str(file), options), source=filename), by)

    async def connect(self, source: str, *, name: str, options: ReadOptions = FIND_OUT, by: str = "") -> DatasetVersion:
        """Read a database, an HTTP endpoint or an object store into a new version of a dataset.

        Raises:
            InputError: it may not be read from here (`server.sources`), or cannot be; nothing was kept.
        """
        self.datasets.check_allowed(source)
        return await self._keep(name, await self._read(source, options), by)

    async def bring(self, source: str, *, name: str, options: ReadOptions = FIND_OUT, by: str = "") -> DatasetVersion:
        """Read any source into a new version of a dataset, for people on this machine.

        Raises:
            InputError: it cannot be read; nothing was kept.
        """
        return await self._keep(name, await self._read(source, options), by)

    async def rows(self, version: DatasetVersion) -> pl.DataFrame:
        """The rows of a version, be it a table or a sales history.

        Raises:
            ArtifactError: its files are missing or were changed.
        """
        with TemporaryDirectory(prefix="forecastle-") as folder:
            await self.artifacts.get(version.manifest, Path(folder))
            return await asyncio.to_thread(load_rows, Path(folder))

    async def _read(self, source: str, options: ReadOptions) -> RowTable:
        async with self.datasets.reading:
            return await asyncio.to_thread(read_table, source, options=options, settings=self.datasets.settings.read)

    async def _keep(self, name: str, table: RowTable, by: str) -> DatasetVersion:
        with TemporaryDirectory(prefix="forecastle-") as folder:
            await asyncio.to_thread(save_table, table, Path(folder))
            manifest = await self.artifacts.put(Path(folder))
        draft = DatasetVersion(
            id=str(uuid4()),
            dataset_id="",
            number=0,
            created_at=self.datasets.now(),
            source=table.source,
            rows=table.frame.height,
            manifest=manifest,
            columns=tuple(table.columns),
            findings=tuple(asdict(finding) for finding in table.findings),
            content_hash=manifest[ROWS],
            by=by,
        )
        return await self.datasets.enter(name, draft)
