"""Who leads: listing models and versions, promoting, rolling back, retraining."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.core.errors import ConflictError, InputError, NoModelError, NotFoundError
from forecastle.core.naming import tabular_name
from forecastle.core.ports import Begin, UnitOfWork
from forecastle.core.records import AuditEvent, Decision, Job, JobKind, ModelVersion, StoredDataset
from forecastle.lifecycle.rollback import previous
from forecastle.models.catalog import Card, cards
from forecastle.pipeline.explanation import Explanation
from forecastle.services.clock import Clock, utc_now
from forecastle.services.jobs.jobs import Jobs
from forecastle.services.models.versions import Versions
from forecastle.settings import LifecycleSettings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A model of one dataset: its champion and all of its versions, the newest first."""

    name: str
    dataset: StoredDataset
    champion: ModelVersion | None
    versions: Sequence[ModelVersion]


@dataclass(frozen=True, kw_only=True)
class Models:
    """Every model by its name `family_target`, such as `ets_volume`."""

    begin: Begin
    versions: Versions
    jobs: Jobs
    settings: LifecycleSettings
    now: Clock = field(default=utc_now)

    def catalog(self) -> Sequence[Card]:
        """Every model that can be asked for by name, and whether what it needs is installed."""
        return tuple(cards().values())

    async def list(self, dataset: str | None = None) -> Sequence[Standing]:
        """The models of one dataset, or of all."""
        async with self.begin() as work:
            datasets = [await work.datasets.find(dataset)] if dataset else await work.models.trained_datasets()
            return [
                await _standing(work, owner, name) for owner in datasets for name in await work.models.names(owner.id)
            ]

    async def find(self, name: str, dataset: str | None = None) -> Standing:
        """One model.

        Raises:
            NotFoundError: there is none of that name.
            InputError: several datasets have models, and none was named.
        """
        async with self.begin() as work:
            return await self._find(work, name, dataset)

    async def decisions(self, name: str, dataset: str | None = None) -> Sequence[Decision]:
        """The log of a model: every comparison and every move, the newest first.

        Raises:
            NotFoundError: there is no such model.
        """
        async with self.begin() as work:
            standing = await self._find(work, name, dataset)
            return await work.models.decisions(standing.dataset.id, name)

    async def before(self, name: str, dataset: str | None = None) -> ModelVersion | None:
        """The version that a rollback would go back to; None where there is none, or its files are no longer kept.

        Raises:
            NotFoundError: there is no such model.
        """
        async with self.begin() as work:
            standing = await self._find(work, name, dataset)
            try:
                return previous(await work.models.decisions(standing.dataset.id, name), standing.versions)
            except ConflictError:
                return None

    async def explanation(
        self, name: str, *, dataset: str | None = None, series: str | None = None
    ) -> tuple[ModelVersion, Explanation]:
        """The champion, and what it looks at: variables and past periods. series: whose attention; None: some of all.

        Raises:
            NotFoundError: there is no such model or series, or it cannot tell.
            NoModelError: the model has no champion.
        """
        standing = await self.find(name, dataset)
        if standing.champion is None:
            raise NoModelError(f"{name} has no champion.", hint=f"Train it: POST /models/{name}/retrain.")
        model = await self.versions.load(standing.champion)
        asked = None if series is None else pl.Series(SERIES_ID, [series])
        if asked is not None and len(model.unknown(asked)):
            raise NotFoundError(
                f"{name} knows no series {series!r}.", hint=f"Its series: GET /datasets/{standing.dataset.name}."
            )
        told = await asyncio.to_thread(model.explanation, series=asked)
        if told.importances.is_empty():
            raise NotFoundError(f"{name} cannot tell what it looks at.", hint="Models that can: tft.")
        return standing.champion, told

    async def promote(self, name: str, number: int, *, by: str, dataset: str | None = None) -> ModelVersion:
        """Make a version the champion, whatever its figures; the next request is served by it.

        Raises:
            NotFoundError: there is no such version.
            ConflictError: its files are no longer kept.
        """
        async with self.begin() as work:
            standing = await self._find(work, name, dataset)
            chosen = next((version for version in standing.versions if version.number == number), None)
            if chosen is None:
                known = ", ".join(str(version.number) for version in standing.versions)
                raise NotFoundError(f"{name} has no version {number}.", hint=f"Versions: {known}.")
            if chosen.pruned_at:
                raise ConflictError(
                    f"The files of {chosen.label} were let go on {chosen.pruned_at:%Y-%m-%d}.",
                    hint="Promote a newer version, or keep more: lifecycle.keep_versions.",
                )
            await self.versions.reload(chosen)
            await self._move(work, standing, chosen, action="promote", by=by, reason=f"promoted by {by}")
            await work.commit()
        return chosen

    async def rollback(self, name: str, *, by: str, dataset: str | None = None) -> ModelVersion:
        """Go back to the champion before; again and again, to the oldest that is kept.

        Raises:
            NotFoundError: there is no such model.
            ConflictError: there is none before.
        """
        async with self.begin() as work:
            standing = await self._find(work, name, dataset)
            before = previous(await work.models.decisions(standing.dataset.id, name), standing.versions)
            await self.versions.reload(before)
            await self._move(work, standing, before, action="rollback", by=by, reason=f"rolled back by {by}")
            await work.commit()
        return before

    async def retrain(self, name: str, *, dataset: str | None = None, params: Mapping[str, Any] | None = None) -> Job:
        """Queue a training like the last one, whose result challenges the model's champion. params: what is to differ.

        Raises:
            NotFoundError: there is no such model.
        """
        standing = await self.find(name, dataset)
        newest = standing.versions[0]
        before = newest.parameters["request"]
        if tabular_name(newest.family) is not None:
            return await self.jobs.start(JobKind.TABULAR, dict(before) | dict(params or {}))
        asked = {name: before.get(name) for name in ("horizon", "freq", "seasons")} | {
            "dataset": standing.dataset.name,
            "targets": [newest.target],
            "models": [newest.family],
        }
        return await self.jobs.start(JobKind.TRAIN, asked | dict(params or {}))

    async def reload(self, name: str, dataset: str | None = None) -> ModelVersion:
        """Read the champion's files again and verify them; what is being served goes on until they are read.

        Raises:
            NoModelError: the model has no champion.
            ArtifactError: its files are missing or were changed.
        """
        standing = await self.find(name, dataset)
        if standing.champion is None:
            raise NoModelError(f"{name} has no champion.", hint=f"Train it: POST /models/{name}/retrain.")
        await self.versions.reload(standing.champion)
        return standing.champion

    async def _find(self, work: UnitOfWork, name: str, dataset: str | None) -> Standing:
        owners = [await work.datasets.find(dataset)] if dataset else await work.models.trained_datasets()
        found = [owner for owner in owners if name in await work.models.names(owner.id)]
        if not found:
            known = sorted({known for owner in owners for known in await work.models.names(owner.id)})
            raise NotFoundError(f"There is no model {name!r}.", hint=f"Models: {', '.join(known) or 'none yet'}.")
        if len(found) > 1:
            names = ", ".join(owner.name for owner in found)
            raise InputError(f"{len(found)} datasets have a model {name!r}; say which.", hint=f"Datasets: {names}.")
        return await _standing(work, found[0], name)

    async def _move(
        self, work: UnitOfWork, standing: Standing, version: ModelVersion, *, action: str, by: str, reason: str
    ) -> None:
        champion = standing.champion
        metric = self.settings.metric
        await work.models.decide(
            Decision(
                id=0,
                dataset_id=standing.dataset.id,
                name=standing.name,
                at=self.now(),
                action=action,
                version_id=version.id,
                challenger_id=version.id,
                metric=metric,
                champion_value=champion.metrics.get(metric) if champion else None,
                challenger_value=version.metrics.get(metric),
                by=by,
                reason=reason,
            )
        )
        details = {"dataset": standing.dataset.name, "before": champion.label if champion else None}
        event = AuditEvent(at=self.now(), by=by, action=f"model.{action}", subject=version.label, details=details)
        await work.audit.add(event)
        log.info(action, extra={"model": version.label, "by": by})


async def _standing(work: UnitOfWork, dataset: StoredDataset, name: str) -> Standing:
    return Standing(
        name=name,
        dataset=dataset,
        champion=await work.models.champion(dataset.id, name),
        versions=await work.models.versions(dataset.id, name),
    )
