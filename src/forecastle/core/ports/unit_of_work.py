"""One use case is one unit of work, and only the unit of work commits."""

from collections.abc import Callable, Collection
from types import TracebackType
from typing import Protocol, Self

from forecastle.core.ports.access import Audit, Keys
from forecastle.core.ports.datasets import Datasets
from forecastle.core.ports.executions import Executions
from forecastle.core.ports.jobs import Jobs
from forecastle.core.ports.models import Models
from forecastle.core.ports.overrides import Overrides
from forecastle.core.ports.recipes import Recipes


class UnitOfWork(Protocol):
    """One transaction. Leaving it without `commit` undoes everything."""

    @property
    def datasets(self) -> Datasets:
        """Datasets and their versions."""
        ...

    @property
    def executions(self) -> Executions:
        """Executions and their results."""
        ...

    @property
    def models(self) -> Models:
        """Model versions and who leads."""
        ...

    @property
    def jobs(self) -> Jobs:
        """Jobs and their events."""
        ...

    @property
    def recipes(self) -> Recipes:
        """Steps of cleaning under a name."""
        ...

    @property
    def overrides(self) -> Overrides:
        """Changes that planners make."""
        ...

    @property
    def keys(self) -> Keys:
        """Who may call."""
        ...

    @property
    def audit(self) -> Audit:
        """Who did what."""
        ...

    async def referenced(self) -> Collection[str]:
        """SHA-256 of every file that a dataset version, a model version or an execution needs."""
        ...

    async def check(self) -> None:
        """Whether the database answers and has the newest schema.

        Raises:
            StorageError: it does not, or has not.
        """
        ...

    async def commit(self) -> None:
        """Make everything permanent."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


Begin = Callable[[], UnitOfWork]
"""Begins a unit of work: `async with begin() as work: …; await work.commit()`."""
