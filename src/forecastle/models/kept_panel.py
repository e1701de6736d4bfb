"""A panel that a model keeps, to forecast from: newer periods are taken in, and it is written to open files."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from forecastle.core.columns import DS, SERIES_ID
from forecastle.core.errors import InputError
from forecastle.core.frequency import Frequency, Unit
from forecastle.core.panel import Covariates, Panel

RETRAIN = "Train this model again; the one before goes on serving until then."
"""What to do about a model that this version cannot read."""

FACTS, HISTORY, STATIC = "model.json", "history.parquet", "static.parquet"


def extended(panel: Panel, newer: Panel) -> Panel:
    """The panel with newer periods of its series; those that are not in `newer` stay as they are.

    Raises:
        InputError: a series is new, or a period is not after the last one known.
    """
    ends = panel.frame.group_by(SERIES_ID).agg(pl.col(DS).last().alias("end"))
    first = newer.frame.group_by(SERIES_ID, maintain_order=True).agg(pl.col(DS).first())
    beside = first.join(ends, on=SERIES_ID, how="left", maintain_order="left")
    if len(new := beside.filter(pl.col("end").is_null())[SERIES_ID]):
        raise InputError(
            f"{len(new)} series are new to this model, the first is {new[0]!r}.", hint="Fit again to include them."
        )
    if len(late := beside.filter(pl.col(DS) <= pl.col("end"))[SERIES_ID]):
        raise InputError(
            f"Series {late[0]!r} has periods that the model has seen already.", hint="Append newer periods only."
        )
    rows = newer.frame.select(
        pl.col(name).cast(kind) if name in newer.frame.columns else pl.lit(None, kind).alias(name)
        for name, kind in panel.frame.schema.items()
    )
    return panel.with_frame(pl.concat([panel.frame, rows]).sort(SERIES_ID, DS))


def save_panel(panel: Panel, folder: Path, facts: Mapping[str, Any]) -> None:
    """Write `model.json`, with whatever else the model has to say, and the history and static covariates as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    freq = panel.freq
    kept = {
        "unit": freq.unit.value,
        "every": freq.every,
        "offset": freq.offset,
        "target": panel.target,
        "seasons": panel.season_lengths,
        "covariates": asdict(panel.covariates),
    }
    (folder / FACTS).write_text(json.dumps({**facts, **kept}, indent=2), encoding="utf-8")
    panel.frame.write_parquet(folder / HISTORY)
    if panel.static is not None:
        panel.static.write_parquet(folder / STATIC)


def load_panel(folder: Path) -> tuple[Panel, dict[str, Any]]:
    """Read back what `save_panel` wrote: the panel, and all facts."""
    facts: dict[str, Any] = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    static = folder / STATIC
    panel = Panel(
        frame=pl.read_parquet(folder / HISTORY),
        freq=Frequency(Unit(facts["unit"]), facts["every"], facts["offset"]),
        target=facts["target"],
        covariates=Covariates(**{name: tuple(columns) for name, columns in facts["covariates"].items()}),
        static=pl.read_parquet(static) if static.exists() else None,
        seasons=tuple(facts["seasons"]),
    )
    return panel, facts
