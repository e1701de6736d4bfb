"""A series over time, and the same series in two versions of a dataset."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from forecastle.core.columns import DS, Y
from forecastle.core.panel import Integers
from forecastle.exploration.downsampling import largest_triangles
from forecastle.exploration.line import Line

BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesChart:
    """A line. points: `ds`, `y`, null where nothing was observed (left out where points were).

    periods: all of them; observed: those with a value. thinned: whether points were left out (see `largest_triangles`).
    """

    points: pl.DataFrame
    periods: int
    observed: int
    thinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonChart:
    """A line before and after. points: `ds`, `before`, `after`, null where nothing was observed.

    changed, appeared, vanished: periods whose value is another, or is in one of the two only; all of them counted.
    """

    points: pl.DataFrame
    periods: int
    changed: int
    appeared: int
    vanished: int
    thinned: bool


def series_chart(line: Line, points: int) -> SeriesChart:
    """A line in at most so many points."""
    frame = line.frame()
    thinned = len(frame) > points
    return SeriesChart(
        points=frame[_kept(frame, (Y,), points)] if thinned else frame,
        periods=len(frame),
        observed=line.observed,
        thinned=thinned,
    )


def comparison_chart(before: Line, after: Line, points: int) -> ComparisonChart:
    """Two lines in at most so many points each."""
    both = before.frame().rename({Y: BEFORE}).join(after.frame().rename({Y: AFTER}), on=DS, how="full", coalesce=True)
    both = both.sort(DS)
    there = pl.col(BEFORE).is_not_null(), pl.col(AFTER).is_not_null()
    counts = both.select(
        (there[0] & there[1] & (pl.col(BEFORE) != pl.col(AFTER))).sum().alias("changed"),
        (~there[0] & there[1]).sum().alias("appeared"),
        (there[0] & ~there[1]).sum().alias("vanished"),
    ).row(0, named=True)
    thinned = len(both) > points
    kept = both[_kept(both, (BEFORE, AFTER), points)] if thinned else both
    return ComparisonChart(points=kept, periods=len(both), thinned=thinned, **counts)


def _kept(frame: pl.DataFrame, columns: tuple[str, ...], points: int) -> Integers:
    """The places of the points that keep the shape of every column."""
    kept = []
    for name in columns:
        values = frame[name].to_numpy()
        there = np.flatnonzero(np.isfinite(values))
        kept.append(there[largest_triangles(there.astype(np.float64), values[there], points)])
    return np.unique(np.concatenate(kept))
