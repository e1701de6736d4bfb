"""Trend, seasons and remainder of every series of a panel, as rows."""

from pathlib import Path
from uuid import uuid4

import numpy as np
import polars as pl

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.panel import Grid, Panel
from forecastle.exploration.analysis.components import decompose

BLOCK = 4_000_000
"""Values taken apart at a time, to bound the memory."""


def write_components(panel: Panel, seasons: tuple[int, ...], folder: Path) -> None:
    """Take every series apart into Parquet files of a folder, which is there as a whole or not at all.

    Columns: `series_id`, `ds`, `y`, `trend`, `season_7` (one a season), `remainder`, a row for each period from the
    first to the last of a series; y and remainder are null where nothing was observed.
    """
    grid = panel.grid()
    made = folder.with_name(f"{folder.name}-{uuid4().hex}")
    made.mkdir()
    rows = max(BLOCK // max(grid.values.shape[1], 1), 1)
    for number, first in enumerate(range(0, len(grid.ids), rows)):
        _block(grid, slice(first, first + rows), seasons).write_parquet(made / f"{number:06}.parquet")
    if not folder.exists():
        made.rename(folder)


def scan_components(folder: Path) -> pl.LazyFrame:
    """What `write_components` wrote, by series and time."""
    return pl.scan_parquet(sorted(folder.glob("*.parquet")))


def _block(grid: Grid, which: slice, seasons: tuple[int, ...]) -> pl.DataFrame:
    values = grid.values[which]
    width = values.shape[1]
    parts = decompose(values, seasons)
    row, place = np.nonzero(np.arange(width) >= width - grid.lengths[which][:, None])
    columns = {Y: values, "trend": parts.trend}
    columns |= {f"season_{season}": values for season, values in parts.seasonal.items()}
    columns["remainder"] = parts.remainder
    return pl.DataFrame(
        {SERIES_ID: grid.ids[which].gather(row), DS: grid.last[which][row] - (width - 1 - place)}
        | {name: array[row, place] for name, array in columns.items()}
    ).with_columns(grid.freq.moments(pl.col(DS)).alias(DS), pl.col(*columns).fill_nan(None))


def fitting_seasons(panel: Panel, asked: tuple[int, ...] | None) -> tuple[int, ...]:
    """The seasons asked for, or the usual ones, of which the longest series has two cycles; the shortest first."""
    width = panel.grid().values.shape[1]
    return tuple(sorted({season for season in asked or panel.season_lengths if 2 <= season <= width // 2}))
