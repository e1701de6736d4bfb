"""Values of the target some periods before the one to forecast."""

from collections.abc import Iterator, Sequence

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.features.history import History, Rows, mean_before

SEASONS_BACK = 3
"""How many same seasons the seasonal mean goes back."""

LARGEST = 1e6
"""Where an index ends: beyond, it only says that the level was next to nothing."""

LEVEL = 13
"""Periods whose mean is the level that a season's values are compared with, where a season has so many."""


def lags(history: History, rows: Rows, lengths: Sequence[int]) -> Iterator[tuple[str, Floats]]:
    """`lag_k`: the value k periods before the target period, null where that is not known at the cutoff yet."""
    for length in lengths:
        yield f"lag_{length}", rows.behind_target(history.grid.values, np.array(length))


def latest(history: History, rows: Rows, count: int) -> Iterator[tuple[str, Floats]]:
    """`latest_k`: the value k periods before the one after the cutoff, whatever the step; `latest_1` is the last."""
    for age in range(1, count + 1):
        yield f"latest_{age}", rows.behind_target(history.grid.values, rows.steps - 1 + age)


def seasonal_lags(history: History, rows: Rows, seasons: Sequence[int]) -> Iterator[tuple[str, Floats]]:
    """`season_m`, `season_m_mean`, `season_m_index` of each season m.

    The latest known value at the same place in the season; its mean over three seasons; and the mean of how it compared
    with the level a season before the cutoff (1: it was the level).

    Beyond one season ahead the lag grows by whole seasons, so that it never reaches past the cutoff.
    """
    for season in seasons:
        nearest = season * -(-rows.steps // season)
        known = [rows.behind_target(history.grid.values, nearest + season * back) for back in range(SEASONS_BACK)]
        with np.errstate(invalid="ignore"):
            mean = np.nansum(known, axis=0) / np.isfinite(known).sum(axis=0)
        yield f"season_{season}", known[0]
        yield f"season_{season}_mean", mean
        yield f"season_{season}_index", _index(history.grid.values, rows, nearest, known)


def _index(values: Floats, rows: Rows, nearest: Integers, known: Sequence[Floats]) -> Floats:
    """The mean of those values relative to the level that the series had at each of their cutoffs."""
    season = int(nearest.min())
    after = rows.columns[:, None] + 1 - nearest
    indices = []
    for back, value in enumerate(known):
        columns = np.maximum(after - season * back, 0)
        level = mean_before(values, columns, min(season, LEVEL)) if columns.any() else np.full_like(value, np.nan)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            indices.append(np.where(level > 0, np.clip(value / level, -LARGEST, LARGEST), np.nan))
    with np.errstate(invalid="ignore"):
        return np.asarray(np.nansum(indices, axis=0) / np.isfinite(indices).sum(axis=0))
