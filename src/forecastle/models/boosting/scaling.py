"""Every series in units of its own, known at the cutoff: how far a value lies from the level, in usual changes.

Where a plan is known, what trees learn is compressed in these units: sales that a promotion multiplies are far from all
others.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forecastle.core.columns import STEP
from forecastle.core.panel import Covariates, Floats, Integers
from forecastle.features.table import COVARIATE, KEYS
from forecastle.models.boosting.drivers import column_of
from forecastle.models.forecasts import Flags
from forecastle.models.units import FAR, usual_change

Reals = NDArray[np.float32]

LEVEL = "smoothed"
"""The level: the exponential average. In the matrix its column tells how large it is beside the usual change."""

CHANGE = "change_"
SEASON = "season_"
PLACES = ("latest_", "mean_", "min_", "max_", "median_", SEASON)
"""Features that are values of the target: how far they lie from the level matters."""

INDEX = "_index"
"""How a seasonal feature ends that tells what multiple of its level a series has in that season."""

WIDTHS = ("std_", CHANGE)
"""Features that are distances between such values."""

UNUSED = ("abc", "year")
"""Left out: the ABC class hangs on what other series sell, and trees cannot go on beyond the years they saw."""

DECIMALS = 3
"""Features are rounded, so that equal series in other units (pieces, pallets) are equal to the last bit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """A feature table as a matrix.

    values: rows × features, NaN for null. level, start, change: rows, in units of the target. Features are counted from
    the level, forecasts from the start. The change is the mean of the absolute changes over one period and over one
    season, by which MASE and the scaled quantile loss divide: 0 where a series never changed, NaN before its first
    value. compressed: whether what trees learn is.
    """

    names: tuple[str, ...]
    values: Reals
    level: Floats
    start: Floats
    change: Floats
    compressed: bool

    @classmethod
    def of(cls, table: pl.DataFrame, covariates: Covariates) -> Self:
        """Scale a feature table; where a known covariate is not planned, nothing made of it is known."""
        level = table[LEVEL].to_numpy().astype(np.float64)
        change = _change(table, level)
        names = tuple(name for name in table.columns if name not in (*KEYS, *UNUSED) or name == STEP)
        values = np.empty((len(table), len(names)), dtype=np.float32)
        compressed = bool(covariates.known)
        scaled = cls(names=names, values=values, level=level, start=level, change=change, compressed=compressed)
        for place, name in enumerate(names):
            column = scaled._feature(name, table[name].to_numpy())
            values[:, place] = column if name.startswith(COVARIATE) else np.round(column, DECIMALS)
        for name in covariates.known:
            planned = np.isfinite(values[:, names.index(f"{COVARIATE}{name}")])
            scaled.forget(~planned, scaled.made_of(name, covariates))
        return scaled

    def distances(self, y: Floats) -> Floats:
        """How far the target lies from the start, in usual changes; NaN where a row has none."""
        with np.errstate(invalid="ignore", divide="ignore"):
            found = np.where(self.change > 0, (y - self.start) / self.change, np.nan)
        return np.asarray(np.clip(found, -FAR, FAR))

    def answers(self, y: Floats) -> Floats:
        """What trees learn: the distances, compressed or not.

        Near the start nothing is changed, far from it the logarithm counts (Burbidge, Magee & Robb 1988).
        """
        distances = self.distances(y)
        return np.asarray(np.arcsinh(distances)) if self.compressed else distances

    def restore(self, said: Floats) -> Floats:
        """Back to units of the target, rows × any; a series that never changed stays where it is."""
        distances = np.sinh(said) if self.compressed else said
        return np.asarray(self.start[:, None] + np.nan_to_num(self.change)[:, None] * distances)

    def restored_parts(self, told: Floats) -> Floats:
        """What parts of answers add in units of the target, rows × parts: each its share of what all of them add."""
        parts = told * np.nan_to_num(self.change)[:, None]
        if not self.compressed:
            return np.asarray(parts)
        whole = told.sum(axis=1, keepdims=True)
        with np.errstate(invalid="ignore"):
            return np.asarray(parts * np.where(whole != 0, np.sinh(whole) / whole, 1.0))

    def only(self, rows: Flags) -> Self:
        """Some of the rows."""
        fields = {name: getattr(self, name)[rows] for name in ("values", "level", "start", "change")}
        return replace(self, **fields)

    def forget(self, rows: Flags, columns: Integers) -> None:
        """Make values unknown."""
        self.values[np.ix_(np.flatnonzero(rows), columns)] = np.nan

    def made_of(self, name: str, covariates: Covariates) -> Integers:
        """The columns made of a covariate."""
        columns = (*covariates.known, *covariates.past, *covariates.static)
        return np.flatnonzero([own.startswith(COVARIATE) and column_of(own, columns) == name for own in self.names])

    def _feature(self, name: str, column: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            if name.startswith(PLACES) and not name.endswith(INDEX):
                return np.asarray((column - self.level) / self.change)
            return np.asarray(column / self.change) if name.startswith((LEVEL, *WIDTHS)) else column


def _change(table: pl.DataFrame, level: Floats) -> Floats:
    changes = np.stack([table[name].to_numpy() for name in table.columns if name.startswith(CHANGE)])
    return usual_change(changes.astype(np.float64), level)
