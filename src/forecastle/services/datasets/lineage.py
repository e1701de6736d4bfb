"""Where dataset versions come from, which stay, and which one is current."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from forecastle.core.errors import ConflictError
from forecastle.core.ports import Begin, UnitOfWork
from forecastle.core.records import AuditEvent, DatasetVersion
from forecastle.data.cleaning.rows import counted
from forecastle.services.clock import Clock, utc_now

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One version and what stands on it.

    executions: ids, the newest first. current: it is what is used when none is named.
    """

    version: DatasetVersion
    executions: tuple[str, ...]
    current: bool

    @property
    def kept(self) -> bool:
        """Whether its files are still there."""
        return bool(self.version.manifest)


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """The versions of datasets: never changed, so that the newest is the current one."""

    begin: Begin
    now: Clock = field(default=utc_now)

    async def of(self, name: str) -> Sequence[Generation]:
        """Every version there ever was, the newest first.

        Raises:
            NotFoundError: there is no such dataset.
        """
        async with self.begin() as work:
            dataset = await work.datasets.find(name)
            versions = await work.datasets.lineage(dataset.id)
            used: dict[str, list[str]] = {}
            for execution in await work.executions.list(dataset_id=dataset.id, limit=100_000):
                used.setdefault(execution.dataset_version_id, []).append(execution.id)
        current = next((version.id for version in versions if version.deleted_at is None), None)
        return [
            Generation(version=version, executions=tuple(used.get(version.id, ())), current=version.id == current)
            for version in versions
        ]

    async def pin(self, name: str, number: int, *, by: str) -> DatasetVersion:
        """Have a version stay: it cannot be deleted until it is unpinned.

        Raises:
            NotFoundError: there is no such version.
        """
        return await self._pin(name, number, self.now(), by=by)

    async def unpin(self, name: str, number: int, *, by: str) -> DatasetVersion:
        """Let a version go again.

        Raises:
            NotFoundError: there is no such version.
        """
        return await self._pin(name, number, None, by=by)

    async def restore(self, name: str, number: int, *, by: str, note: str = "") -> DatasetVersion:
        """Make an old version current: a new version with the same files; the same one where it is current already.

        Raises:
            NotFoundError: there is no such version.
        """
        async with self.begin() as work:
            dataset = await work.datasets.find(name)
            old = await work.datasets.version(dataset.id, number)
            newest = await work.datasets.version(dataset.id)
            if newest.manifest == old.manifest:
                return newest
            again = replace(
                old,
                id=str(uuid4()),
                created_at=self.now(),
                parent=old.number,
                recipe=(),
                by=by,
                note=note or f"version {old.number} again",
                pinned_at=None,
            )
            restored = await work.datasets.add_version(again)
            await self._note(work, by, "dataset.restore", dataset.name, version=number, as_version=restored.number)
            await work.commit()
        log.info("dataset version restored", extra={"dataset": dataset.name, "version": number})
        return restored

    async def delete(self, name: str, number: int, *, by: str) -> DatasetVersion:
        """Delete a version: gone from every list now, its files after `storage.retention_days`; its lineage stays.

        Raises:
            NotFoundError: there is no such version.
            ConflictError: it is pinned, an execution stands on it, or it is the only one.
        """
        async with self.begin() as work:
            dataset = await work.datasets.find(name)
            version = await work.datasets.version(dataset.id, number)
            await self._check_free(work, version)
            await work.datasets.delete_version(version.id, self.now())
            await self._note(work, by, "dataset.version.delete", dataset.name, version=number)
            await work.commit()
        log.info("dataset version deleted", extra={"dataset": dataset.name, "version": number})
        return version

    async def _check_free(self, work: UnitOfWork, version: DatasetVersion) -> None:
        if version.pinned_at is not None:
            raise ConflictError(
                f"Version {version.number} has been pinned since {version.pinned_at:%Y-%m-%d}.", hint="Unpin it first."
            )
        standing = await work.executions.list(version_id=version.id)
        if standing:
            used = f"{counted(len(standing), 'execution')} made use of version {version.number}"
            raise ConflictError(
                f"{used}; the newest is {standing[0].id}.",
                hint="They could not be repeated without it; it goes with the whole dataset.",
                executions=[execution.id for execution in standing],
            )
        if len(await work.datasets.versions(version.dataset_id)) == 1:
            raise ConflictError(
                f"Version {version.number} is the only one of its dataset.", hint="Delete the dataset instead."
            )

    async def _pin(self, name: str, number: int, at: datetime | None, *, by: str) -> DatasetVersion:
        async with self.begin() as work:
            dataset = await work.datasets.find(name)
            version = await work.datasets.version(dataset.id, number)
            if (version.pinned_at is None) != (at is None):
                await work.datasets.pin_version(version.id, at)
                action = "dataset.version.unpin" if at is None else "dataset.version.pin"
                await self._note(work, by, action, dataset.name, version=number)
                await work.commit()
                version = replace(version, pinned_at=at)
        return version

    async def _note(self, work: UnitOfWork, by: str, action: str, subject: str, **details: object) -> None:
        await work.audit.add(AuditEvent(at=self.now(), by=by, action=action, subject=subject, details=details))
