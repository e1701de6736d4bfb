"""What services ask of the database. One use case is one unit of work; only the unit of work commits."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

import polars as pl

from forecastle.core.ports.access import Audit, Keys
from forecastle.core.ports.artifacts import Manifest
from forecastle.core.ports.jobs import Jobs
from forecastle.core.ports.overrides import Overrides
from forecastle.core.ports.recipes import Recipes
from forecastle.core.records import (
    DatasetVersion,
    Decision,
    Execution,
    ModelVersion,
    StoredDataset,
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The rows of an execution, as `ExecutionResult` describes them; empty frames are fine."""

    forecasts: pl.DataFrame
    metrics: pl.DataFrame
    leaderboard: pl.DataFrame
    classification: pl.DataFrame
    totals: pl.DataFrame = field(default_factory=pl.DataFrame)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which rows are wanted. Empty collections and None do not restrict."""

    series: Collection[str] = ()
    targets: Collection[str] = ()
    models: Collection[str] = ()
    start: datetime | None = None
    end: datetime | None = None
    limit: int | None = 1000
    offset: int = 0


class Executions(Protocol):
    """Executions and their results."""

    async def save(self, execution: Execution, tables: Tables) -> None:
        """Keep an execution with all of its rows, in bulk; series that were not remembered are from now on.

        Raises:
            ConflictError: it is there already, or the dataset version it stands on is gone.
        """
        ...

    async def conclude(self, execution_id: str, steps: Sequence[Mapping[str, Any]], *, duration_seconds: float) -> None:
        """Add what happened after the results were kept: all steps, and how long everything took."""
        ...

    async def purge(self, kind: str, before: datetime) -> int:
        """Remove executions of a kind made before that moment, with all of their rows; answers how many."""
        ...

    async def attach(self, execution_id: str, files: Manifest) -> None:
        """Remember which files in the artifact store belong to an execution that was saved."""
        ...

    async def attached(self, execution_id: str) -> Manifest:
        """These files; none for an execution that has no others than its rows."""
        ...

    async def find(self, execution_id: str) -> Execution | None:
        """The execution, if it is there."""
        ...

    async def list(
        self, *, dataset_id: str | None = None, version_id: str | None = None, kind: str | None = None, limit: int = 100
    ) -> Sequence[Execution]:
        """The newest first. version_id: of the dataset version they stand on.

        Those of tabular models, which forecast nothing, only where their kind or their version is asked for.
        """
        ...

    async def forecasts(self, execution_id: str, page: Page) -> pl.DataFrame:
        """`series_id`, `ds`, `step`, `target`, `model`, `mean`, `p10` … `p90`, in that order of sorting."""
        ...

    async def count_forecasts(self, execution_id: str, page: Page) -> int:
        """How many rows there are, over all pages."""
        ...

    async def totals(
        self,
        execution_id: str,
        *,
        levels: Collection[str] = (),
        nodes: Collection[str] = (),
        targets: Collection[str] = (),
    ) -> pl.DataFrame:
        """As `ExecutionResult.totals`; which levels, nodes and targets, all when empty."""
        ...

    async def leaderboard(self, execution_id: str) -> pl.DataFrame:
        """As `ExecutionResult.leaderboard`."""
        ...

    async def metrics(self, execution_id: str, *, by: Collection[str] = ()) -> pl.DataFrame:
        """As `ExecutionResult.metrics`; by: which groupings, all when empty."""
        ...

    async def classification(self, execution_id: str) -> pl.DataFrame:
        """As `ExecutionResult.classification`."""
        ...


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


class UnitOfWork(Protocol):
    """One transaction. Leaving it without `commit` undoes everything."""

    @property
    def datasets(self) -> Datasets:
        """Datasets and their versions."""
        ...

    @property
    def executions(self) -> Executions:
        """Executions and their results."""
        ...

    @property
    def models(self) -> Models:
        """Model versions and who leads."""
        ...

    @property
    def jobs(self) -> Jobs:
        """Jobs and their events."""
        ...

    @property
    def recipes(self) -> Recipes:
        """Steps of cleaning under a name."""
        ...

    @property
    def overrides(self) -> Overrides:
        """Changes that planners make."""
        ...

    @property
    def keys(self) -> Keys:
        """Who may call."""
        ...

    @property
    def audit(self) -> Audit:
        """Who did what."""
        ...

    async def referenced(self) -> Collection[str]:
        """SHA-256 of every file that a dataset version, a model version or an execution needs."""
        ...

    async def check(self) -> None:
        """Whether the database answers and has the newest schema.

        Raises:
            StorageError: it does not, or has not.
        """
        ...

    async def commit(self) -> None:
        """Make everything permanent."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


Begin = Callable[[], UnitOfWork]
"""Begins a unit of work: `async with begin() as work: …; await work.commit()`."""
