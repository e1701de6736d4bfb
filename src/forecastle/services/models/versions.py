"""Model versions: kept when trained, compared with the champion, loaded when asked for."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import polars as pl

from forecastle.core.errors import ConflictError
from forecastle.core.execution import ExecutionResult
from forecastle.core.naming import tabular_name
from forecastle.core.ports import Artifacts, Begin, UnitOfWork
from forecastle.core.records import Decision, ModelVersion
from forecastle.lifecycle.lineage import PROMOTE
from forecastle.lifecycle.promotion import decide
from forecastle.lifecycle.retention import prunable
from forecastle.pipeline.trained import TrainedModel, load_trained
from forecastle.services.clock import Clock, utc_now
from forecastle.services.memory import Memory
from forecastle.settings import LifecycleSettings
from forecastle.tabular.model import TabularModel, load_tabular

log = logging.getLogger(__name__)

IN_MEMORY = 8
"""Models a process keeps loaded; the one asked for longest ago goes first."""


@dataclass(frozen=True, kw_only=True)
class Versions:
    """The fitted models of this house. A loaded one never changes, so a new champion is a new one to load."""

    begin: Begin
    artifacts: Artifacts
    settings: LifecycleSettings
    now: Clock = field(default=utc_now)
    loaded: Memory[str, TrainedModel | TabularModel] = field(default_factory=lambda: Memory(IN_MEMORY))

    async def store(self, model: TrainedModel | TabularModel) -> Mapping[str, str]:
        """Keep the files of a fitted model; answers with their manifest.

        Raises:
            OutputError: they could not be written.
        """
        with TemporaryDirectory(prefix="forecastle-") as folder:
            await asyncio.to_thread(model.save, Path(folder))
            return await self.artifacts.put(Path(folder))

    async def enter(
        self,
        work: UnitOfWork,
        dataset_id: str,
        result: ExecutionResult,
        model: TrainedModel,
        manifest: Mapping[str, str],
        *,
        execution_id: str,
    ) -> ModelVersion:
        """Record a fitted model as a new version, and make it champion if it is better than the one that leads."""
        return await self.admit(
            work,
            ModelVersion(
                id=str(uuid4()),
                dataset_id=dataset_id,
                family=model.family,
                target=model.target,
                number=0,
                label="",
                execution_id=execution_id,
                created_at=self.now(),
                metrics=_metrics(result.leaderboard, model),
                parameters={
                    "request": result.manifest["request"],
                    "settings": result.manifest["settings"],
                    "transforms": result.manifest.get("transforms", {}).get(model.target),
                },
                libraries=result.manifest["libraries"],
                data_hash=result.manifest["snapshots"][model.target],
                manifest=manifest,
            ),
        )

    async def admit(self, work: UnitOfWork, challenger: ModelVersion) -> ModelVersion:
        """Record a version under its next number, and make it champion if it is better than the one that leads."""
        version = await work.models.add(challenger)
        await self._decide(work, version)
        return version

    async def extend(
        self,
        work: UnitOfWork,
        champion: ModelVersion,
        result: ExecutionResult,
        manifest: Mapping[str, str],
        *,
        execution_id: str,
    ) -> ModelVersion:
        """Record a champion that has taken in newer observations as a version of its own, which leads at once."""
        version = await work.models.add(
            replace(
                champion,
                id=str(uuid4()),
                execution_id=execution_id,
                created_at=self.now(),
                parameters=dict(champion.parameters) | {"continues": champion.label},
                data_hash=result.manifest["snapshots"][champion.target],
                manifest=manifest,
            )
        )
        value = champion.metrics.get(self.settings.metric)
        await work.models.decide(
            Decision(
                id=0,
                dataset_id=version.dataset_id,
                name=version.name,
                at=self.now(),
                action=PROMOTE,
                version_id=version.id,
                challenger_id=version.id,
                metric=self.settings.metric,
                champion_value=value,
                challenger_value=value,
                by="newer data",
                reason=f"{champion.label} with newer observations, not fitted again; its backtest stands",
            )
        )
        await self.prune(work, version.dataset_id, version.name)
        return version

    async def champions(self, dataset_id: str, targets: Sequence[str] = ()) -> tuple[ModelVersion, ...]:
        """The champions of every family for these targets, or for all."""
        async with self.begin() as work:
            leaders = [await work.models.champion(dataset_id, name) for name in await work.models.names(dataset_id)]
        forecasting = [leader for leader in leaders if leader and tabular_name(leader.family) is None]
        return tuple(leader for leader in forecasting if not targets or leader.target in targets)

    async def load(self, version: ModelVersion) -> TrainedModel:
        """A version that forecasts series, ready to.

        Raises:
            ArtifactError: its files are missing or were changed.
            ConflictError: it is a tabular model.
        """
        model = await self.ready(version)
        if isinstance(model, TrainedModel):
            return model
        raise ConflictError(f"{version.label} answers rows; it forecasts no series.", hint="POST /predict takes a row.")

    async def load_tabular(self, version: ModelVersion) -> TabularModel:
        """A version that answers rows, ready to.

        Raises:
            ArtifactError: its files are missing or were changed.
            ConflictError: it forecasts series.
        """
        model = await self.ready(version)
        if isinstance(model, TabularModel):
            return model
        raise ConflictError(f"{version.label} forecasts series; it answers no rows.")

    async def ready(self, version: ModelVersion) -> TrainedModel | TabularModel:
        """A version: read and verified when first asked for, then kept in memory.

        Raises:
            ArtifactError: its files are missing or were changed.
        """
        return await self.loaded.of(version.id, lambda: self._read(version))

    async def reload(self, version: ModelVersion) -> TrainedModel | TabularModel:
        """Read and verify a version again; the one in memory goes on serving until then.

        Raises:
            ArtifactError: its files are missing or were changed; the one in memory stays.
        """
        model = await self._read(version)
        self.loaded.put(version.id, model)
        return model

    async def _read(self, version: ModelVersion) -> TrainedModel | TabularModel:
        forecasts = tabular_name(version.family) is None
        with TemporaryDirectory(prefix="forecastle-") as folder:
            await self.artifacts.get(version.manifest, Path(folder))
            model: TrainedModel | TabularModel = await asyncio.to_thread(
                load_trained if forecasts else load_tabular, Path(folder)
            )
        log.info("model loaded", extra={"model": version.label})
        return model

    async def _decide(self, work: UnitOfWork, challenger: ModelVersion) -> None:
        champion = await work.models.champion(challenger.dataset_id, challenger.name)
        verdict = decide(champion, challenger, self.settings)
        leader = challenger if champion is None or verdict.action == PROMOTE else champion
        await work.models.decide(
            Decision(
                id=0,
                dataset_id=challenger.dataset_id,
                name=challenger.name,
                at=self.now(),
                action=verdict.action,
                version_id=leader.id,
                challenger_id=challenger.id,
                metric=verdict.metric,
                champion_value=verdict.champion_value,
                challenger_value=verdict.challenger_value,
                by="backtest",
                reason=verdict.reason,
            )
        )
        await self.prune(work, challenger.dataset_id, challenger.name)

    async def prune(self, work: UnitOfWork, dataset_id: str, name: str) -> None:
        """Let the files of old versions go; what is known about them stays."""
        versions = await work.models.versions(dataset_id, name)
        decisions = await work.models.decisions(dataset_id, name)
        for version in prunable(versions, decisions, keep=self.settings.keep_versions):
            await work.models.prune(version.id, self.now())
            log.info("model files let go", extra={"model": version.label})


def _metrics(leaderboard: pl.DataFrame, model: TrainedModel) -> dict[str, float | None]:
    """The model's row on the leaderboard, numbers only; empty when there was no window to compare on."""
    rows = leaderboard.filter((pl.col("target") == model.target) & (pl.col("model") == model.family))
    numbers = rows.select(pl.selectors.numeric()).to_dicts()
    return {name: None if value is None else float(value) for name, value in numbers[0].items()} if numbers else {}
