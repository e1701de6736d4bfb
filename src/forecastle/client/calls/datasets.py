"""Datasets: brought in, looked at, deleted."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecastle.client.answers import Dataset, DatasetVersion, DeletedDataset
from forecastle.client.call import Call, File, named, reading
from forecastle.data.options import ReadOptions

if TYPE_CHECKING:
    import polars as pl

NO_OPTIONS = ReadOptions()


def upload(
    data: "str | Path | pl.DataFrame", *, name: str, options: ReadOptions = NO_OPTIONS, timeless: bool = False
) -> Call[DatasetVersion]:
    """Upload a file or a Polars frame; a known name gets a new version, unless nothing changed.

    timeless: the rows have no time, such as a table to join, or rows for a tabular model.

    Raises:
        InputError: it cannot be read; nothing was kept.
    """
    told = {"name": name, "options": json.dumps(_said(options)), "timeless": json.dumps(timeless)}
    return Call(method="POST", path="/datasets", file=_file(data, name), form=told, read=reading(DatasetVersion))


def connect(source: str, *, name: str, options: ReadOptions = NO_OPTIONS) -> Call[DatasetVersion]:
    """Have the server read a database, an HTTP endpoint or an object store into a new version of a dataset.

    Raises:
        InputError: it may not be read from there (`server.sources`), or cannot be; nothing was kept.
    """
    asked = {"source": source, "name": name, "options": _said(options)}
    return Call(method="POST", path="/datasets", body=asked, read=reading(DatasetVersion))


def datasets() -> Call[tuple[Dataset, ...]]:
    """All datasets, the newest first."""
    return Call(method="GET", path="/datasets", read=reading(tuple[Dataset, ...], "datasets"))


def dataset(name: str) -> Call[Dataset]:
    """One dataset with its versions.

    Raises:
        NotFoundError: there is no such dataset.
    """
    return Call(method="GET", path=f"/datasets/{named(name)}", read=reading(Dataset))


def dataset_version(name: str, number: int) -> Call[DatasetVersion]:
    """One version: what was read, what each column was taken for, and what was found.

    Raises:
        NotFoundError: there is no such version.
    """
    return Call(method="GET", path=f"/datasets/{named(name)}/versions/{number}", read=reading(DatasetVersion))


def delete_dataset(name: str) -> Call[DeletedDataset]:
    """Delete a dataset: it is gone from every list now, and from the disk after the days of the answer.

    Raises:
        NotFoundError: there is no such dataset.
    """
    return Call(method="DELETE", path=f"/datasets/{named(name)}", read=reading(DeletedDataset))


def _file(data: "str | Path | pl.DataFrame", name: str) -> File:
    if isinstance(data, (str, Path)):
        return File(filename=Path(data).name, content=Path(data))
    import io

    content = io.BytesIO()
    data.write_parquet(content)
    return File(filename=f"{name}.parquet", content=content.getvalue())


def _said(options: ReadOptions) -> dict[str, Any]:
    """Options somebody chose; an empty list is a choice, too."""
    return {option: value for option, value in asdict(options).items() if value is not None}
