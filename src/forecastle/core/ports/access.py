"""What services ask of the database about who may call, and who did what."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from forecastle.core.records import ApiKey, AuditEvent


class Audit(Protocol):
    """The log of what people did, which only ever grows."""

    async def add(self, event: AuditEvent) -> None:
        """Add a line; its id is given by the database."""
        ...

    async def list(self, *, action: str | None = None, limit: int = 100, offset: int = 0) -> Sequence[AuditEvent]:
        """The newest line first."""
        ...


class Keys(Protocol):
    """API keys, of which only digests are kept."""

    async def add(self, key: ApiKey) -> None:
        """Keep a new key.

        Raises:
            ConflictError: there is one of that name that is not revoked.
        """
        ...

    async def find(self, digest: str) -> ApiKey | None:
        """The key of that digest, unless it was revoked."""
        ...

    async def list(self) -> Sequence[ApiKey]:
        """All keys, the newest first; revoked ones, too."""
        ...

    async def revoke(self, name: str, at: datetime) -> ApiKey:
        """End a key.

        Raises:
            NotFoundError: there is none of that name that is not revoked already.
        """
        ...
