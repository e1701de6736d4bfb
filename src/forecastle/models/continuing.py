"""The history that a model forecasts from: taking in what is newer, and keeping it in open formats."""

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

FACTS, HISTORY, STATIC = "model.json", "history.parquet", "static.parquet"


def continued(known: Panel, newer: Panel) -> Panel:
    """The known panel and newer periods of its series; series that are not in `newer` stay as they are.

    Raises:
        InputError: a series is new, or a period is not after the last one known.
    """
    ends = known.frame.group_by(SERIES_ID).agg(pl.col(DS).last().alias("end"))
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
        for name, kind in known.frame.schema.items()
    )
    return known.with_frame(pl.concat([known.frame, rows]).sort(SERIES_ID, DS))


def write_history(panel: Panel, folder: Path, **facts: object) -> None:
    """Write a panel as Parquet, and with what there is to know of it the further facts as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    known = {
        "unit": panel.freq.unit.value,
        "every": panel.freq.every,
        "offset": panel.freq.offset,
        "target": panel.target,
        "seasons": panel.season_lengths,
        "covariates": asdict(panel.covariates),
    }
    (folder / FACTS).write_text(json.dumps(known | facts, indent=2), encoding="utf-8")
    panel.frame.write_parquet(folder / HISTORY)
    if panel.static is not None:
        panel.static.write_parquet(folder / STATIC)


def read_history(folder: Path) -> tuple[Panel, Mapping[str, Any]]:
    """The panel and the facts that `write_history` wrote."""
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    panel = Panel(
        frame=pl.read_parquet(folder / HISTORY),
        freq=Frequency(Unit(facts["unit"]), facts["every"], facts["offset"]),
        target=facts["target"],
        covariates=Covariates(**{name: tuple(columns) for name, columns in facts["covariates"].items()}),
        static=pl.read_parquet(folder / STATIC) if (folder / STATIC).exists() else None,
        seasons=tuple(facts["seasons"]),
    )
    return panel, facts
