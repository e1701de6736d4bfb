"""What is to become a version of a dataset: files in a folder, and where they come from."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl

from forecastle.core.ports import Manifest
from forecastle.core.records import DatasetVersion
from forecastle.data.dataset import Dataset
from forecastle.data.snapshot import ROWS, TABLE, load_description, save_snapshot, scan_rows

LEARNED = "learned.parquet"
"""What the steps of a version's recipe learned, beside its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a new version comes from. parent, recipe, by, note: as in `DatasetVersion`.

    learned: what all steps on the way from the source learned (see `recipes.step.LEARNED`); None: what those of the
    parent did.
    """

    parent: int | None = None
    recipe: tuple[Mapping[str, Any], ...] = ()
    by: str = ""
    note: str = ""
    learned: pl.DataFrame | None = None


def save(dataset: Dataset, origin: Origin, folder: Path) -> None:
    """Write a dataset that is in memory, and what was learned on the way to it."""
    save_snapshot(dataset, folder)
    if origin.learned is not None and not origin.learned.is_empty():
        origin.learned.write_parquet(folder / LEARNED, compression="zstd")


def draft_of(folder: Path, manifest: Manifest, origin: Origin, at: datetime) -> DatasetVersion:
    """The version that the files of a folder make; its number and dataset are found when it is entered."""
    rows = scan_rows(folder)
    source, findings, columns = _table(folder) if (folder / TABLE).exists() else _sales(folder)
    return DatasetVersion(
        id=str(uuid4()),
        dataset_id="",
        number=0,
        created_at=at,
        source=source,
        rows=rows.select(pl.len()).collect().item(),
        manifest=manifest,
        columns=columns,
        findings=findings,
        content_hash=manifest[ROWS],
        parent=origin.parent,
        recipe=origin.recipe,
        by=origin.by,
        note=origin.note,
    )


Told = tuple[str, tuple[Mapping[str, Any], ...], tuple[Mapping[str, Any], ...]]
"""Source, findings and columns."""


def _sales(folder: Path) -> Told:
    description, types = load_description(folder), scan_rows(folder).collect_schema()
    columns = tuple(
        {
            "column": guess.column,
            "role": guess.role.value,
            "type": str(types[guess.column]) if guess.column in types else None,
            "confidence": guess.confidence,
            "reason": guess.reason,
        }
        for guess in description.roles.guesses
    )
    return description.source, tuple(asdict(finding) for finding in description.findings), columns


def _table(folder: Path) -> Told:
    facts = json.loads((folder / TABLE).read_text(encoding="ascii"))
    told = {"role": "feature", "confidence": 1.0, "reason": "a table without time"}
    kinds = scan_rows(folder).collect_schema().items()
    columns = tuple({"column": name, "type": str(kind), **told} for name, kind in kinds)
    return facts["source"], tuple(facts["findings"]), columns
