"""What an execution says of each series, and of many together: the numbers behind lists and charts."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import polars as pl

from forecastle.core.columns import DS, MEAN, SERIES_ID, TARGET, Y
from forecastle.core.errors import NotFoundError
from forecastle.core.execution import ExecutionResult
from forecastle.core.ports import Artifacts, Begin, Manifest, Page
from forecastle.reporting import evidence
from forecastle.services.forecasts.files import Files
from forecastle.services.forecasts.overrides import overridden
from forecastle.services.forecasts.together import Together, sum_of
from forecastle.services.memory import Memory
from forecastle.settings import ReportSettings

SUMS = 64
"""Sums that a process remembers, the latest: executions do not change."""

AT_HAND = 8
"""Executions whose files a process keeps at hand; the one asked for longest ago goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesResult:
    """One series and target. history: `ds`, `y`. backtest: `ds`, `window`, `mean`, of the champion.

    rivals: `ds` and a column a model: what each said of the latest window; empty where that was not kept.
    forecasts: `ds`, `mean`, the quantiles, `override` and `final`, the planner's number or else the mean.
    facts: its classes, champion and reason, `wape`, `held`, `coming`, `before`, `change`; empty where none were kept.
    scores: `model`, `wape`, `mase`, `bias`, `coverage_80`, the best first.
    """

    series_id: str
    target: str
    history: pl.DataFrame
    forecasts: pl.DataFrame
    backtest: pl.DataFrame
    rivals: pl.DataFrame
    facts: Mapping[str, Any]
    scores: pl.DataFrame


@dataclass(eq=False, kw_only=True)
class Results:
    """Answers from the files that executions leave beside their rows."""

    begin: Begin
    artifacts: Artifacts
    settings: ReportSettings = field(default_factory=ReportSettings)
    at_hand: Memory[str, Files] = field(default_factory=lambda: Memory(AT_HAND))
    sums: Memory[tuple[str | None, ...], Together] = field(default_factory=lambda: Memory(SUMS))

    async def put(self, result: ExecutionResult) -> Manifest:
        """Keep the files of an execution; answers with their manifest.

        Raises:
            OutputError: they could not be written.
        """
        with TemporaryDirectory(prefix="forecastle-") as folder:
            await asyncio.to_thread(evidence.write_evidence, result, Path(folder), self.settings)
            return await self.artifacts.put(Path(folder))

    async def kept(self, execution_id: str) -> Manifest:
        """The files of an execution; those of an older version are fewer, or none.

        Raises:
            NotFoundError: there is no such execution.
        """
        async with self.begin() as work:
            manifest = await work.executions.attached(execution_id)
            if not manifest and await work.executions.find(execution_id) is None:
                raise NotFoundError(f"There is no execution {execution_id!r}.")
        return manifest

    async def figures(self, execution_id: str, target: str) -> pl.DataFrame:
        """One row a series, the largest first, as `reporting.evidence.figures`.

        Raises:
            NotFoundError: there is no such execution, or it kept no figures.
        """
        files = await self._files(execution_id)
        return await asyncio.to_thread(files.table(evidence.FIGURES).filter(pl.col(TARGET) == target).collect)

    async def series(self, execution_id: str, series_id: str, target: str) -> SeriesResult:
        """One series.

        Raises:
            NotFoundError: there is no such execution, or it does not know that series and target.
        """
        forecasts = await self._forecasts(execution_id, series_id, target)
        files = await self._files(execution_id)
        wanted = (pl.col(SERIES_ID) == series_id) & (pl.col(TARGET) == target)
        names = (evidence.HISTORY, evidence.BACKTEST, evidence.FIGURES, evidence.SCORES, evidence.RIVALS)
        lazy = [files.table(name).filter(wanted) for name in names if name in files]
        history, backtest, facts, scores, *others = await asyncio.to_thread(pl.collect_all, lazy)
        if forecasts.is_empty() and facts.is_empty():
            raise NotFoundError(
                f"This execution has no {target!r} of {series_id!r}.", hint="Choose a series from its list."
            )
        said = MEAN if MEAN in backtest.columns else "said"  # older versions kept the median alone
        return SeriesResult(
            series_id=series_id,
            target=target,
            history=history.select(DS, Y),
            forecasts=forecasts,
            backtest=backtest.select(DS, "window", pl.col(said).alias(MEAN)),
            rivals=_run(others[0]) if others else pl.DataFrame(),
            facts=facts.row(0, named=True) if len(facts) else {},
            scores=scores.drop(SERIES_ID, TARGET).sort("wape", nulls_last=True),
        )

    async def report(self, execution_id: str) -> str:
        """All of it as one HTML page that needs nothing else, with the numbers as the models made them.

        Raises:
            NotFoundError: there is no such execution, or it kept no report.
        """
        files = await self._files(execution_id)
        if evidence.REPORT not in files:
            raise NotFoundError("This execution kept no report.", hint="Trainings and forecasts of now on do.")
        return await asyncio.to_thread(evidence.report_in, files.folder)

    async def keys(self, execution_id: str) -> pl.DataFrame:
        """The key columns, by which series can be summed: one row a series, with `series_id`."""
        files = await self._files(execution_id)
        return await asyncio.to_thread(files.table(evidence.KEYS).collect)

    async def together(
        self, execution_id: str, target: str, *, column: str | None = None, value: str | None = None
    ) -> Together:
        """The sum of all series, or of those with that value in that key column.

        Raises:
            NotFoundError: there is no such execution or column.
        """
        summed = await self._sum(execution_id, target, column, value)
        async with self.begin() as work:
            level, node = (column, value) if column and value else ("total", "total")
            known = await work.executions.totals(execution_id, levels=(level,), nodes=(node,), targets=(target,))
        if summed.only is not None:
            own = await self._forecasts(execution_id, summed.only, target)
            return replace(summed, forecasts=own.drop("override", "final"))
        if known.is_empty():
            return summed
        return replace(summed, forecasts=known.drop("level", "node", "step", TARGET), reconciled=True)

    async def _sum(self, execution_id: str, target: str, column: str | None, value: str | None) -> Together:
        async def summed() -> Together:
            files = await self._files(execution_id)
            return await asyncio.to_thread(sum_of, files, target, column, value)

        return await self.sums.of((execution_id, target, column, value), summed)

    async def _forecasts(self, execution_id: str, series_id: str, target: str) -> pl.DataFrame:
        page = Page(series=(series_id,), targets=(target,), limit=None)
        async with self.begin() as work:
            execution = await work.executions.find(execution_id)
            if execution is None:
                raise NotFoundError(f"There is no execution {execution_id!r}.")
            rows = await work.executions.forecasts(execution_id, page)
            owner = await work.datasets.owner(execution.dataset_version_id)
            return overridden(rows, await work.overrides.list(owner.id))

    async def _files(self, execution_id: str) -> Files:
        return await self.at_hand.of(execution_id, lambda: self._fetched(execution_id))

    async def _fetched(self, execution_id: str) -> Files:
        manifest = await self.kept(execution_id)
        if not manifest:
            raise NotFoundError(
                "This execution kept no histories to draw.", hint="Trainings, forecasts and backtests of now on do."
            )
        files = Files(Path(mkdtemp(prefix="forecastle-")))
        await self.artifacts.get(manifest, files.folder)
        return files


def _run(rivals: pl.DataFrame) -> pl.DataFrame:
    """Only the models that were run on this series."""
    there = [column.name for column in rivals.drop(SERIES_ID, TARGET) if column.null_count() < len(column)]
    return rivals.select(there)
