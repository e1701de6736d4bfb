"""One use case, one transaction."""

from collections.abc import Collection
from types import TracebackType
from typing import Self

from sqlalchemy import select

from forecastle.storage.drivers.driver import Driver
from forecastle.storage.repositories.access import SqlAudit, SqlKeys
from forecastle.storage.repositories.datasets import SqlDatasets
from forecastle.storage.repositories.executions import SqlExecutions
from forecastle.storage.repositories.jobs import SqlJobs
from forecastle.storage.repositories.models import SqlModels
from forecastle.storage.repositories.overrides import SqlOverrides
from forecastle.storage.repositories.recipes import SqlRecipes
from forecastle.storage.schema import check_revision
from forecastle.storage.tables import DATASET_VERSION, EXECUTION_FILES, FORECAST_MODEL
from forecastle.storage.transaction import Transaction


class SqlUnitOfWork:
    """`core.ports.UnitOfWork` in the database. It takes a connection with its first question, and no earlier."""

    def __init__(self, driver: Driver) -> None:
        self._transaction = Transaction(driver)
        self.datasets = SqlDatasets(self._transaction)
        self.executions = SqlExecutions(self._transaction)
        self.models = SqlModels(self._transaction)
        self.jobs = SqlJobs(self._transaction)
        self.recipes = SqlRecipes(self._transaction)
        self.overrides = SqlOverrides(self._transaction)
        self.keys = SqlKeys(self._transaction)
        self.audit = SqlAudit(self._transaction)

    async def referenced(self) -> Collection[str]:
        """SHA-256 of every file that a dataset version, a model version or an execution needs."""
        manifests = [
            row["manifest"]
            for table in (DATASET_VERSION, FORECAST_MODEL, EXECUTION_FILES)
            for row in await self._transaction.read(select(table.c.manifest))
        ]
        return {content for manifest in manifests for content in manifest.values()}

    async def check(self) -> None:
        """Whether the database answers and has the newest schema."""
        await check_revision(self._transaction)

    async def commit(self) -> None:
        """Make everything permanent."""
        await self._transaction.commit()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transaction.close()
