"""Missing values."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Literal

import numpy as np
import polars as pl
from pydantic import Field

from forecastle.core.columns import SERIES_ID, Y
from forecastle.core.columns import STEP as STEP_
from forecastle.core.panel import Floats
from forecastle.data.cleaning.filling import ACTIONS, filled
from forecastle.models.kernel import Batch
from forecastle.models.smoothing.ets.kernel import SimpleEtsKernel
from forecastle.recipes.piece import SERIES, STEP, Cells, Piece
from forecastle.recipes.seasons import Seasons
from forecastle.recipes.step import NamedSeasons, Step

FITTED = 10_000
"""Latest values of a series that a model is fitted to; more would hardly change its constant."""
MODEL = "filled from a model: exponential smoothing from both sides, with the season put back"


class Missing(Step):
    """Fill or drop missing values, series by series. What was closed or out of stock is never filled."""

    title: ClassVar[str] = "Missing values"

    step: Literal["missing"] = "missing"
    method: Literal["interpolate", "forward_fill", "mean", "median", "seasonal", "model", "drop", "keep"] = Field(
        "interpolate", description="How: a line between neighbours, the last value, …; `drop` leaves the rows out."
    )

    seasons: NamedSeasons = ()

    @property
    def effort(self) -> int:
        """The season is looked for cycle by cycle, so that few, long series take longest."""
        return 25 if self.method == "model" else 2

    def says(self) -> str:
        """The step in one plain sentence."""
        return f"Missing values of {self.on} are {MODEL if self.method == 'model' else ACTIONS[self.method]}"

    def apply(self, piece: Piece) -> Piece:
        """Fill or drop; a series without any value stays as it is."""
        names = self.numbers(piece)
        if self.method == "keep":
            return piece
        if self.method == "drop":
            blank = pl.any_horizontal(pl.col(name).is_null() for name in names) & ~piece.closed
            return piece.with_frame(piece.frame.filter(~blank))
        filled_columns = [self._filled(piece, name) for name in names]
        return piece.with_frame(piece.frame.with_columns(filled_columns))

    def _filled(self, piece: Piece, name: str) -> pl.Expr:
        if piece.frame[name].null_count() == 0:
            return pl.col(name).cast(pl.Float64)
        gap = pl.col(name).is_null() & ~piece.closed
        if self.method in LEVELS:
            seasons = piece.in_seasons(self.seasons).seasons
            expected = _in_season(piece.grid(name), seasons, LEVELS[self.method])
            values = pl.Series(expected, dtype=pl.Float64).fill_nan(None)
        else:
            rows = piece.frame.select(
                pl.col(SERIES).alias(SERIES_ID), pl.col(STEP).alias(STEP_), pl.col(name).cast(pl.Float64).alias(Y)
            )
            values = filled(rows, self.method)
        return pl.when(gap).then(pl.lit(values)).otherwise(pl.col(name).cast(pl.Float64)).alias(name)


def _in_season(cells: Cells, periods: Sequence[int], level: Callable[[Floats], Floats]) -> Floats:
    """What is expected in each row; NaN for series without any value. Sales stay non-negative.

    The seasons of our engine, where they repeat beyond chance, are taken out before the level is found, and put back.
    """
    values = cells.values
    known = np.isfinite(values).any(axis=1)
    expected = np.full_like(values, np.nan)
    if known.any():
        seasons = Seasons.of(values[known], periods)
        back = seasons.put_back(level(seasons.remove(values[known])))
        floor = np.where(np.nanmin(values[known], axis=1) >= 0, 0.0, -np.inf)
        expected[known] = np.maximum(back, floor[:, None])
    return cells.back(expected)


def _line(values: Floats) -> Floats:
    """A straight line across each hole; the nearest value before the first and after the last."""
    places = np.arange(values.shape[1])
    filled = values.copy()
    for row in np.flatnonzero(np.isnan(values).any(axis=1)):
        there = np.isfinite(values[row])
        filled[row] = np.interp(places, places[there], values[row, there])
    return filled


def _smoothed(values: Floats) -> Floats:
    """Exponential smoothing, fitted to each series, from both ends; within a hole the nearer side counts more."""
    alpha = SimpleEtsKernel().fit(Batch(values=_latest(values))).constants[:, 0, 0]
    before, since = _levels(values, alpha), _ages(values)
    after, until = _levels(values[:, ::-1], alpha)[:, ::-1], _ages(values[:, ::-1])[:, ::-1]
    with np.errstate(invalid="ignore"):
        share = np.where(np.isnan(after), 0.0, np.where(np.isnan(before), 1.0, since / (since + until)))
    return np.asarray((1 - share) * np.nan_to_num(before) + share * np.nan_to_num(after))


def _latest(values: Floats) -> Floats:
    """The periods that hold the latest `FITTED` values of every series, of which there is one at least."""
    counts = np.isfinite(values[:, ::-1]).cumsum(axis=1)
    enough = counts >= np.minimum(counts[:, -1:], FITTED)
    return values[:, -1 - int(enough.argmax(axis=1).max()) :]


def _levels(values: Floats, alpha: Floats) -> Floats:
    """The smoothed level at each period: what is not observed changes nothing; NaN before the first value."""
    if len(values) >= values.shape[1]:
        return _levels_of_many(values, alpha)
    levels = np.empty_like(values)
    for row, constant in enumerate(np.maximum(alpha, np.finfo(float).tiny)):
        seen = pl.Series(values[row]).fill_nan(None)
        levels[row] = seen.ewm_mean(alpha=constant, adjust=False, ignore_nulls=True).forward_fill().to_numpy()
    return levels


def _levels_of_many(values: Floats, alpha: Floats) -> Floats:
    """The same period by period, which is quicker for many, short series."""
    levels, level = np.empty_like(values), np.full(len(values), np.nan)
    for place, y in enumerate(values.T):
        level = np.where(np.isfinite(y), np.where(np.isnan(level), y, level + alpha * (y - level)), level)
        levels[:, place] = level
    return levels


def _ages(values: Floats) -> Floats:
    """How many periods ago each series was last observed; counted from the first period before it was."""
    places = np.arange(values.shape[1])
    return np.asarray(places - np.maximum.accumulate(np.where(np.isfinite(values), places, -1), axis=1), dtype=float)


LEVELS: Mapping[str, Callable[[Floats], Floats]] = {"seasonal": _line, "model": _smoothed}
"""Methods that know the season, and what each takes for the level without it."""
