"""Who may call, and who did what."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, update

from forecastle.core.errors import NotFoundError
from forecastle.core.records import ApiKey, AuditEvent
from forecastle.storage.tables import API_KEY, AUDIT_EVENT
from forecastle.storage.transaction import Transaction


class SqlAudit:
    """`core.ports.Audit` in the database."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, event: AuditEvent) -> None:
        """Add a line."""
        line = asdict(event)
        del line["id"]
        await self._transaction.write(AUDIT_EVENT.insert().values(line))

    async def list(self, *, action: str | None = None, limit: int = 100, offset: int = 0) -> Sequence[AuditEvent]:
        """The newest line first."""
        query = select(AUDIT_EVENT).order_by(AUDIT_EVENT.c.id.desc()).limit(limit).offset(offset)
        if action is not None:
            query = query.where(AUDIT_EVENT.c.action == action)
        return [AuditEvent(**row) for row in await self._transaction.read(query)]


class SqlKeys:
    """`core.ports.Keys` in the database."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, key: ApiKey) -> None:
        """Keep a new key."""
        taken = f"There is a key {key.name!r} already."
        await self._transaction.write(API_KEY.insert().values(asdict(key)), conflict=taken)

    async def find(self, digest: str) -> ApiKey | None:
        """The key of that digest, unless it was revoked."""
        live = (API_KEY.c.digest == digest) & API_KEY.c.revoked_at.is_(None)
        found = await self._transaction.read(select(API_KEY).where(live))
        return ApiKey(**found[0]) if found else None

    async def list(self) -> Sequence[ApiKey]:
        """All keys, the newest first."""
        query = select(API_KEY).order_by(API_KEY.c.created_at.desc(), API_KEY.c.digest)
        return [ApiKey(**row) for row in await self._transaction.read(query)]

    async def revoke(self, name: str, at: datetime) -> ApiKey:
        """End a key."""
        live = (API_KEY.c.name == name) & API_KEY.c.revoked_at.is_(None)
        ended = update(API_KEY).where(live).values(revoked_at=at).returning(API_KEY)
        rows = await self._transaction.write(ended)
        if not rows:
            raise NotFoundError(f"There is no key {name!r} that could be revoked.", hint="forecastle keys lists them.")
        return ApiKey(**rows[0])
