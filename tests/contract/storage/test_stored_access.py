"""Keys and the log of what people did in every database."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from forecastle.core.errors import ConflictError, NotFoundError
from forecastle.core.records import ApiKey, AuditEvent
from forecastle.storage.database import Database
from forecastle.storage.tables import AUDIT_EVENT
from forecastle.storage.transaction import Transaction

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)


def key(digest: str, name: str) -> ApiKey:
    return ApiKey(digest=digest, name=name, created_at=NOW)


async def test_a_key_is_found_until_it_is_revoked_and_its_name_is_free_again_then(database: Database) -> None:
    async with database.begin() as work:
        await work.keys.add(key("d1", "planning"))
        assert await work.keys.find("d1") == key("d1", "planning")
        revoked = await work.keys.revoke("planning", NOW)
        assert (revoked.revoked_at, await work.keys.find("d1")) == (NOW, None)
        await work.keys.add(key("d2", "planning"))
        assert {kept.digest for kept in await work.keys.list()} == {"d1", "d2"}
        with pytest.raises(NotFoundError, match="'nobody'"):
            await work.keys.revoke("nobody", NOW)
        with pytest.raises(ConflictError, match="'planning'"):
            await work.keys.add(key("d3", "planning"))


async def test_the_log_is_read_newest_first_and_by_action(database: Database) -> None:
    events = [
        AuditEvent(at=NOW + timedelta(seconds=n), by="me", action=action, subject=str(n), details={"n": n})
        for n, action in enumerate(("model.promote", "key.create", "model.promote"))
    ]
    async with database.begin() as work:
        for event in events:
            await work.audit.add(event)
        found = await work.audit.list()
        assert [(line.subject, line.details) for line in found] == [(str(n), {"n": n}) for n in (2, 1, 0)]
        assert [line.subject for line in await work.audit.list(action="model.promote", limit=1, offset=1)] == ["0"]


@pytest.mark.parametrize("change", [update(AUDIT_EVENT).values(by="nobody"), delete(AUDIT_EVENT)])
async def test_a_line_of_the_log_is_never_changed(database: Database, transaction: Transaction, change: object) -> None:
    async with database.begin() as work:
        await work.audit.add(AuditEvent(at=NOW, by="me", action="key.create", subject="planning"))
        await work.commit()
    with pytest.raises(ConflictError, match="lines are added, never changed"):
        await transaction.write(change)  # type: ignore[arg-type]
