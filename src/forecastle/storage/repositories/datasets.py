"""Datasets, their versions and their series."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, RowMapping, delete, func, select, update

from forecastle.core.errors import NotFoundError
from forecastle.core.records import DatasetVersion, StoredDataset
from forecastle.storage.repositories.products import Products, lock_dataset
from forecastle.storage.tables import DATASET, DATASET_VERSION, EXECUTION, ROWS_OF_EXECUTION
from forecastle.storage.transaction import Transaction


class SqlDatasets:
    """`core.ports.Datasets` in the database."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, dataset: StoredDataset) -> None:
        """Keep a new dataset."""
        taken = f"There is a dataset {dataset.name!r} already."
        await self._transaction.write(DATASET.insert().values(asdict(dataset)), conflict=taken)

    async def find(self, name_or_id: str) -> StoredDataset:
        """The dataset of that name or id; a name wins over an equal id."""
        wanted = (DATASET.c.name == name_or_id) | (DATASET.c.id == name_or_id)
        found = await self._live(wanted)
        if not found:
            raise NotFoundError(f"There is no dataset {name_or_id!r}.", hint="forecastle datasets lists them.")
        return next((dataset for dataset in found if dataset.name == name_or_id), found[0])

    async def list(self) -> Sequence[StoredDataset]:
        """All that are not deleted, the newest first."""
        return await self._live()

    async def delete(self, dataset_id: str, at: datetime) -> None:
        """Mark a dataset as deleted; a second time changes nothing."""
        live = (DATASET.c.id == dataset_id) & DATASET.c.deleted_at.is_(None)
        await self._transaction.write(update(DATASET).where(live).values(deleted_at=at))

    async def purge(self, before: datetime) -> int:
        """Remove datasets deleted before that moment, with their versions, series, results and models."""
        gone = select(DATASET.c.id).where(DATASET.c.deleted_at < before)
        if not await self._transaction.read(gone):
            return 0
        versions = select(DATASET_VERSION.c.id).where(DATASET_VERSION.c.dataset_id.in_(gone))
        executions = select(EXECUTION.c.number).where(EXECUTION.c.dataset_version_id.in_(versions))
        for table in ROWS_OF_EXECUTION:
            await self._transaction.write(delete(table).where(table.c.execution_number.in_(executions)))
        removed = delete(DATASET).where(DATASET.c.deleted_at < before).returning(DATASET.c.id)
        return len(await self._transaction.write(removed))

    async def owner(self, version_id: str) -> StoredDataset:
        """The dataset that a version belongs to."""
        query = select(DATASET).join(DATASET_VERSION).where(DATASET_VERSION.c.id == version_id)
        rows = await self._transaction.read(query)
        if not rows:
            raise NotFoundError(f"There is no dataset version of the id {version_id!r}.")
        return StoredDataset(**rows[0])

    async def add_version(self, version: DatasetVersion) -> DatasetVersion:
        """Keep a new version under the next number of its dataset."""
        await lock_dataset(self._transaction, version.dataset_id)
        newest = func.coalesce(func.max(DATASET_VERSION.c.number), 0) + 1
        numbers = select(newest.label("next")).where(DATASET_VERSION.c.dataset_id == version.dataset_id)
        numbered = replace(version, number=(await self._transaction.read(numbers))[0]["next"])
        await self._transaction.write(DATASET_VERSION.insert().values(asdict(numbered)))
        return numbered

    async def versions(self, dataset_id: str) -> Sequence[DatasetVersion]:
        """All versions that are not deleted, the newest first."""
        return [version for version in await self.lineage(dataset_id) if version.deleted_at is None]

    async def lineage(self, dataset_id: str) -> Sequence[DatasetVersion]:
        """All versions there ever were, the newest first."""
        query = select(DATASET_VERSION).where(DATASET_VERSION.c.dataset_id == dataset_id)
        return [_version(row) for row in await self._transaction.read(query.order_by(DATASET_VERSION.c.number.desc()))]

    async def version(self, dataset_id: str, number: int | None = None) -> DatasetVersion:
        """One version; the newest without a number."""
        live = DATASET_VERSION.c.deleted_at.is_(None)
        query = select(DATASET_VERSION).where(DATASET_VERSION.c.dataset_id == dataset_id, live)
        if number is not None:
            query = query.where(DATASET_VERSION.c.number == number)
        rows = await self._transaction.read(query.order_by(DATASET_VERSION.c.number.desc()).limit(1))
        if not rows:
            raise NotFoundError(
                "There is no version of this dataset."
                if number is None
                else f"There is no version {number} of this dataset."
            )
        return _version(rows[0])

    async def pin_version(self, version_id: str, at: datetime | None) -> None:
        """Have a version stay, or let it go again."""
        await self._change(version_id, pinned_at=at)

    async def delete_version(self, version_id: str, at: datetime) -> None:
        """Mark a version as deleted; what is known about it stays."""
        await self._change(version_id, deleted_at=at)

    async def prune_versions(self, before: datetime) -> int:
        """Forget the files of versions deleted before that moment."""
        query = select(DATASET_VERSION.c.id, DATASET_VERSION.c.manifest).where(DATASET_VERSION.c.deleted_at < before)
        kept = [row["id"] for row in await self._transaction.read(query) if row["manifest"]]
        for version_id in kept:
            await self._change(version_id, manifest={})
        return len(kept)

    async def _change(self, version_id: str, **values: Any) -> None:  # noqa: ANN401 - of any column
        await self._transaction.write(update(DATASET_VERSION).where(DATASET_VERSION.c.id == version_id).values(values))

    async def save_series(self, dataset_id: str, keys: pl.DataFrame) -> None:
        """Remember the series of a dataset; known ones stay."""
        await Products(self._transaction, dataset_id).remember(keys)

    async def _live(self, *conditions: ColumnElement[bool]) -> Sequence[StoredDataset]:
        query = select(DATASET).where(DATASET.c.deleted_at.is_(None), *conditions)
        newest = query.order_by(DATASET.c.created_at.desc(), DATASET.c.id)
        return [StoredDataset(**row) for row in await self._transaction.read(newest)]


def _version(row: RowMapping) -> DatasetVersion:
    lists = {name: tuple(row[name] or ()) for name in ("columns", "findings", "recipe")}
    texts = {name: row[name] or "" for name in ("content_hash", "by", "note")}
    return DatasetVersion(**{**row, **lists, **texts})
