"""Who may call: API keys. And who did what: the log."""

import hashlib
import logging
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from forecastle.core.errors import InputError
from forecastle.core.ports import Begin
from forecastle.core.records import ApiKey, AuditEvent
from forecastle.services.clock import Clock, utc_now

log = logging.getLogger(__name__)

PREFIX = "fcst_"
"""How every key begins, so that scanners find one that was published."""

REMEMBERED = 5.0
"""Seconds that a key is believed without asking the database again; a revoked one ends that soon."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """Keys are random, so that a plain SHA-256 of one cannot be guessed back; only that is kept."""

    begin: Begin
    now: Clock = field(default=utc_now)
    known: dict[str, tuple[str, float]] = field(default_factory=dict)

    async def create(self, name: str, *, by: str) -> str:
        """Make a key for somebody; it is shown this once.

        Raises:
            InputError: nobody can be called that.
            ConflictError: there is one of that name that is not revoked.
        """
        if not name.strip() or len(name) > 200 or not name.isprintable():
            raise InputError(f"{name!r} cannot be the name of a key.", hint="Choose 1 to 200 printable characters.")
        key = PREFIX + secrets.token_urlsafe(32)
        async with self.begin() as work:
            await work.keys.add(ApiKey(digest=_digest(key), name=name, created_at=self.now()))
            await work.audit.add(AuditEvent(at=self.now(), by=by, action="key.create", subject=name))
            await work.commit()
        log.info("key made", extra={"key_name": name, "by": by})
        return key

    async def keys(self) -> Sequence[ApiKey]:
        """All keys, the newest first; revoked ones, too."""
        async with self.begin() as work:
            return await work.keys.list()

    async def revoke(self, name: str, *, by: str) -> ApiKey:
        """End a key; servers heed it within `REMEMBERED` seconds.

        Raises:
            NotFoundError: there is none of that name that is not revoked already.
        """
        async with self.begin() as work:
            ended = await work.keys.revoke(name, self.now())
            await work.audit.add(AuditEvent(at=self.now(), by=by, action="key.revoke", subject=name))
            await work.commit()
        log.info("key revoked", extra={"key_name": name, "by": by})
        return ended

    async def owner(self, key: str) -> str | None:
        """The name of a key; None for one that nobody has, or that was revoked."""
        digest, now = _digest(key), time.monotonic()
        name, until = self.known.get(digest, ("", 0.0))
        if now < until:
            return name
        async with self.begin() as work:
            found = await work.keys.find(digest)
        if found is None:
            self.known.pop(digest, None)
            return None
        self.known[digest] = (found.name, now + REMEMBERED)
        return found.name

    async def log(self, *, action: str | None = None, limit: int = 100, offset: int = 0) -> Sequence[AuditEvent]:
        """Who did what, the newest line first. action: only such lines, as `model.promote`."""
        async with self.begin() as work:
            return await work.audit.list(action=action, limit=limit, offset=offset)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
