"""What services ask of the database about datasets and their versions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import polars as pl

from forecastle.core.records import DatasetVersion, StoredDataset


class Datasets(Protocol):
    """Datasets and their versions."""

    async def add(self, dataset: StoredDataset) -> None:
        """Keep a new dataset.

        Raises:
            ConflictError: there is one of that name.
        """
        ...

    async def find(self, name_or_id: str) -> StoredDataset:
        """The dataset of that name or id.

        Raises:
            NotFoundError: there is none, or it was deleted.
        """
        ...

    async def list(self) -> Sequence[StoredDataset]:
        """All that are not deleted, the newest first."""
        ...

    async def delete(self, dataset_id: str, at: datetime) -> None:
        """Mark a dataset as deleted; what it left behind is removed by `purge`."""
        ...

    async def purge(self, before: datetime) -> int:
        """Remove datasets deleted before that moment, with all that refers to them; answers how many.

        That is versions, series, executions, models and their log.
        """
        ...

    async def owner(self, version_id: str) -> StoredDataset:
        """The dataset that a version belongs to.

        Raises:
            NotFoundError: there is no such version.
        """
        ...

    async def add_version(self, version: DatasetVersion) -> DatasetVersion:
        """Keep a new version; its number is the next of its dataset, whatever `version` says."""
        ...

    async def versions(self, dataset_id: str) -> Sequence[DatasetVersion]:
        """All versions that are not deleted, the newest first."""
        ...

    async def lineage(self, dataset_id: str) -> Sequence[DatasetVersion]:
        """All versions there ever were, deleted ones among them, the newest first."""
        ...

    async def version(self, dataset_id: str, number: int | None = None) -> DatasetVersion:
        """One version; the newest without a number.

        Raises:
            NotFoundError: there is none of that number.
        """
        ...

    async def pin_version(self, version_id: str, at: datetime | None) -> None:
        """Have a version stay from that moment on; None lets it go again."""
        ...

    async def delete_version(self, version_id: str, at: datetime) -> None:
        """Mark a version as deleted; what is known about it stays for ever."""
        ...

    async def prune_versions(self, before: datetime) -> int:
        """Forget the files of versions that were deleted before that moment; answers how many versions."""
        ...

    async def save_series(self, dataset_id: str, keys: pl.DataFrame) -> None:
        """Remember the series of a dataset: `series_id` and the user's key columns; known ones stay.

        Raises:
            NotFoundError: there is no such dataset.
        """
        ...
