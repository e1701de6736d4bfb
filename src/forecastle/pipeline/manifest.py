"""What a run needs to be repeated exactly: seed, threads, versions, settings and the hash of the data it saw."""

import hashlib
import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import polars as pl

from forecastle.settings import Settings

LIBRARIES = ("forecastle", "polars", "numpy", "scipy")


def snapshot_hash(frame: pl.DataFrame) -> str:
    """SHA-256 of a frame's rows in their order: column names, types, nulls and values."""
    digest = hashlib.sha256()
    for column in frame:
        digest.update(f"{column.name}:{column.dtype}:{column.len()}".encode())
        digest.update(column.is_null().to_numpy().tobytes())
        digest.update(_content(column))
    return digest.hexdigest()


def _content(column: pl.Series) -> bytes:
    if column.dtype == pl.String:
        runs = column.rle().struct.unnest()  # a key stands in thousands of rows in a row
        return repr(list(runs.iter_rows())).encode()
    return column.to_physical().fill_null(0).to_numpy().tobytes()


def manifest(*, settings: Settings, request: Mapping[str, Any], snapshots: Mapping[str, str]) -> dict[str, Any]:
    """Everything that decides the outcome of a run, and nothing that differs between two equal runs."""
    return {
        "code_version": version("forecastle"),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "seed": settings.forecast.seed,
        "threads": settings.forecast.threads,
        "row_order": "series_id, ds",
        "snapshots": dict(snapshots),
        "request": dict(request),
        "settings": settings.model_dump(
            mode="json", include={"read", "clean", "classes", "forecast", "backtest", "report"}
        ),
    }


def execution_id(facts: Mapping[str, Any]) -> str:
    """A short name for a run: equal runs have equal names."""
    return hashlib.sha256(repr(sorted(facts.items())).encode()).hexdigest()[:12]
