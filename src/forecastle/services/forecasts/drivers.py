"""What moves the forecasts of an execution, asked of the models that made them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.core.errors import ConflictError, InputError, NotFoundError
from forecastle.core.ports import Begin
from forecastle.core.records import Execution, ModelVersion
from forecastle.models.catalog import AUTO, cards
from forecastle.pipeline.drivers import can_tell, trained_drivers
from forecastle.pipeline.trained import TrainedModel
from forecastle.services.models.versions import Versions


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """Answers from the kept models, as they were when the execution was made."""

    begin: Begin
    versions: Versions

    async def of(self, execution_id: str, series: Sequence[str]) -> pl.DataFrame:
        """`series_id`, `ds`, `target`, `model`, `driver`, `value`: what adds how much to each forecast.

        `value` is in units of the target; the strongest driver of a period comes first.

        Raises:
            NotFoundError: there is no such execution.
            ConflictError: none of its models can tell, or their files are no longer kept.
            InputError: a series is not among those that such a model forecasts.
        """
        execution, made = await self._made(execution_id)
        models = [model for versions in made.values() if (model := await self._able(versions))]
        if not models:
            raise ConflictError(
                f"No model that execution {execution_id} left can tell what moves its forecasts.",
                hint="Boosted trees can: train with lightgbm among the models.",
            )
        asked = pl.Series(SERIES_ID, series, dtype=pl.String).unique(maintain_order=True)
        tables = await asyncio.to_thread(
            lambda: [table for model in models for table in trained_drivers(model, execution.horizon, asked)]
        )
        told = pl.concat([table.select(SERIES_ID) for table in tables]) if tables else asked.clear().to_frame()
        if len(unknown := asked.filter(~asked.is_in(told[SERIES_ID].implode()))):
            raise InputError(
                f"{len(unknown)} of the {len(asked)} series have no drivers; the first is {unknown[0]!r}.",
                hint=f"GET /forecasts/{execution_id} tells how series are named.",
                unknown=unknown.to_list(),
            )
        return pl.concat(tables)

    async def _able(self, versions: Sequence[ModelVersion]) -> TrainedModel | None:
        """The first of the versions of one target that can tell."""
        for version in versions:
            model = await self.versions.load(version)
            if can_tell(model):
                return model
        return None

    async def _made(self, execution_id: str) -> tuple[Execution, Mapping[str, Sequence[ModelVersion]]]:
        """The execution, and by target the models that may tell: the champions of all series first."""
        async with self.begin() as work:
            execution = await work.executions.find(execution_id)
            if execution is None:
                raise NotFoundError(f"There is no execution {execution_id!r}.", hint="GET /forecasts lists them.")
            left = await work.models.made_by(execution_id)
            used = [await work.models.find(version) for version in execution.manifest.get("versions", ())]
        able = {name for name, card in cards().items() if card.explains} | {AUTO}
        found: dict[str, list[ModelVersion]] = {}
        for version in sorted([*left, *used], key=lambda version: (version.target, version.family != AUTO)):
            if version.family in able and version.pruned_at is None:
                found.setdefault(version.target, []).append(version)
        return execution, found
