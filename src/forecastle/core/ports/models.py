"""What services ask of the database about model versions, and who leads."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from forecastle.core.records import Decision, ModelVersion, StoredDataset


class Models(Protocol):
    """Model versions and the log of who leads."""

    async def add(self, version: ModelVersion) -> ModelVersion:
        """Keep a new version; number and label are the next ones of its family, target and dataset."""
        ...

    async def names(self, dataset_id: str) -> Sequence[str]:
        """Every `family_target` of a dataset, sorted."""
        ...

    async def versions(self, dataset_id: str, name: str | None = None) -> Sequence[ModelVersion]:
        """The versions of one name, or of all, the newest first."""
        ...

    async def find(self, version_id: str) -> ModelVersion:
        """The version of that id.

        Raises:
            NotFoundError: there is none.
        """
        ...

    async def made_by(self, execution_id: str) -> Sequence[ModelVersion]:
        """The versions that an execution left, sorted by name."""
        ...

    async def decide(self, decision: Decision) -> None:
        """Add a line to the log; its id is given by the database."""
        ...

    async def decisions(self, dataset_id: str, name: str | None = None) -> Sequence[Decision]:
        """The log, the newest line first."""
        ...

    async def champion(self, dataset_id: str, name: str) -> ModelVersion | None:
        """The version that the newest line of the log names; None before the first."""
        ...

    async def decided_last(self, families: Collection[str]) -> ModelVersion | None:
        """The champion about which was decided last, of all datasets and targets; None when none leads."""
        ...

    async def families(self, beginning: str) -> Sequence[str]:
        """Families whose name begins so, of datasets that are not deleted; the one trained first comes first."""
        ...

    async def prune(self, version_id: str, at: datetime) -> None:
        """Forget a version's files; what is known about it stays."""
        ...

    async def trained_datasets(self, *, without: str | None = None) -> Sequence[StoredDataset]:
        """Datasets, not deleted, that have models. without: the beginning of families that do not count."""
        ...
