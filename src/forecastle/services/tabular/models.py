"""The tabular models of this house by their names: who answers, how good it is, and moving back and forth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from forecastle.core.errors import ConflictError, NotFoundError
from forecastle.core.naming import TABULAR, tabular_name
from forecastle.core.ports import Begin
from forecastle.core.records import Job, ModelVersion
from forecastle.services.models.models import Models, Standing
from forecastle.services.models.versions import Versions
from forecastle.services.tabular.prediction import TabularPrediction
from forecastle.services.tabular.serving import Served, TabularServing
from forecastle.services.tabular.training import TabularTraining


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How good a version is.

    residuals: the rows held out, as `row`, `actual`, `predicted`, `lower`, `upper`. leaderboard: cross-validated
    measures of the model and of the simple ones, the best first. findings: what was found in the table, as JSON.
    """

    version: ModelVersion
    residuals: pl.DataFrame
    leaderboard: Sequence[Mapping[str, Any]]
    findings: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Tabular:
    """Named models; without a name the default one is meant, as for whoever asks for answers."""

    begin: Begin
    versions: Versions
    models: Models
    training: TabularTraining
    prediction: TabularPrediction

    @property
    def serving(self) -> TabularServing:
        """Which version answers."""
        return self.prediction.serving

    async def list(self) -> Sequence[Standing]:
        """Every tabular model, the one trained first before the others."""
        async with self.begin() as work:
            families = await work.models.families(TABULAR)
        return [await self.find(str(tabular_name(family))) for family in families]

    async def find(self, name: str | None = None) -> Standing:
        """One model with its champion and versions.

        Raises:
            NotFoundError, NoModelError: there is none.
        """
        champion = await self._champion(name)
        return await self.models.find(champion.name, champion.dataset_id)

    async def evidence(self, name: str | None = None, number: int | None = None) -> Evidence:
        """How good the champion is, or the version of that number.

        Raises:
            NotFoundError, NoModelError: there is none.
            ConflictError: its files were let go.
            ArtifactError: they are missing or were changed.
        """
        standing = await self.find(name)
        version = standing.champion
        if number is not None:
            version = next((one for one in standing.versions if one.number == number), None)
        if version is None:
            known = ", ".join(str(one.number) for one in standing.versions)
            raise NotFoundError(f"{standing.name} has no version {number}.", hint=f"Versions: {known}.")
        if version.pruned_at:
            raise ConflictError(f"The files of {version.label} were let go on {version.pruned_at:%Y-%m-%d}.")
        model = await self.versions.load_tabular(version)
        return Evidence(
            version=version, residuals=model.evidence, leaderboard=model.leaderboard, findings=model.findings
        )

    async def promote(self, number: int, *, by: str, name: str | None = None) -> ModelVersion:
        """Let a version answer, whatever its figures.

        Raises:
            NotFoundError, NoModelError: there is none.
            ConflictError: its files were let go.
            ArtifactError: they are missing or were changed; nothing moves.
        """
        champion = await self._champion(name)
        chosen = await self.models.promote(champion.name, number, by=by, dataset=champion.dataset_id)
        await self.serving.leading(name)
        return chosen

    async def rollback(self, *, by: str, name: str | None = None) -> ModelVersion:
        """Let the champion before answer again; again and again, to the oldest that is kept.

        Raises:
            NotFoundError, NoModelError: there is no such model.
            ConflictError: there is no version before.
            ArtifactError: its files are missing or were changed; nothing moves.
        """
        champion = await self._champion(name)
        before = await self.models.rollback(champion.name, by=by, dataset=champion.dataset_id)
        await self.serving.leading(name)
        return before

    async def reload(self, name: str | None = None) -> Served:
        """Read the files of the version that is to answer once more.

        Raises:
            NotFoundError, NoModelError: there is no such model.
            ArtifactError: they are missing or were changed; the one before goes on.
        """
        return await self.serving.reload(name)

    async def retrain(self, name: str | None = None, params: Mapping[str, Any] | None = None) -> Job:
        """Queue a training like the last one, on the newest rows; its result challenges. params: what is to differ.

        Raises:
            NotFoundError, NoModelError: there is no such model.
            InputError: the parameters are not valid.
        """
        newest = (await self.find(name)).versions[0]
        return await self.training.start(dict(newest.parameters["request"]) | dict(params or {}))

    async def _champion(self, name: str | None) -> ModelVersion:
        async with self.begin() as work:
            return await self.serving.champion(work, name)
