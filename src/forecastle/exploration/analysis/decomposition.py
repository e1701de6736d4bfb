"""What one series is made of: trend, seasons, remainder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl

from forecastle.core.errors import InputError
from forecastle.core.panel import Floats
from forecastle.exploration.analysis.components import Components, decompose
from forecastle.exploration.analysis.extra import library
from forecastle.exploration.downsampling import largest_triangles
from forecastle.exploration.line import Line

ROBUST_UP_TO = 5_000
"""Periods up to which single far values are kept out of trend and seasons, which takes many passes."""
FEWEST = 4


class Method(StrEnum):
    """How a series is taken apart."""

    STL = "stl"
    """Loess (Cleveland et al. 1990); MSTL with several seasons. Needs the extra `analysis`."""
    ENGINE = "engine"
    """As all series are at once (see `components.decompose`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decomposition:
    """Parts that add up. points: `ds`, `y`, `trend`, `season_7` (one a season), `remainder`.

    Strengths go from 0 to 1: how much of what the other parts leave a part explains. filled: periods without a value,
    which lie on straight lines between their neighbours. thinned: whether points were left out.
    """

    points: pl.DataFrame
    method: Method
    seasons: tuple[int, ...]
    trend_strength: float
    seasonal_strength: Mapping[int, float]
    filled: int
    thinned: bool


def decomposition(line: Line, *, method: Method, seasons: Sequence[int] | None, points: int) -> Decomposition:
    """Take a line apart. seasons: None takes the usual ones of which there are two cycles.

    Raises:
        InputError: fewer than four values, or a season of which there are not two cycles.
        ModelError: the method's extra is not installed.
    """
    fitting = seasons_of(line, seasons)
    parts = parts_of(line, method, fitting)
    frame = line.frame().with_columns(
        pl.Series("trend", parts.trend[0]),
        *(pl.Series(f"season_{season}", values[0]) for season, values in parts.seasonal.items()),
        pl.Series("remainder", np.where(np.isfinite(line.values), parts.remainder[0], np.nan)).fill_nan(None),
    )
    thinned = len(frame) > points
    if thinned:
        frame = frame[largest_triangles(np.arange(len(frame), dtype=np.float64), line.filled, points)]
    return Decomposition(
        points=frame,
        method=method,
        seasons=fitting,
        trend_strength=float(parts.trend_strength[0]),
        seasonal_strength={season: float(parts.seasonal_strength(season)[0]) for season in fitting},
        filled=len(line.values) - line.observed,
        thinned=thinned,
    )


def seasons_of(line: Line, asked: Sequence[int] | None) -> tuple[int, ...]:
    """The seasons of a line, shortest first.

    Raises:
        InputError: fewer than four values, or a season was asked for of which there are not two cycles.
    """
    if line.observed < FEWEST:
        raise InputError(f"{line.name} has {line.observed} values; {FEWEST} are needed.", hint="Choose another series.")
    longest = len(line.values) // 2
    if asked is None:
        return tuple(season for season in line.freq.seasons if season <= longest)
    if wrong := [season for season in asked if not 2 <= season <= longest]:
        raise InputError(
            f"{line.name} has {len(line.values)} periods; two seasons of {wrong[0]} do not fit into them.",
            hint=f"Name seasons of 2 to {longest} periods.",
        )
    return tuple(sorted(set(asked)))


def parts_of(line: Line, method: Method, seasons: Sequence[int]) -> Components:
    """The components of one line, as arrays of one row."""
    if method is Method.ENGINE or not seasons:
        return decompose(line.values[None, :], seasons)
    return _by_loess(line.filled, seasons)


def _by_loess(values: Floats, seasons: Sequence[int]) -> Components:
    seasonal = library("statsmodels.tsa.seasonal", "STL")
    robust = len(values) <= ROBUST_UP_TO
    if len(seasons) == 1:
        found = seasonal.STL(values, period=seasons[0], robust=robust).fit()
        parts = {seasons[0]: np.asarray(found.seasonal)[None, :]}
    else:
        found = seasonal.MSTL(values, periods=tuple(seasons), stl_kwargs={"robust": robust}).fit()
        parts = {season: np.asarray(found.seasonal)[None, :, place] for place, season in enumerate(seasons)}
    trend = np.asarray(found.trend)[None, :]
    return Components(trend=trend, seasonal=parts, remainder=values[None, :] - trend - sum(parts.values()))
