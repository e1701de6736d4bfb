"""How the server is."""

from forecastle.client.answers import AuditEvent, Health, SequenceModel
from forecastle.client.call import Call, reading


def health() -> Call[Health]:
    """How the server is: its database, its queue and its artifact store, each asked now."""
    return Call(method="GET", path="/health", read=reading(Health))


def ready() -> Call[str]:
    """`ok` when requests can be answered.

    Raises:
        StorageError: the database is away.
    """
    return Call(method="GET", path="/health/ready", read=reading(str, "status"))


def model_info() -> Call[SequenceModel]:
    """Shape and size of the sequence model that is served.

    Raises:
        NoModelError: none is.
    """
    return Call(method="GET", path="/model/info", read=reading(SequenceModel))


def audit(*, action: str | None = None, limit: int = 100, offset: int = 0) -> Call[tuple[AuditEvent, ...]]:
    """Who did what, the newest line first. action: only such lines, as `model.promote`."""
    query = {"action": action, "limit": limit, "offset": offset}
    return Call(method="GET", path="/audit", query=query, read=reading(tuple[AuditEvent, ...], "events"))
