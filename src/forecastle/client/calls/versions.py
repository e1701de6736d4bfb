"""Versions of a dataset: where they come from, which stay, which one is current."""

from forecastle.client.answers import Comparison, DatasetVersion, Generation
from forecastle.client.call import Call, named, reading


def lineage(name: str) -> Call[tuple[Generation, ...]]:
    """Every version there ever was, the newest first, with what stands on it.

    Raises:
        NotFoundError: there is no such dataset.
    """
    return Call(method="GET", path=f"/datasets/{named(name)}/lineage", read=reading(tuple[Generation, ...], "lineage"))


def compare_versions(
    name: str, *, before: int | None = None, after: int | None = None, limit: int = 50, offset: int = 0
) -> Call[Comparison]:
    """What is different between two versions: by default the current one and the one it was made from.

    limit, offset: which of the series that differ, the most changed first.

    Raises:
        NotFoundError: there is no such dataset or version.
        InputError: there is no version to compare with.
    """
    query = {"before": before, "after": after, "limit": limit, "offset": offset}
    return Call(method="GET", path=f"/datasets/{named(name)}/compare", query=query, read=reading(Comparison))


def pin_version(name: str, number: int) -> Call[DatasetVersion]:
    """Keep a version: it cannot be deleted until it is unpinned.

    Raises:
        NotFoundError: there is no such version.
    """
    return _changed("POST", name, number, "/pin")


def unpin_version(name: str, number: int) -> Call[DatasetVersion]:
    """Allow a version to be deleted again.

    Raises:
        NotFoundError: there is no such version.
    """
    return _changed("POST", name, number, "/unpin")


def restore_version(name: str, number: int) -> Call[DatasetVersion]:
    """Make an old version current, as a new version with the same rows.

    Raises:
        NotFoundError: there is no such version.
    """
    return _changed("POST", name, number, "/restore")


def delete_version(name: str, number: int) -> Call[DatasetVersion]:
    """Delete one version; its files go after a while, its lineage stays.

    Raises:
        NotFoundError: there is no such version.
        ConflictError: it is pinned, an execution stands on it, or it is the only one.
    """
    return _changed("DELETE", name, number, "")


def _changed(method: str, name: str, number: int, change: str) -> Call[DatasetVersion]:
    return Call(method=method, path=f"/datasets/{named(name)}/versions/{number}{change}", read=reading(DatasetVersion))
