"""On which scale forecasts come: a target that a recipe transformed is forecast so, and comes back as it was."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from forecastle.core.columns import DS, MEAN, SERIES_ID, TARGET
from forecastle.core.errors import ConflictError, InputError
from forecastle.core.execution import ExecutionResult
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.ports import Begin
from forecastle.core.records import DatasetVersion, ModelVersion
from forecastle.recipes.back import Back, restored, ways_back
from forecastle.recipes.recipe import Recipe, kind_of
from forecastle.services.datasets.datasets import Datasets

Ways = Mapping[str, Back]


@dataclass(frozen=True, kw_only=True)
class Scales:
    """The way back from the transforms of dataset versions."""

    begin: Begin
    datasets: Datasets

    async def ways(self, version: DatasetVersion) -> Ways:
        """By target what was done to it on the way to this version; targets that nobody transformed are not there."""
        learned = await self.datasets.learned(version)
        trail = Recipe.parse(await self.datasets.trail(version))
        targets = [column["column"] for column in version.columns if column["role"] == "target"]
        return ways_back(trail, learned, targets)

    async def ways_of(self, model: ModelVersion) -> Ways:
        """The same for the version that a model was trained on."""
        async with self.begin() as work:
            execution = await work.executions.find(model.execution_id)
            assert execution is not None  # noqa: S101 - a model is entered together with its execution
            versions = await work.datasets.lineage(model.dataset_id)
        return await self.ways(next(one for one in versions if one.id == execution.dataset_version_id))

    async def check_continues(self, champions: Sequence[ModelVersion], version: DatasetVersion) -> None:
        """Refuse to go on with models on data of another scale than theirs.

        Raises:
            ConflictError: a target was transformed otherwise when a model was trained.
        """
        here = await self.ways(version)
        for champion in champions:
            then, now = (await self.ways_of(champion)).get(champion.target), here.get(champion.target)
            if (now is None) != (then is None) or (now is not None and not now.goes_on(then)):
                was, is_now = (way.named if way else "not transformed" for way in (then, now))
                raise ConflictError(
                    f"{champion.label} was trained on {champion.target!r} as: {was}; "
                    f"version {version.number} has it as: {is_now}.",
                    hint="Clean the new upload like the version it was trained on (`like`), or train again.",
                )

    async def forecasts(self, table: pl.DataFrame, model: ModelVersion, quantiles: Sequence[str]) -> pl.DataFrame:
        """What a model says, on the scale of the upload."""
        return await asyncio.to_thread(restored, table, await self.ways_of(model), quantiles)


def check_totals(ways: Ways, hierarchy: Sequence[str]) -> None:
    """Refuse totals of what was transformed: the sum of logarithms is no total.

    Raises:
        InputError: a hierarchy is asked for, and a target was transformed.
    """
    if hierarchy and ways:
        way = next(iter(ways.values()))
        raise InputError(
            f"{way.target!r} was transformed ({way.named}); its values do not add up to totals.",
            hint="Leave the hierarchy out, or forecast the version before the transform.",
        )


def as_uploaded(result: ExecutionResult, ways: Ways) -> ExecutionResult:
    """A result with its forecasts, history and past windows on the scale of the upload, and a finding that says so."""
    if not ways:
        return result
    names = result.quantiles.columns
    return replace(
        result,
        forecasts=restored(result.forecasts, ways, names),
        history=restored(result.history, ways, names),
        backtest=restored(result.backtest, ways, names),
        rivals=_rivals(result.rivals, ways),
        findings=result.findings + Findings(tuple(_told(way) for way in ways.values())),
        manifest=dict(result.manifest) | {"transforms": transforms(ways)},
    )


def _rivals(rivals: pl.DataFrame, ways: Ways) -> pl.DataFrame:
    """The same with every model's column on the scale of the upload."""
    places = [name for name in (SERIES_ID, DS, TARGET) if name in rivals.columns]
    means = rivals.drop(places).columns
    came = [restored(rivals.select(*places, pl.col(name).cast(pl.Float64).alias(MEAN)), ways, ()) for name in means]
    return rivals.with_columns(part[MEAN].cast(pl.Float32).alias(name) for part, name in zip(came, means, strict=True))


def transforms(ways: Ways) -> dict[str, Any]:
    """By target the steps that transformed it, for a manifest."""
    return {target: [kind_of(step) for step, _ in way.steps] for target, way in ways.items()}


def _told(way: Back) -> Finding:
    if way.possible:
        action = "forecasts and ranges are back on the scale of the upload; the measures compare on the other"
    else:
        action = "forecasts stay on that scale, for changes have no way back by themselves"
    return Finding(
        code="transformed",
        severity=Severity.INFO if way.possible else Severity.WARNING,
        message=f"{way.target!r} was transformed ({way.named}), and models were fitted and compared on that scale.",
        action=action,
    )
