"""What services ask of the database about executions and their rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import polars as pl

from forecastle.core.ports.artifacts import Manifest
from forecastle.core.records import Execution


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The rows of an execution, as `ExecutionResult` describes them; there need not be any."""

    forecasts: pl.DataFrame = field(default_factory=pl.DataFrame)
    metrics: pl.DataFrame = field(default_factory=pl.DataFrame)
    leaderboard: pl.DataFrame = field(default_factory=pl.DataFrame)
    classification: pl.DataFrame = field(default_factory=pl.DataFrame)
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
