"""How a task is handed to another program, and how its forecasts come back: Parquet and JSON in a folder."""

import json
from dataclasses import asdict
from pathlib import Path

import polars as pl
from benchmarks.tasks import Task

from forecastle.core.columns import DS, SERIES_ID
from forecastle.core.frequency import Unit

CALENDARS = {1: ("YS", "1y"), 4: ("QS", "3mo"), 5: ("D", "1d"), 12: ("MS", "1mo"), 24: ("h", "1h"), 52: ("W-MON", "1w")}
"""By season length: the frequency under which numbered periods are given to programs that know dates only."""


def hand_over(task: Task, folder: Path) -> None:
    """Write `known.parquet`, `future.parquet`, `static.parquet` (where there are any) and `task.json`.

    Numbered periods become dates of the frequency that has the task's season.
    """
    folder.mkdir(parents=True, exist_ok=True)
    freq = task.known.freq
    known, future, name = task.known.frame, task.future, str(freq)
    if freq.unit is Unit.STEP:
        name, every = CALENDARS[task.season]
        known = known.with_columns(_dated(every))
        future = None if future is None else future.with_columns(_dated(every))
    known.write_parquet(folder / "known.parquet")
    for table, file in ((future, "future.parquet"), (task.known.static, "static.parquet")):
        if table is not None:
            table.write_parquet(folder / file)
    facts = {"name": task.name, "freq": name, "horizon": task.horizon, "season": task.season}
    covariates = asdict(task.known.covariates)
    (folder / "task.json").write_text(json.dumps(facts | {"covariates": covariates}, indent=2), encoding="utf-8")


def _dated(every: str) -> pl.Expr:
    return (
        pl.lit("2000-01-03")
        .str.to_datetime()
        .dt.truncate(every)
        .dt.offset_by(
            pl.format("{}" + every.lstrip("0123456789"), pl.col(DS) * int(every.rstrip("abcdefghijklmnopqrstuvwxyz")))
        )
        .alias(DS)
    )


def same_series(task: Task, forecasts: pl.DataFrame) -> None:
    """Check that a peer has forecast what was asked for.

    Raises:
        ValueError: series or periods are missing.
    """
    wanted = task.known.n_series * task.horizon
    found = forecasts.unique([SERIES_ID, "step"]).height
    if found != wanted:
        raise ValueError(f"{task.name}: {found} forecasts instead of {wanted}.")
