"""Datasets by name, and their versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetVersion:
    """An immutable snapshot of a dataset. columns: what each was taken for, how surely, and why.

    content_hash: SHA-256 of its rows. parent: the version it was made from, by the steps of `recipe`.
    """

    dataset: str
    version: int
    id: str
    created_at: datetime
    source: str
    rows: int
    columns: tuple[Mapping[str, Any], ...]
    findings: tuple[Mapping[str, Any], ...]
    content_hash: str
    parent: int | None
    recipe: tuple[Mapping[str, Any], ...]
    by: str
    note: str
    pinned_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A dataset by name. versions: the newest first; empty in a list of datasets."""

    name: str
    id: str
    created_at: datetime
    versions: tuple[DatasetVersion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedDataset:
    """A dataset that is gone from every list. retention_days: when its rows and files follow."""

    name: str
    retention_days: int
