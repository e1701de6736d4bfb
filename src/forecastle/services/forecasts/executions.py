"""What executions found out and forecast."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from forecastle.core.errors import NotFoundError
from forecastle.core.ports import Begin, Page, UnitOfWork
from forecastle.core.records import Execution
from forecastle.reporting.export import export
from forecastle.services.forecasts.overrides import overridden


@dataclass(frozen=True, kw_only=True)
class Executions:
    """Executions and their results."""

    begin: Begin

    async def find(self, execution_id: str) -> Execution:
        """The execution of that id.

        Raises:
            NotFoundError: there is none.
        """
        async with self.begin() as work:
            found = await work.executions.find(execution_id)
        if found is None:
            raise NotFoundError(f"There is no execution {execution_id!r}.", hint="GET /forecasts lists them.")
        return found

    async def list(
        self, *, dataset: str | None = None, kind: str | None = None, limit: int = 100
    ) -> Sequence[Execution]:
        """The newest first."""
        async with self.begin() as work:
            wanted = (await work.datasets.find(dataset)).id if dataset else None
            return await work.executions.list(dataset_id=wanted, kind=kind, limit=limit)

    async def forecasts(self, execution_id: str, page: Page, *, overrides: bool = False) -> tuple[pl.DataFrame, int]:
        """One page of the forecasts of an execution, and how many rows there are on all pages.

        overrides: with what planners changed, in the columns `override` and `final`.

        Raises:
            NotFoundError: there is no such execution.
        """
        execution = await self.find(execution_id)
        async with self.begin() as work:
            rows = await _rows(work, execution, page, overrides=overrides)
            return rows, await work.executions.count_forecasts(execution_id, page)

    async def export(self, execution_id: str, page: Page, file: Path, *, overrides: bool = False) -> int:
        """Write the forecasts of an execution as CSV, Parquet, Excel or JSON, by the file's ending; answers how many.

        Raises:
            NotFoundError: there is no such execution.
            InputError: another ending.
            OutputError: the file could not be written.
        """
        execution = await self.find(execution_id)
        async with self.begin() as work:
            frame = await _rows(work, execution, page, overrides=overrides)
        await asyncio.to_thread(export, frame, file)
        return frame.height

    async def totals(
        self,
        execution_id: str,
        *,
        levels: Sequence[str] = (),
        nodes: Sequence[str] = (),
        targets: Sequence[str] = (),
    ) -> pl.DataFrame:
        """Forecasts of the totals of its hierarchy; none where no hierarchy was asked for.

        levels, nodes, targets: only these; empty ones do not restrict.

        Raises:
            NotFoundError: there is no such execution.
        """
        await self.find(execution_id)
        async with self.begin() as work:
            return await work.executions.totals(execution_id, levels=levels, nodes=nodes, targets=targets)

    async def leaderboard(self, execution_id: str) -> pl.DataFrame:
        """How the models did on past windows, the best first.

        Raises:
            NotFoundError: there is no such execution.
        """
        await self.find(execution_id)
        async with self.begin() as work:
            return await work.executions.leaderboard(execution_id)

    async def metrics(self, execution_id: str, *, by: Sequence[str] = ()) -> pl.DataFrame:
        """Every measure by model, series, class and step.

        Raises:
            NotFoundError: there is no such execution.
        """
        await self.find(execution_id)
        async with self.begin() as work:
            return await work.executions.metrics(execution_id, by=by)

    async def classification(self, execution_id: str) -> pl.DataFrame:
        """The classes, the champion and the reason of every series.

        Raises:
            NotFoundError: there is no such execution.
        """
        await self.find(execution_id)
        async with self.begin() as work:
            return await work.executions.classification(execution_id)


async def _rows(work: UnitOfWork, execution: Execution, page: Page, *, overrides: bool) -> pl.DataFrame:
    rows = await work.executions.forecasts(execution.id, page)
    if not overrides:
        return rows
    owner = await work.datasets.owner(execution.dataset_version_id)
    return overridden(rows, await work.overrides.list(owner.id))
