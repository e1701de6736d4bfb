"""Carrying out jobs: the ten steps, and keeping what came out in one transaction."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from forecastle.core.errors import ConflictError
from forecastle.core.execution import ExecutionResult
from forecastle.core.ports import Begin, Tables, Trigger
from forecastle.core.progress import Listener
from forecastle.core.records import DatasetVersion, Execution, Job, JobKind, ModelVersion
from forecastle.data.dataset import Dataset
from forecastle.features.cache import FeatureCache
from forecastle.models.catalog import AUTO
from forecastle.pipeline.execution import Hooks, execute
from forecastle.pipeline.trained import TrainedModel
from forecastle.reporting.findings import in_words
from forecastle.reporting.summary import summarise, targets
from forecastle.services.datasets.datasets import Datasets
from forecastle.services.forecasts.results import Results
from forecastle.services.forecasts.scales import Scales, Ways, as_uploaded, check_totals
from forecastle.services.models.versions import Versions
from forecastle.services.requests import ExecutionParams
from forecastle.settings import Settings, StorageSettings


@dataclass(frozen=True, kw_only=True)
class Runner:
    """Runs the pipeline for jobs, in the process that a worker gives to each."""

    begin: Begin
    datasets: Datasets
    versions: Versions
    results: Results
    scales: Scales
    settings: Settings
    trigger: Trigger | None = None

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
        ways = await self.scales.ways(version)
        check_totals(ways, params.hierarchy)
        run = _Run(
            job=job,
            params=params,
            version=version,
            dataset=await self.datasets.open(version),
            champions=await self._champions(job, params, version),
            listener=listener,
            ways=ways,
            features=_features(self.settings.storage),
        )
        return await self._run(run)

    async def _saved(self, execution_id: str) -> Execution | None:
        async with self.begin() as work:
            return await work.executions.find(execution_id)

    async def _run(self, run: "_Run") -> Mapping[str, Any]:
        loop = asyncio.get_running_loop()
        kept: list[Execution] = []

        def keep(result: ExecutionResult, trained: Sequence[TrainedModel]) -> str:
            told = as_uploaded(result, run.ways)
            saving = asyncio.run_coroutine_threadsafe(self._save(run, told, trained), loop)
            kept.append(saving.result())
            return f"{result.forecasts.height:,} forecasts, {len(trained)} model versions"

        def tell(_result: ExecutionResult) -> str:
            return asyncio.run_coroutine_threadsafe(self._fire(kept[0]), loop).result()

        models = {version.name: await self.versions.load(version) for version in run.champions}
        result = await asyncio.to_thread(
            execute,
            run.dataset,
            run.params.request(backtest_only=run.job.kind is JobKind.BACKTEST),
            self.settings,
            hooks=Hooks(
                listener=run.listener,
                job_id=run.job.id,
                keep=keep,
                retain=run.job.kind is not JobKind.BACKTEST and not models,
                trigger=tell if self.trigger else None,
                features=run.features,
            ),
            kept=[model for model in models.values() if model.family == AUTO],
            others=[model for model in models.values() if model.family != AUTO],
        )
        async with self.begin() as work:
            steps = [asdict(step) for step in result.steps]
            await work.executions.conclude(run.job.id, steps, duration_seconds=time.perf_counter() - run.started)
            await work.commit()
        return kept[0].summary

    async def _champions(self, job: Job, params: ExecutionParams, on: DatasetVersion) -> tuple[ModelVersion, ...]:
        """The models a forecast goes on with; none for a training, or while a target has none."""
        if job.kind is not JobKind.FORECAST:
            return ()
        champions = await self.versions.champions(on.dataset_id, params.targets)
        led = {version.target for version in champions if version.family == AUTO}
        if not led.issuperset(params.targets):
            return ()
        await self.scales.check_continues(champions, on)
        return champions

    async def _save(self, run: "_Run", result: ExecutionResult, trained: Sequence[TrainedModel]) -> Execution:
        execution = _record(run, result)
        tables = Tables(
            forecasts=result.forecasts,
            metrics=result.metrics,
            leaderboard=result.leaderboard,
            classification=result.classification,
            totals=result.totals,
        )
        stored = [(model, await self.versions.store(model)) for model in await self._challengers(run, trained)]
        files = await self.results.put(result)
        async with self.begin() as work:
            await work.datasets.save_series(run.version.dataset_id, result.keys)
            try:
                await work.executions.save(execution, tables)
            except ConflictError:  # another worker was quicker; its results are the same
                return await self._saved(run.job.id) or execution
            await work.executions.attach(execution.id, files)
            champions = {version.name: version for version in run.champions}
            for model, manifest in stored:
                if model.name in champions:
                    await self.versions.extend(work, champions[model.name], result, manifest, execution_id=execution.id)
                else:
                    await self.versions.enter(
                        work, run.version.dataset_id, result, model, manifest, execution_id=execution.id
                    )
            await work.commit()
        return execution

    async def _challengers(self, run: "_Run", trained: Sequence[TrainedModel]) -> Sequence[TrainedModel]:
        """A training that names its models challenges those alone, once the target has a champion of all."""
        if AUTO in run.params.models or run.champions:
            return trained
        leading = await self.versions.champions(run.version.dataset_id)
        led = {version.target for version in leading if version.family == AUTO}
        return [model for model in trained if model.family in run.params.models or model.target not in led]

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
    """One job on its way.

    champions: what it goes on with. ways: back from transforms. features: tables that executions before it made.
    started: seconds of a clock that only goes forward.
    """

    job: Job
    params: ExecutionParams
    version: DatasetVersion
    dataset: Dataset
    champions: tuple[ModelVersion, ...]
    listener: Listener
    ways: Ways
    features: FeatureCache | None
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
            "words": list(in_words(result)),
            "figures": [_figures(result, target) for target in targets(result)],
        },
        manifest=dict(result.manifest) | _circumstances(run, result),
        steps=tuple(asdict(step) for step in result.steps),
        findings=tuple(asdict(finding) for finding in result.findings),
    )


def _circumstances(run: _Run, result: ExecutionResult) -> dict[str, Any]:
    """Which data an execution stands on, and how many feature tables it found and made."""
    on = run.version
    return {
        "run": result.execution_id,
        "dataset": {"id": on.dataset_id, "version": on.number, "content_hash": on.content_hash},
        "features": dict(run.features.counts) if run.features else {},
    }


def _features(settings: StorageSettings) -> FeatureCache | None:
    """Where feature tables are kept: beside the artifacts, unless these are far away."""
    folder = settings.features
    if folder is None and "://" not in settings.artifacts:
        folder = Path(settings.artifacts).parent / "features"
    return FeatureCache(folder=folder, room=settings.features_bytes) if folder and settings.features_bytes else None


def _figures(result: ExecutionResult, target: str) -> dict[str, Any]:
    """One target in figures, as JSON."""
    told = summarise(result, target)
    return asdict(told) | {"champions": [list(champion) for champion in told.champions]}
