"""How hard each series is to forecast by its own history: what MASE and RMSSE divide by."""

import numpy as np
import polars as pl

from forecastle.core.columns import SERIES_ID
from forecastle.core.panel import Floats, Panel

SCALE = "scale"
"""Mean absolute error of the seasonal naive within the history."""

SCALE_RMS = "scale_rms"
"""Root mean squared error of the seasonal naive within the history."""


def scales(panel: Panel) -> pl.DataFrame:
    """`series_id`, `scale`, `scale_rms`: the one-season-back errors of each series of the panel, in its order.

    The season is the panel's shortest. A series with no two values a season apart is scaled by its
    period-to-period changes instead. Null when a series never changes: it has no scale, hence no MASE.
    Give it the history before a cutoff only (`Window.known`).

    Source: Hyndman & Koehler (2006).
    """
    grid = panel.grid()
    mean, rms = naive_errors(grid.values, panel.season_lengths[0] if panel.season_lengths else 1)
    return pl.DataFrame({SERIES_ID: grid.ids, SCALE: mean, SCALE_RMS: rms}).fill_nan(None)


def naive_errors(values: Floats, season: int) -> tuple[Floats, Floats]:
    """The same for an array of series, n × T: mean absolute and root mean squared errors, NaN for none."""
    mean, rms = _changes(values, season)
    plain_mean, plain_rms = _changes(values, 1)
    short = np.isnan(mean)
    found = np.where(short, plain_mean, mean), np.where(short, plain_rms, rms)
    return np.where(found[0] > 0, found[0], np.nan), np.where(found[1] > 0, found[1], np.nan)


def _changes(values: Floats, lag: int) -> tuple[Floats, Floats]:
    """Mean absolute and root mean squared change over `lag` periods, each n; NaN without a pair that far apart."""
    changes = values[:, lag:] - values[:, :-lag]
    pairs = np.isfinite(changes).sum(axis=1)
    with np.errstate(invalid="ignore"):
        mean = np.nansum(np.abs(changes), axis=1) / pairs
        rms = np.sqrt(np.nansum(changes**2, axis=1) / pairs)
    return mean, rms
