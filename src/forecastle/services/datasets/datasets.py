"""Datasets: every version of them, found, opened, entered, and let go."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import polars as pl

from forecastle.core.errors import ConflictError, InputError, NotFoundError
from forecastle.core.ports import Artifacts, Begin, UnitOfWork
from forecastle.core.records import AuditEvent, DatasetVersion, StoredDataset
from forecastle.data.dataset import Dataset
from forecastle.data.options import ReadOptions
from forecastle.data.snapshot import load_snapshot
from forecastle.services.clock import Clock, utc_now
from forecastle.services.datasets.drafts import LEARNED, Origin, draft_of, save
from forecastle.services.datasets.intake import NO_OPTIONS, Intake, Wanted
from forecastle.services.files.reading import demo

log = logging.getLogger(__name__)

NOWHERE = Origin()


@dataclass(frozen=True, kw_only=True)
class Datasets:
    """Every dataset of this house."""

    begin: Begin
    artifacts: Artifacts
    intake: Intake
    now: Clock = field(default=utc_now)

    async def upload(
        self, file: Path, *, name: str, filename: str, options: ReadOptions = NO_OPTIONS, by: str = ""
    ) -> DatasetVersion:
        """Read an uploaded file into a new version of a dataset, which is made if there is none of that name.

        filename: as the user calls it; named as the source.

        Raises:
            InputError: it cannot be read; nothing was kept.
        """
        return await self.take(name, Wanted(source=str(file), options=options, called=filename), by)

    async def connect(
        self, source: str, *, name: str, options: ReadOptions = NO_OPTIONS, by: str = ""
    ) -> DatasetVersion:
        """Read a database, an HTTP endpoint or an object store into a new version of a dataset.

        Raises:
            InputError: it may not be read from here (`server.sources`), or cannot be; nothing was kept.
        """
        self.intake.check_allowed(source)
        return await self.take(name, Wanted(source=source, options=options), by)

    async def bring(self, source: str, *, name: str, options: ReadOptions = NO_OPTIONS, by: str = "") -> DatasetVersion:
        """Read any source into a new version of a dataset, for people on this machine; `demo:NAME` comes along.

        Raises:
            InputError: it cannot be read; nothing was kept.
        """
        if source.startswith("demo:"):
            demonstration = await asyncio.to_thread(demo, source.removeprefix("demo:"))
            return await self.keep(name, demonstration.dataset, Origin(by=by))
        return await self.take(name, Wanted(source=source, options=options), by)

    async def take(self, name: str, wanted: Wanted, by: str) -> DatasetVersion:
        """Read what is wanted into a new version; the newest if it is the same.

        Raises:
            InputError: it cannot be read; nothing was kept.
            OutputError: there is no room for it.
        """
        with TemporaryDirectory(prefix="forecastle-") as folder:
            await self.intake.read(wanted, Path(folder))
            return await self._keep(name, Path(folder), Origin(by=by))

    async def keep(self, name: str, dataset: Dataset, origin: Origin = NOWHERE) -> DatasetVersion:
        """Make a new version of a dataset, which is made if there is none of that name; the newest if it is the same.

        Raises:
            InputError: it cannot be the name of a dataset, or a column cannot be kept.
            OutputError: there is no room for it.
        """
        if origin.parent is not None and origin.learned is None:
            origin = replace(origin, learned=await self.learned(await self.version(name, origin.parent)))
        with TemporaryDirectory(prefix="forecastle-") as folder:
            await asyncio.to_thread(save, dataset, origin, Path(folder))
            return await self._keep(name, Path(folder), origin)

    async def list(self) -> Sequence[StoredDataset]:
        """All datasets, the newest first."""
        async with self.begin() as work:
            return await work.datasets.list()

    async def find(self, name: str | None) -> StoredDataset:
        """The dataset of that name or id; without one, the only dataset there is.

        Raises:
            NotFoundError: there is none.
            InputError: there are several, and none was named.
        """
        async with self.begin() as work:
            return await self._find(work, name)

    async def versions(self, name: str) -> Sequence[DatasetVersion]:
        """The versions of a dataset, the newest first.

        Raises:
            NotFoundError: there is no such dataset.
        """
        async with self.begin() as work:
            return await work.datasets.versions((await work.datasets.find(name)).id)

    async def version(self, name: str | None, number: int | None = None) -> DatasetVersion:
        """One version of a dataset; the newest without a number.

        Raises:
            NotFoundError: there is none.
            InputError: there are several datasets, and none was named.
        """
        async with self.begin() as work:
            return await work.datasets.version((await self._find(work, name)).id, number)

    async def open(self, version: DatasetVersion) -> Dataset:
        """The rows and roles of a version.

        Raises:
            InputError: it is a table without time.
            ArtifactError: its files are missing or were changed.
        """
        with TemporaryDirectory(prefix="forecastle-") as folder:
            await self.artifacts.get(version.manifest, Path(folder))
            return await asyncio.to_thread(load_snapshot, Path(folder))

    async def ancestry(self, version: DatasetVersion) -> Sequence[DatasetVersion]:
        """The versions that led to one, from what was read to itself; deleted ones among them."""
        async with self.begin() as work:
            known = {one.number: one for one in await work.datasets.lineage(version.dataset_id)}
        found = [version]
        while found[0].parent is not None:
            found.insert(0, known[found[0].parent])
        return found

    async def trail(self, version: DatasetVersion) -> tuple[Mapping[str, Any], ...]:
        """All steps, as JSON, that led from what was read to a version."""
        return tuple(step for one in await self.ancestry(version) for step in one.recipe)

    async def learned(self, version: DatasetVersion) -> pl.DataFrame | None:
        """What the steps of the trail of a version learned (see `recipes.step.LEARNED`); None where none does.

        Raises:
            ArtifactError: the file is missing or was changed.
        """
        if LEARNED not in version.manifest:
            return None
        with TemporaryDirectory(prefix="forecastle-") as folder:
            await self.artifacts.get({LEARNED: version.manifest[LEARNED]}, Path(folder))
            return await asyncio.to_thread(pl.read_parquet, Path(folder) / LEARNED)

    async def delete(self, name: str, *, by: str) -> StoredDataset:
        """Delete a dataset: it is gone from every list now, and from the disk after `storage.retention_days`.

        Raises:
            NotFoundError: there is no such dataset.
        """
        async with self.begin() as work:
            found = await work.datasets.find(name)
            await work.datasets.delete(found.id, self.now())
            details = {"id": found.id}
            event = AuditEvent(at=self.now(), by=by, action="dataset.delete", subject=found.name, details=details)
            await work.audit.add(event)
            await work.commit()
        log.info("dataset deleted", extra={"dataset": found.name})
        return found

    async def _find(self, work: UnitOfWork, name: str | None) -> StoredDataset:
        if name is not None:
            return await work.datasets.find(name)
        datasets = await work.datasets.list()
        if not datasets:
            raise NotFoundError("There is no dataset yet.", hint="Upload one: POST /datasets.")
        if len(datasets) > 1:
            names = ", ".join(dataset.name for dataset in datasets)
            raise InputError(f"There are {len(datasets)} datasets; say which.", hint=f"Datasets: {names}.")
        return datasets[0]

    async def _keep(self, name: str, folder: Path, origin: Origin) -> DatasetVersion:
        """The files of a folder as a version."""
        manifest = await self.artifacts.put(folder)
        draft = await asyncio.to_thread(draft_of, folder, manifest, origin, self.now())
        try:
            return await self._enter(name, draft)
        except ConflictError:  # somebody made a dataset of that name at the same moment, so that it is there now
            return await self._enter(name, draft)

    async def _enter(self, name: str, draft: DatasetVersion) -> DatasetVersion:
        """A new version, or the newest one when it is the same."""
        async with self.begin() as work:
            found = await self._found_or_made(work, name)
            newest = next(iter(await work.datasets.versions(found.id)), None)
            if newest is not None and newest.manifest == draft.manifest:
                return newest
            version = await work.datasets.add_version(replace(draft, dataset_id=found.id))
            await work.commit()
        log.info("dataset kept", extra={"dataset": name, "version": version.number, "rows": version.rows})
        return version

    async def _found_or_made(self, work: UnitOfWork, name: str) -> StoredDataset:
        try:
            return await work.datasets.find(name)
        except NotFoundError:
            made = StoredDataset(id=str(uuid4()), name=_checked(name), created_at=self.now())
            await work.datasets.add(made)
            return made


def _checked(name: str) -> str:
    if not name.strip() or len(name) > 200 or any(not letter.isprintable() or letter == "/" for letter in name):
        raise InputError(
            f"{name!r} cannot be the name of a dataset.",
            hint="Choose 1 to 200 printable characters without a slash.",
        )
    return name
