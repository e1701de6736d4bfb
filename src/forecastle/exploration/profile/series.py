"""Every series in numbers."""

import numpy as np
import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.core.panel import Grid, Panel
from forecastle.data.prepare import Prepared
from forecastle.exploration.analysis.components import decompose
from forecastle.exploration.profile.entropy import noise_probability, spectral_entropy
from forecastle.features.demand import classify
from forecastle.settings import ClassSettings

BLOCK = 4_000_000
"""Values taken apart at a time, to bound the memory."""


def series_profile(prepared: Prepared, settings: ClassSettings, revenue: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row a series, the largest first: what cleaning saw, what class it is in, and what it is made of.

    Columns: those of `cleaning.profile` (`flags` as one text) and of `features.demand.classify`; `length` (periods from
    the first to the last); `trend_strength` and `seasonal_strength`, the latter of the strongest season, `season`
    (null where the history has no two cycles of any); `entropy` and `forecastability`, which is 1 − entropy; `noise`,
    how often noise looks as orderly. revenue: as `classify` has it.
    """
    table = classified(prepared, settings, revenue)
    table = table.join(_made_of(prepared.panel), on=SERIES_ID, how="left", maintain_order="left")
    return table.with_columns(pl.col("flags").list.join(", ").fill_null("")).sort(
        "total", SERIES_ID, descending=[True, False], nulls_last=True
    )


def classified(prepared: Prepared, settings: ClassSettings, revenue: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row a series: what cleaning saw, and what class it is in; the first columns of `series_profile`."""
    classes = classify(prepared.panel, revenue=revenue, settings=settings)
    new = [name for name in classes.columns if name not in prepared.profile.columns]
    return prepared.profile.join(classes.select(SERIES_ID, *new), on=SERIES_ID, how="left", maintain_order="left")


def _made_of(panel: Panel) -> pl.DataFrame:
    grid = panel.grid()
    seasons = tuple(season for season in panel.season_lengths if 2 * season <= grid.values.shape[1])
    rows = max(BLOCK // max(grid.values.shape[1], 1), 1)
    parts = [_block(grid, slice(first, first + rows), seasons) for first in range(0, len(grid.ids), rows)]
    return pl.concat(parts) if parts else _block(grid, slice(0, 0), seasons)


def _block(grid: Grid, rows: slice, seasons: tuple[int, ...]) -> pl.DataFrame:
    values = grid.values[rows]
    components = decompose(values, seasons)
    strengths = np.array([components.seasonal_strength(season) for season in seasons]).reshape(
        len(seasons), len(values)
    )
    long_enough = np.array([grid.lengths[rows] >= 2 * season for season in seasons]).reshape(strengths.shape)
    strengths = np.where(long_enough, strengths, -1.0)
    best = strengths.argmax(axis=0) if seasons else np.zeros(len(values), dtype=np.int64)
    strongest = strengths.max(axis=0, initial=-1.0)
    entropy = spectral_entropy(values, grid.lengths[rows])
    return pl.DataFrame(
        {
            SERIES_ID: grid.ids[rows],
            "length": grid.lengths[rows],
            "trend_strength": components.trend_strength,
            "seasonal_strength": np.where(strongest >= 0, strongest, np.nan),
            "season": np.where(strongest > 0, np.array(seasons or (0,))[best], 0),
            "entropy": entropy,
            "forecastability": 1 - entropy,
            "noise": noise_probability(values, grid.lengths[rows]),
        }
    ).with_columns(
        pl.col("seasonal_strength", "entropy", "forecastability", "noise").fill_nan(None),
        pl.when(pl.col("season") > 0).then(pl.col("season")),
    )
