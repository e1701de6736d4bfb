"""Where versions of a dataset come from, and what is different between two."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forecastle.client.answers.datasets import DatasetVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """A dataset version and what stands on it.

    executions: ids, the newest first. current: it is used when none is named. files: its rows are still kept.
    """

    version: DatasetVersion
    executions: tuple[str, ...]
    current: bool
    deleted_at: datetime | None
    files: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is different between two versions of a dataset.

    rows, series: counts `before` and `after`. changed: cells of rows in both, by column. distributions: of every column
    of numbers. per_series: a page of the `series_changed` series with a difference.
    """

    dataset: str
    before: int
    after: int
    rows: Mapping[str, int]
    series: Mapping[str, int]
    rows_added: int
    rows_removed: int
    changed: Mapping[str, int]
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    columns_retyped: tuple[str, ...]
    distributions: tuple[Mapping[str, Any], ...]
    series_changed: int
    per_series: tuple[Mapping[str, Any], ...]
