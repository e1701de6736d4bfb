"""Carrying out jobs: the ten steps, and keeping what came out in one transaction."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from forecastle.core.errors import ConflictError, NotFoundError
from forecastle.core.execution import ExecutionResult
from forecastle.core.ports import Begin, Trigger
from forecastle.core.ports.storage import Page, Tables
from forecastle.core.records import DatasetVersion, Execution, Job, JobKind
from forecastle.data.dataset import Dataset
from forecastle.pipeline.execution import Hooks, Listener, execute
from forecastle.pipeline.trained import TrainedModel
from forecastle.reporting.export import export
from forecastle.services.clock import Clock, utc_now
from forecastle.services.datasets import Datasets
from forecastle.services.requests import ExecutionParams
from forecastle.services.versions import Versions
from forecastle.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Executions:
    """Executions and their results."""

    begin: Begin
    datasets: Datasets
    versions: Versions
    settings: Settings
    trigger: Trigger | None = None
    now: Clock = field(default=utc_now)

    async def carry_out(self, job: Job, listener: Listener) -> Mapping[str, Any]:
        """Run the ten steps of a job and keep the results under the job's id; answers with a summary.

        A job whose results are kept already (its worker died right after saving) is not run again.

        Raises:
            InputError: the data or the request cannot be used; nothing was kept.
        """
        params = ExecutionParams.of(job.params)
        saved = await self._saved(job.id)
        if saved is not None:
            await self._fire(saved)
            return saved.summary
        version = await self.datasets.version(params.dataset, params.version)
        run = _Run(
            job=job, params=params, version=version, dataset=await self.datasets.open(version), listener=listener
        )
        return await self._run(run)

    async def find(self, execution_id: str) -> Execution:
        """The execution of that id.

        Raises:
            NotFoundError: there is none.
        """
        found = await self._saved(execution_id)
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

    async def forecasts(self, execution_id: str, page: Page) -> tuple[pl.DataFrame, int]:
        """One page of the forecasts of an execution, and how many rows there are on all pages.

        Raises:
            NotFoundError: there is no such execution.
        """
        await self.find(execution_id)
        async with self.begin() as work:
            return (
                await work.executions.forecasts(execution_id, page),
                await work.executions.count_forecasts(execution_id, page),
            )

    async def export(self, execution_id: str, page: Page, file: Path) -> int:
        """Write the forecasts of an execution as CSV, Parquet, Excel or JSON, by the file's ending; answers how many.

        Raises:
            NotFoundError: there is no such execution.
            InputError: another ending.
            OutputError: the file could not be written.
        """
        await self.find(execution_id)
        async with self.begin() as work:
            frame = await work.executions.forecasts(execution_id, page)
        await asyncio.to_thread(export, frame, file)
        return frame.height

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

    async def _saved(self, execution_id: str) -> Execution | None:
        async with self.begin() as work:
            return await work.executions.find(execution_id)

    async def _run(self, run: "_Run") -> Mapping[str, Any]:
        loop = asyncio.get_running_loop()
        kept: list[Execution] = []

        def keep(result: ExecutionResult, trained: Sequence[TrainedModel]) -> str:
            saving = asyncio.run_coroutine_threadsafe(self._save(run, result, trained), loop)
            kept.append(saving.result())
            return f"{result.forecasts.height} forecasts, {len(trained)} model versions"

        def tell(_result: ExecutionResult) -> str:
            return asyncio.run_coroutine_threadsafe(self._fire(kept[0]), loop).result()

        champions = await self._champions(run)
        await asyncio.to_thread(
            execute,
            run.dataset,
            run.params.request(backtest_only=run.job.kind is JobKind.BACKTEST),
            self.settings,
            hooks=Hooks(
                listener=run.listener,
                job_id=run.job.id,
                keep=keep,
                retain=run.job.kind is not JobKind.BACKTEST and not champions,
                trigger=tell if self.trigger else None,
            ),
            kept=champions,
        )
        return kept[0].summary

    async def _champions(self, run: "_Run") -> tuple[TrainedModel, ...]:
        """The models a forecast continues from; none for a training, or before the first one."""
        if run.job.kind is not JobKind.FORECAST:
            return ()
        return await self.versions.champions(run.version.dataset_id, run.params.targets)

    async def _save(self, run: "_Run", result: ExecutionResult, trained: Sequence[TrainedModel]) -> Execution:
        execution = _record(run, result)
        tables = Tables(
            forecasts=result.forecasts,
            metrics=result.metrics,
            leaderboard=result.leaderboard,
            classification=result.classification,
        )
        stored = [(model, await self.versions.store(model)) for model in trained]
        async with self.begin() as work:
            await work.datasets.save_series(run.version.dataset_id, result.keys)
            try:
                await work.executions.save(execution, tables)
            except ConflictError:  # another worker was quicker; its results are the same
                return await self.find(run.job.id)
            for model, manifest in stored:
                await self.versions.enter(
                    work, run.version.dataset_id, result, model, manifest, execution_id=execution.id
                )
            await work.commit()
        return execution

    async def _fire(self, execution: Execution) -> str:
        if self.trigger is None:
            return "no trigger is configured"
        event = {
            "event": "forecasts.ready",
            "execution_id": execution.id,
            "kind": execution.kind,
            "created_at": execution.created_at.isoformat(),
            "horizon": execution.horizon,
            "freq": execution.freq,
            "targets": list(execution.targets),
            "series": execution.series,
            "forecasts": f"/forecasts/{execution.id}",
        }
        return await self.trigger.fire(event, key=execution.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One job on its way. started: seconds of a clock that only goes forward."""

    job: Job
    params: ExecutionParams
    version: DatasetVersion
    dataset: Dataset
    listener: Listener
    started: float = field(default_factory=time.perf_counter)


def _record(run: _Run, result: ExecutionResult) -> Execution:
    champions = result.classification.group_by("target", "model").len().sort("target", "model")
    best = result.leaderboard.filter(pl.col("champion")).select("target", "model", "wape", "skill", "coverage_80")
    return Execution(
        id=run.job.id,
        kind=run.job.kind.value,
        dataset_version_id=run.version.id,
        created_at=run.job.created_at,
        horizon=result.horizon,
        freq=str(result.freq),
        targets=tuple(result.classification["target"].unique(maintain_order=True)),
        series=result.keys.height,
        duration_seconds=time.perf_counter() - run.started,
        summary={
            "execution_id": run.job.id,
            "series": result.keys.height,
            "forecasts": result.forecasts.height,
            "horizon": result.horizon,
            "champions": champions.to_dicts(),
            "leaders": best.to_dicts(),
            "findings": len(result.findings.items),
        },
        manifest=dict(result.manifest) | {"run": result.execution_id},
        steps=tuple(asdict(step) for step in result.steps),
        findings=tuple(asdict(finding) for finding in result.findings),
    )
