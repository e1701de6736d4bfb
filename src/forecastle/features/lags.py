"""Values of the target some periods before the one to forecast."""

from collections.abc import Iterator, Sequence

import numpy as np

from forecastle.core.panel import Floats
from forecastle.features.history import History, Rows

SEASONS_BACK = 3
"""How many same seasons the seasonal mean goes back."""


def lags(history: History, rows: Rows, lengths: Sequence[int]) -> Iterator[tuple[str, Floats]]:
    """`lag_k`: the value k periods before the target period, null where that is not known at the cutoff yet."""
    for length in lengths:
        yield f"lag_{length}", rows.behind_target(history.grid.values, np.array(length))


def seasonal_lags(history: History, rows: Rows, seasons: Sequence[int]) -> Iterator[tuple[str, Floats]]:
    """`season_m` and `season_m_mean`: the latest known value at the same place in the season, and its mean over three.

    Beyond one season ahead the lag grows by whole seasons, so that it never reaches past the cutoff.
    """
    for season in seasons:
        nearest = season * -(-rows.steps // season)
        known = [rows.behind_target(history.grid.values, nearest + season * back) for back in range(SEASONS_BACK)]
        with np.errstate(invalid="ignore"):
            mean = np.nansum(known, axis=0) / np.isfinite(known).sum(axis=0)
        yield f"season_{season}", known[0]
        yield f"season_{season}_mean", mean
