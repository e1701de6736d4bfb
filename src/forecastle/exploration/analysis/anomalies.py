"""Periods that trend and seasons do not explain."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from forecastle.core.columns import DS, Y
from forecastle.core.panel import Floats
from forecastle.exploration.analysis.decomposition import Method, parts_of, seasons_of
from forecastle.exploration.line import Line

MOST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomalies:
    """points: `ds`, `y`, `expected`, `score` (robust standard deviations from there, negative below), farthest first.

    deviation: one of these in units of the series. count: all there are, shown or not.
    """

    points: pl.DataFrame
    deviation: float
    count: int


def anomalies(line: Line, *, threshold: float = 4.0, method: Method = Method.ENGINE) -> Anomalies:
    """Periods farther from trend and seasons than `threshold` robust standard deviations.

    Trend and seasons are taken twice, the second time without what was far off, which would bend them to itself.

    Raises:
        InputError: fewer than four values.
        ModelError: the method's extra is not installed.
    """
    expected, deviation = _expected(line, method)
    far = np.abs(line.values - expected) > threshold * deviation
    if far.any():
        expected, deviation = _expected(replace(line, values=np.where(far, np.nan, line.values)), method)
    score = (line.values - expected) / (deviation or np.inf)
    columns = {DS: line.moments, Y: line.values, "expected": expected, "score": score}
    found = pl.DataFrame(columns).filter(pl.col("score").is_finite(), pl.col("score").abs() > threshold)
    ordered = found.sort(pl.col("score").abs(), descending=True)
    return Anomalies(points=ordered.head(MOST), deviation=deviation, count=len(found))


def _expected(line: Line, method: Method) -> tuple[Floats, float]:
    """Trend and seasons of every period, and the robust standard deviation of the values from there."""
    parts = parts_of(line, method, seasons_of(line, None))
    expected = parts.trend[0] + sum((season[0] for season in parts.seasonal.values()), np.zeros(len(line.values)))
    there, places = np.isfinite(expected), np.arange(len(expected))
    expected = np.interp(places, places[there], expected[there])
    return expected, _deviation((line.values - expected)[np.isfinite(line.values)])


def _deviation(rest: Floats) -> float:
    """From the median distance to the median; where more than half are equal, the standard deviation."""
    robust = float(np.median(np.abs(rest - np.median(rest)))) / 0.6745
    return robust if robust > 0 else float(rest.std())
