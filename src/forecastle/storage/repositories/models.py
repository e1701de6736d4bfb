"""Model versions and the log of who leads."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import func, select, update

from forecastle.core.errors import NotFoundError
from forecastle.core.naming import label
from forecastle.core.records import Decision, ModelVersion, StoredDataset
from forecastle.storage.repositories.products import lock_dataset
from forecastle.storage.tables import DATASET, FORECAST_MODEL, MODEL_ALIAS
from forecastle.storage.transaction import Transaction

RECORD = [column for column in FORECAST_MODEL.c if column.name != "name"]


class SqlModels:
    """`core.ports.Models` in the database."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, version: ModelVersion) -> ModelVersion:
        """Keep a new version under the next number of its family, target and dataset."""
        await lock_dataset(self._transaction, version.dataset_id)
        table = FORECAST_MODEL.c
        newest = select((func.coalesce(func.max(table.number), 0) + 1).label("next")).where(
            table.dataset_id == version.dataset_id, table.family == version.family, table.target == version.target
        )
        number = (await self._transaction.read(newest))[0]["next"]
        named = label(family=version.family, target=version.target, number=number, day=version.created_at.date())
        numbered = replace(version, number=number, label=named)
        await self._transaction.write(FORECAST_MODEL.insert().values(**asdict(numbered), name=numbered.name))
        return numbered

    async def names(self, dataset_id: str) -> Sequence[str]:
        """Every `family_target` of a dataset, sorted."""
        query = select(FORECAST_MODEL.c.name).distinct().where(FORECAST_MODEL.c.dataset_id == dataset_id)
        return sorted(row["name"] for row in await self._transaction.read(query))

    async def versions(self, dataset_id: str, name: str | None = None) -> Sequence[ModelVersion]:
        """The versions of one name, or of all, the newest first."""
        table = FORECAST_MODEL.c
        query = select(*RECORD).where(table.dataset_id == dataset_id)
        if name is not None:
            query = query.where(table.name == name)
        newest = query.order_by(table.created_at.desc(), table.name, table.number.desc())
        return [ModelVersion(**row) for row in await self._transaction.read(newest)]

    async def find(self, version_id: str) -> ModelVersion:
        """The version of that id."""
        found = await self._transaction.read(select(*RECORD).where(FORECAST_MODEL.c.id == version_id))
        if not found:
            raise NotFoundError(f"There is no model version {version_id!r}.")
        return ModelVersion(**found[0])

    async def made_by(self, execution_id: str) -> Sequence[ModelVersion]:
        """The versions that an execution left, sorted by name."""
        query = select(*RECORD).where(FORECAST_MODEL.c.execution_id == execution_id).order_by(FORECAST_MODEL.c.name)
        return [ModelVersion(**row) for row in await self._transaction.read(query)]

    async def decide(self, decision: Decision) -> None:
        """Add a line to the log."""
        await lock_dataset(self._transaction, decision.dataset_id)
        line = asdict(decision)
        del line["id"]
        await self._transaction.write(MODEL_ALIAS.insert().values(line))

    async def decisions(self, dataset_id: str, name: str | None = None) -> Sequence[Decision]:
        """The log, the newest line first."""
        query = select(MODEL_ALIAS).where(MODEL_ALIAS.c.dataset_id == dataset_id)
        if name is not None:
            query = query.where(MODEL_ALIAS.c.name == name)
        return [Decision(**row) for row in await self._transaction.read(query.order_by(MODEL_ALIAS.c.id.desc()))]

    async def champion(self, dataset_id: str, name: str) -> ModelVersion | None:
        """The version that the newest line of the log names."""
        line = MODEL_ALIAS.c
        newest = select(line.version_id).where(line.dataset_id == dataset_id, line.name == name)
        newest = newest.order_by(line.id.desc()).limit(1)
        query = select(*RECORD).where(FORECAST_MODEL.c.id == newest.scalar_subquery())
        found = await self._transaction.read(query)
        return ModelVersion(**found[0]) if found else None

    async def decided_last(self, families: Collection[str]) -> ModelVersion | None:
        """The version that the newest line about one of these families names; deleted datasets do not count."""
        line, version, owner = MODEL_ALIAS.c, FORECAST_MODEL.c, DATASET.c
        query = (
            select(*RECORD)
            .join(MODEL_ALIAS, line.version_id == version.id)
            .join(DATASET, owner.id == version.dataset_id)
            .where(version.family.in_(families), owner.deleted_at.is_(None))
            .order_by(line.id.desc())
            .limit(1)
        )
        found = await self._transaction.read(query)
        return ModelVersion(**found[0]) if found else None

    async def families(self, beginning: str) -> Sequence[str]:
        """Families whose name begins so, the one trained first before the others."""
        version = FORECAST_MODEL.c
        query = (
            select(version.family)
            .join(DATASET, DATASET.c.id == version.dataset_id)
            .where(version.family.startswith(beginning, autoescape=True), DATASET.c.deleted_at.is_(None))
            .group_by(version.family)
            .order_by(func.min(version.created_at), version.family)
        )
        return [row["family"] for row in await self._transaction.read(query)]

    async def prune(self, version_id: str, at: datetime) -> None:
        """Forget a version's files; a second time changes nothing."""
        kept = (FORECAST_MODEL.c.id == version_id) & FORECAST_MODEL.c.pruned_at.is_(None)
        await self._transaction.write(update(FORECAST_MODEL).where(kept).values(manifest={}, pruned_at=at))

    async def trained_datasets(self, *, without: str | None = None) -> Sequence[StoredDataset]:
        """Datasets, not deleted, that have models; the newest first."""
        trained = select(FORECAST_MODEL.c.id).where(FORECAST_MODEL.c.dataset_id == DATASET.c.id)
        if without is not None:
            trained = trained.where(~FORECAST_MODEL.c.family.startswith(without, autoescape=True))
        query = (
            select(DATASET)
            .where(DATASET.c.deleted_at.is_(None), trained.exists())
            .order_by(DATASET.c.created_at.desc())
        )
        return [StoredDataset(**row) for row in await self._transaction.read(query)]
