"""Tables without time: brought in as datasets of their own kind, to be learned from and to be joined."""

import asyncio
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import polars as pl

from forecastle.core.ports import Artifacts
from forecastle.core.records import DatasetVersion
from forecastle.data.snapshot import ROWS
from forecastle.data.tables import load_rows, read_table, save_table
from forecastle.services.datasets import Datasets


@dataclass(frozen=True, kw_only=True)
class RowTables:
    """Datasets as rows, whether they know a time or not."""

    datasets: Datasets
    artifacts: Artifacts

    async def bring(self, source: str, *, name: str, filename: str | None = None, by: str = "") -> DatasetVersion:
        """Read any source as a table into a new version of a dataset; for people on this machine, and for uploads.

        filename: as the user calls what was read; named as the source.

        Raises:
            InputError: it cannot be read; nothing was kept.
        """
        async with self.datasets.reading:
            table = await asyncio.to_thread(read_table, source, settings=self.datasets.settings.read)
        table = replace(table, source=filename or table.source)
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

    async def rows(self, version: DatasetVersion) -> pl.DataFrame:
        """The rows of a version, be it a table or a sales history.

        Raises:
            ArtifactError: its files are missing or were changed.
        """
        with TemporaryDirectory(prefix="forecastle-") as folder:
            await self.artifacts.get(version.manifest, Path(folder))
            return await asyncio.to_thread(load_rows, Path(folder))
