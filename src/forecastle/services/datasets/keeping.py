"""Datasets: bringing them in, keeping every version, letting them go."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import polars as pl

from forecastle.core.errors import ConflictError, InputError, NotFoundError, SourceError
from forecastle.core.ports import Artifacts, Begin, UnitOfWork
from forecastle.core.records import AuditEvent, DatasetVersion, StoredDataset
from forecastle.data.dataset import Dataset
from forecastle.data.options import ReadOptions
from forecastle.data.snapshot import ROWS, load_snapshot, save_snapshot
from forecastle.data.sources import name_of
from forecastle.services.clock import Clock, utc_now
from forecastle.services.files.reading import demo, read
from forecastle.settings import Settings

log = logging.getLogger(__name__)

NO_OPTIONS = ReadOptions()
CONNECTION = "connection:"
"""How a source begins that is named in the settings."""
LEARNED = "learned.parquet"
"""What the steps of a version's recipe learned, beside its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a new version comes from. parent, recipe, by, note: as in `DatasetVersion`.

    learned: what all steps on the way from the source learned (see `recipes.step.LEARNED`); None: what those of the
    parent did.
    """

    parent: int | None = None
    recipe: tuple[Mapping[str, Any], ...] = ()
    by: str = ""
    note: str = ""
    learned: pl.DataFrame | None = None


NOWHERE = Origin()


@dataclass(frozen=True, kw_only=True)
class Datasets:
    """Every dataset of this house. Sources are read two at a time, for reading takes memory and both cores."""

    begin: Begin
    artifacts: Artifacts
    settings: Settings
    now: Clock = field(default=utc_now)
    reading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    async def upload(
        self, file: Path, *, name: str, filename: str, options: ReadOptions = NO_OPTIONS, by: str = ""
    ) -> DatasetVersion:
        """Read an uploaded file into a new version of a dataset, which is made if there is none of that name.

        filename: as the user calls it; named as the source.

        Raises:
            InputError: it cannot be read; nothing was kept.
        """
        dataset = replace(await self._read(str(file), options), source=filename)
        return await self.keep(name, dataset, Origin(by=by))

    async def connect(
        self, source: str, *, name: str, options: ReadOptions = NO_OPTIONS, by: str = ""
    ) -> DatasetVersion:
        """Read a database, an HTTP endpoint or an object store into a new version of a dataset.

        Raises:
            InputError: it may not be read from here (`server.sources`), or cannot be; nothing was kept.
        """
        if not source.startswith(CONNECTION):  # whoever runs the server allowed those by naming them
            self.check_allowed(source)
        return await self.keep(name, await self._read(source, options), Origin(by=by))

    async def bring(self, source: str, *, name: str, options: ReadOptions = NO_OPTIONS, by: str = "") -> DatasetVersion:
        """Read any source into a new version of a dataset, for people on this machine; `demo:NAME` comes along.

        Raises:
            InputError: it cannot be read; nothing was kept.
        """
        if source.startswith("demo:"):
            demonstration = await asyncio.to_thread(demo, source.removeprefix("demo:"))
            return await self.keep(name, demonstration.dataset, Origin(by=by))
        return await self.keep(name, await self._read(source, options), Origin(by=by))

    async def keep(self, name: str, dataset: Dataset, origin: Origin = NOWHERE) -> DatasetVersion:
        """Make a new version of a dataset, which is made if there is none of that name; the newest if it is the same.

        Raises:
            InputError: it cannot be the name of a dataset, or a column cannot be kept.
            OutputError: there is no room for it.
        """
        if origin.parent is not None and origin.learned is None:
            origin = replace(origin, learned=await self.learned(await self.version(name, origin.parent)))
        with TemporaryDirectory(prefix="forecastle-") as folder:
            await asyncio.to_thread(_save, dataset, origin, Path(folder))
            manifest = await self.artifacts.put(Path(folder))
        return await self.enter(
            name,
            DatasetVersion(
                id=str(uuid4()),
                dataset_id="",
                number=0,
                created_at=self.now(),
                source=dataset.source,
                rows=dataset.frame.height,
                manifest=manifest,
                columns=tuple(_columns(dataset)),
                findings=tuple(asdict(finding) for finding in dataset.findings),
                content_hash=manifest[ROWS],
                parent=origin.parent,
                recipe=origin.recipe,
                by=origin.by,
                note=origin.note,
            ),
        )

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

    async def trail(self, version: DatasetVersion) -> tuple[Mapping[str, Any], ...]:
        """All steps, as JSON, that led from what was read to a version."""
        async with self.begin() as work:
            ancestors = {one.number: one for one in await work.datasets.lineage(version.dataset_id)}
        steps = tuple(version.recipe)
        while version.parent is not None:
            version = ancestors[version.parent]
            steps = (*version.recipe, *steps)
        return steps

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

    async def _read(self, source: str, options: ReadOptions) -> Dataset:
        if source.startswith(CONNECTION):
            return await self._connected(source, options)
        async with self.reading:
            return await asyncio.to_thread(read, source, options, settings=self.settings.read)

    async def _connected(self, source: str, options: ReadOptions) -> Dataset:
        """What a connection of the settings leads to, under its name: nobody is told where that is."""
        urls = self.settings.connections.urls
        url = urls.get(source.removeprefix(CONNECTION))
        if url is None:
            raise InputError(
                f"There is no {source!r} in the settings.",
                hint=f"Connections: {', '.join(urls) or 'none'}. They are named in connections.urls.",
            )
        try:
            return replace(await self._read(url, options), source=source)
        except SourceError as error:
            raise hidden(error, url, source) from None

    async def enter(self, name: str, draft: DatasetVersion) -> DatasetVersion:
        """Make a new version, of a dataset that is made if there is none of that name; the newest if it is the same.

        draft: its number and dataset are found here.
        """
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

    def check_allowed(self, source: str) -> None:
        """Refuse what `server.sources` does not let requests name.

        Raises:
            InputError: it may not be read from here.
        """
        allowed = self.settings.server.sources
        if "://" in source:
            if not source.lower().startswith(tuple(beginning for beginning in allowed if "://" in beginning)):
                raise InputError(
                    f"Sources of the kind {source.partition('://')[0]}:// may not be read by this server.",
                    hint=f"Allowed in server.sources: {', '.join(allowed)}.",
                )
            return
        path = Path(source).resolve()
        if not any(path.is_relative_to(Path(root).resolve()) for root in allowed if "://" not in root):
            raise InputError(
                "This server reads no files of its own disk from there.",
                hint="Upload the file, or have its folder added to server.sources.",
            )


def _save(dataset: Dataset, origin: Origin, folder: Path) -> None:
    save_snapshot(dataset, folder)
    if origin.learned is not None and not origin.learned.is_empty():
        origin.learned.write_parquet(folder / LEARNED, compression="zstd")


def hidden(error: SourceError, url: str, name: str) -> SourceError:
    """The same error with the name of the connection wherever it told a part of its URL."""
    parts = urlsplit(url)
    told = [url, name_of(url), parts.netloc, parts.password, parts.username, parts.hostname, parts.path.strip("/")]
    message, hint = error.message, error.hint
    for part in sorted(filter(None, told), key=len, reverse=True):
        message, hint = (text.replace(unquote(part), name).replace(part, name) for text in (message, hint))
    return SourceError(message, hint=hint, source=name)


def _checked(name: str) -> str:
    if not name.strip() or len(name) > 200 or any(not letter.isprintable() or letter == "/" for letter in name):
        raise InputError(
            f"{name!r} cannot be the name of a dataset.",
            hint="Choose 1 to 200 printable characters without a slash.",
        )
    return name


def _columns(dataset: Dataset) -> list[dict[str, Any]]:
    types = dataset.frame.schema
    return [
        {
            "column": guess.column,
            "role": guess.role.value,
            "type": str(types[guess.column]) if guess.column in types else None,
            "confidence": guess.confidence,
            "reason": guess.reason,
        }
        for guess in dataset.roles.guesses
    ]
