"""Answers at once: stored series from the kept models, and a series that comes with the request."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import polars as pl

from forecastle.core.columns import MODEL, SERIES_ID, TARGET
from forecastle.core.errors import InputError, NoModelError
from forecastle.core.naming import TABULAR, model_name
from forecastle.core.ports import Begin, Tables
from forecastle.core.records import Execution, ModelVersion, StoredDataset
from forecastle.pipeline.trained import TrainedModel
from forecastle.services.clock import Clock, utc_now
from forecastle.services.forecasts.scales import Scales
from forecastle.services.models.versions import Versions
from forecastle.services.requests import StoredPrediction

REVENUE = {"faturamento": "revenue"}
"""Names of targets that other programs use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredForecast:
    """What was forecast: the execution that keeps it, and the series that nobody knows."""

    execution: Execution
    results_count: int
    duration_ms: float
    unknown: Sequence[str]

    @property
    def summary(self) -> Mapping[str, Any]:
        """Counts of series by model, such as `ets_count`."""
        return self.execution.summary


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """Forecasts of stored series from the states that training left, without a refit."""

    begin: Begin
    versions: Versions
    scales: Scales
    now: Clock = field(default=utc_now)

    async def stored(self, asked: StoredPrediction) -> StoredForecast:
        """Forecast series from the champions, and keep the answer as an execution.

        Raises:
            NoModelError: nothing was trained for what is asked.
            InputError: a target or the dataset cannot be told; or none of the series is known.
        """
        started = time.perf_counter()
        owner, champions = await self._champions(asked)
        models = [await self.versions.load(version) for version in champions]
        horizon = asked.horizon_weeks or models[0].horizon
        wanted = None if asked.sku_ids is None else pl.Series(SERIES_ID, asked.sku_ids, dtype=pl.String).unique()
        forecasts = await self._forecasts(champions, models, horizon, wanted)
        unknown = [] if wanted is None else _unknown(models, wanted)
        if forecasts.is_empty():
            raise _nothing_known(unknown, owner)
        training = await self._training(champions[0])
        execution = Execution(
            id=str(uuid4()),
            kind="predict",
            dataset_version_id=training.dataset_version_id,
            created_at=self.now(),
            horizon=horizon,
            freq=str(models[0].freq),
            targets=tuple(model.target for model in models),
            series=forecasts[SERIES_ID].n_unique(),
            duration_seconds=time.perf_counter() - started,
            summary=_counts(forecasts) | {"unknown": unknown},
            manifest=_made_by(champions) | {"dataset": training.manifest.get("dataset")},
        )
        await self._save(execution, forecasts)
        return StoredForecast(
            execution=execution,
            results_count=forecasts.height,
            duration_ms=1000 * (time.perf_counter() - started),
            unknown=unknown,
        )

    async def _forecasts(
        self, champions: Sequence[ModelVersion], models: Sequence[TrainedModel], horizon: int, series: pl.Series | None
    ) -> pl.DataFrame:
        """What the models say, on the scale of the upload."""
        said = await asyncio.to_thread(_forecast, models, horizon, series)
        return pl.concat(
            [
                await self.scales.forecasts(table, version, model.quantiles.columns)
                for table, version, model in zip(said, champions, models, strict=True)
            ]
        )

    async def _save(self, execution: Execution, forecasts: pl.DataFrame) -> None:
        async with self.begin() as work:
            await work.executions.save(execution, Tables(forecasts=forecasts))
            await work.commit()

    async def _champions(self, asked: StoredPrediction) -> tuple[StoredDataset, list[ModelVersion]]:
        async with self.begin() as work:
            owners = (
                [await work.datasets.find(asked.dataset)]
                if asked.dataset
                else await work.models.trained_datasets(without=TABULAR)
            )
            if not owners:
                raise NoModelError("No model has been trained yet.", hint="Train one: POST /train.")
            if len(owners) > 1:
                several = ", ".join(owner.name for owner in owners)
                raise InputError(f"{len(owners)} datasets have models; say which.", hint=f"Datasets: {several}.")
            names = await work.models.names(owners[0].id)
            family = model_name(family=asked.models, target="")
            known = [name.removeprefix(family) for name in names if name.startswith(family)]
            if not known:
                raise NoModelError(
                    f"No model {asked.models!r} has been trained on {owners[0].name}.",
                    hint=f"Trained: {', '.join(names) or 'none'}.",
                )
            wanted = [_target(name, known) for name in asked.targets] or known
            leaders = [await work.models.champion(owners[0].id, family + target) for target in dict.fromkeys(wanted)]
        return owners[0], [leader for leader in leaders if leader]

    async def _training(self, champion: ModelVersion) -> Execution:
        """The execution that made a version, whose data its predictions stand on."""
        async with self.begin() as work:
            execution = await work.executions.find(champion.execution_id)
        assert execution is not None  # noqa: S101 - a version is entered together with its execution
        return execution


def _target(name: str, known: Sequence[str]) -> str:
    wanted = REVENUE.get(name.casefold(), name.casefold())
    found = next((target for target in known if target.casefold() == wanted), None)
    if found is None:
        raise InputError(f"No model forecasts a target {name!r}.", hint=f"Targets: {', '.join(known)}.")
    return found


def _forecast(models: Sequence[TrainedModel], horizon: int, series: pl.Series | None) -> list[pl.DataFrame]:
    return [model.predict(horizon, series=series) for model in models]


def _unknown(models: Sequence[TrainedModel], series: pl.Series) -> list[str]:
    """The series that no model knows."""
    for model in models:
        series = model.unknown(series)
    return series.sort().to_list()


def _nothing_known(unknown: Sequence[str], owner: StoredDataset) -> InputError:
    return InputError(
        f"None of the {len(unknown)} series is known; the first is {unknown[0]!r}."
        if unknown
        else "No series was asked for.",
        hint=f"GET /datasets/{owner.name} tells how its series are named.",
        unknown=unknown[:100],
    )


def _made_by(champions: Sequence[ModelVersion]) -> dict[str, Any]:
    """What it takes to repeat a prediction."""
    return {
        "models": {version.name: version.label for version in champions},
        "versions": [version.id for version in champions],
    }


def _counts(forecasts: pl.DataFrame) -> dict[str, int]:
    counts = forecasts.unique((SERIES_ID, TARGET)).group_by(MODEL).len().sort(MODEL)
    return {f"{model}_count": count for model, count in counts.iter_rows()}
