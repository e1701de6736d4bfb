"""Recipes, and what they did or would do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forecastle.client.answers.datasets import DatasetVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Steps of cleaning under a name."""

    name: str
    steps: tuple[Mapping[str, Any], ...]
    saved_at: datetime
    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one step of a recipe did, or would do.

    cells: how many values changed, by column; found: how many were found and stay as they are. examples:
    of these. rows_example: of one series, where rows came or went.
    """

    position: int
    step: str
    says: str
    rows_before: int
    rows_after: int
    rows_removed: int
    rows_added: int
    series_before: int
    series_after: int
    cells: Mapping[str, int]
    found: Mapping[str, int]
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    examples: tuple[Mapping[str, Any], ...]
    rows_example: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a recipe would do to a version. says: its steps in sentences. reused: it was known already.

    engine: who worked on it, `this machine`, `dask`, `ray` or `spark`.
    """

    dataset: str
    version: int
    steps: tuple[Mapping[str, Any], ...]
    says: tuple[str, ...]
    changes: tuple[Change, ...]
    rows_before: int
    rows_after: int
    reused: bool
    engine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """The version that a recipe made. reused: it had been made before."""

    version: DatasetVersion
    did: Trial
    reused: bool
