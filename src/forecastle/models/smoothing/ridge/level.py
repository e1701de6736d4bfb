"""The level of many series: tomorrow's change, by ridge regression on what today's level lies away from.

The columns are a constant and a trend, the distance to the series' centre, the distances to moving averages of several
memories, and the level one season ago. With every coefficient at its prior the forecast is half the last level and half
a smoothed one, so that shrinkage leads to a sensible forecast and not to a flat mean: it is anchored at the last level
however long the trend behind it is.
"""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats, Integers
from forecastle.models.smoothing.ridge.regression import regress
from forecastle.models.smoothing.ridge.shape import carries

Singles = NDArray[np.float32]

MEMORIES = np.array([0.02, 0.1, 0.3, 0.6])
"""Smoothing constants of the moving averages, which begin as plain means (Brown 1959)."""

CONSTANTS = 2
"""The constant and the trend come first."""

IMPORTANCE_OF_CONSTANT = 0.5
IMPORTANCE_OF_TREND = 0.3

PRIOR_MEMORY = 2
PRIOR_WEIGHT = 0.5

FEWEST = 6
"""Points a regression needs; with fewer the prior forecasts alone."""

VECTORS = ("centre", "count")
"""The fields of `Level` that are one number a row."""

CELLS = 300_000
"""Rows × periods × columns worked on at a time, to stay in cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The fitted recursion of n rows.

    coefficients: n × p. averages: n × memories. recent: n × longest lag, the last levels in time order.
    lags: n × seasons, each the season's length, or 0 where the row has not observed enough of it.
    centre: n, the mean of all levels, which the others are told from; it goes on with newer ones, so that a level that
        has moved for good is not drawn back to where it was. count: n, how many levels that is the mean of.
    """

    coefficients: Floats
    averages: Floats
    recent: Floats
    lags: Integers
    centre: Floats
    count: Floats

    def next(self) -> Floats:
        """The level expected one period ahead, n."""
        return self.path(1)[:, 0]

    def after(self, level: Floats) -> Self:
        """The recursion one period later, when this level (n) was seen, or expected."""
        distance = (level - self.centre)[:, None]
        return replace(
            self,
            averages=self.averages + MEMORIES * (distance - self.averages),
            recent=np.concatenate([self.recent[:, 1:], distance], axis=1),
        )

    def recentred(self, seen: np.ndarray) -> Self:
        """The centre moved towards the last level, of the rows that have really `seen` it (n)."""
        count = self.count + seen
        moved = np.where(seen, self.recent[:, -1] / np.maximum(count, 1), 0.0)
        return replace(
            self,
            averages=self.averages - moved[:, None],
            recent=self.recent - moved[:, None],
            centre=self.centre + moved,
            count=count,
        )

    def path(self, horizon: int, constant: float = 1.0) -> Floats:
        """Expected levels, n × horizon. `constant` 0 leaves the constant and the trend out."""
        longest, first_lag = self.recent.shape[1], CONSTANTS + 1 + MEMORIES.size
        levels = np.concatenate([self.recent.T, np.empty((horizon, len(self.recent)))])
        averages, weights = self.averages.T.copy(), self.coefficients.T
        drift = constant * weights[:CONSTANTS].sum(axis=0)
        kept = 1.0 - weights[CONSTANTS:first_lag].sum(axis=0)
        lagged = np.where(self.lags.T > 0, weights[first_lag:], 0.0)
        lags = self.lags.max(axis=0, initial=0)
        for now in range(longest, longest + horizon):
            level = drift + kept * levels[now - 1]
            level += (weights[CONSTANTS + 1 : first_lag] * averages).sum(axis=0)
            for lag, weight in zip(lags, lagged, strict=True):
                level += weight * levels[now - max(lag, 1)]
            levels[now] = level
            averages += MEMORIES[:, None] * (level - averages)
        return np.ascontiguousarray(levels[longest:].T) + constant * self.centre[:, None]

    def response(self, horizon: int) -> Floats:
        """How much a unit error in the first period moves each period, n × horizon; the first is 1."""
        blank = replace(
            self,
            averages=np.zeros_like(self.averages),
            recent=np.zeros_like(self.recent),
            centre=np.zeros_like(self.centre),
        )
        shocked = blank.after(np.ones(len(self.recent)))
        return np.concatenate([np.ones((len(self.recent), 1)), shocked.path(horizon - 1, constant=0.0)], axis=1)

    def arrays(self) -> dict[str, np.ndarray]:
        """The fields by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def fit_level(values: Floats, observed: np.ndarray, seasons: tuple[int, ...]) -> tuple[Level, Floats]:
    """Fit the recursion to deseasonalised levels, n × T without gaps; `observed` tells which are real.

    Returns the recursion after the last period, and each period's error when it is left out of the regression,
    n × T, NaN where there is none.
    """
    lags = np.zeros((len(values), len(seasons)), dtype=np.int64)
    for number, season in enumerate(seasons):
        lags[:, number] = np.where(carries(observed, season), season, 0)
    age = np.arange(values.shape[1]) - observed.argmax(axis=1)[:, None]
    averages = _moving_averages(values, age)
    size = CONSTANTS + 1 + MEMORIES.size + len(seasons)
    coefficients = np.empty((len(values), size))
    left_out = np.empty(values.shape)
    rows = max(1, CELLS // (values.shape[1] * size))
    for start in range(0, len(values), rows):
        part = slice(start, start + rows)
        columns = _columns(values[part], averages[:, :, part], age[part], lags[part])
        usable = observed[part] & (age[part] >= np.maximum(lags[part].max(axis=1, initial=1), 1)[:, None])
        change = np.diff(values[part], axis=1, prepend=values[part, :1]).astype(np.float32)
        coefficients[part], left_out[part] = _fit(columns, change, usable)
    recent = values[:, -max(seasons, default=1) :]
    latest = averages[-1].T.astype(np.float64, order="C")
    count = observed.sum(axis=1).astype(np.float64)
    nowhere = np.zeros(len(values))
    level = Level(coefficients=coefficients, averages=latest, recent=recent, lags=lags, centre=nowhere, count=count)
    return level, left_out


def _columns(values: Floats, averages: Singles, age: Integers, lags: Integers) -> Singles:
    """What is known one period before each period, n × p × T; see `Level.path`."""
    first_lag = CONSTANTS + 1 + MEMORIES.size
    columns = np.zeros((len(values), first_lag + lags.shape[1], values.shape[1]), np.float32)
    columns[:, 0] = 1.0
    columns[:, 1] = 2.0 * age / (age[:, -1:] + 1) - 1.0
    columns[:, CONSTANTS, 1:] = -values[:, :-1]
    columns[:, CONSTANTS + 1 : first_lag, 1:] = averages[:-1].transpose(2, 1, 0)
    columns[:, CONSTANTS + 1 : first_lag] += columns[:, CONSTANTS, None]
    for number, lag in enumerate(lags.max(axis=0, initial=0)):
        if lag:
            columns[:, first_lag + number, lag:] = np.where(lags[:, number, None] > 0, values[:, :-lag], 0.0)
    return columns


def _fit(columns: Singles, change: Singles, usable: np.ndarray) -> tuple[Singles, Singles]:
    """Coefficients n × p, and left-out errors n × T, NaN where a period is not usable."""
    prior = np.zeros(columns.shape[1], np.float32)
    prior[CONSTANTS + 1 + PRIOR_MEMORY] = PRIOR_WEIGHT
    importance = np.ones(columns.shape[1], np.float32)
    importance[:CONSTANTS] = IMPORTANCE_OF_CONSTANT, IMPORTANCE_OF_TREND
    unexplained = change - PRIOR_WEIGHT * columns[:, CONSTANTS + 1 + PRIOR_MEMORY]
    fit = regress(columns, unexplained, usable.astype(np.float32), importance)
    enough = usable.sum(axis=1, keepdims=True) >= FEWEST
    left_out = np.where(usable, np.where(enough, fit.left_out, unexplained), np.nan)
    return prior + np.where(enough, fit.coefficients, 0.0), left_out


def _moving_averages(values: Floats, age: Integers) -> Singles:
    """Exponentially weighted, T × memories × n; each begins as the plain mean of what was seen so far."""
    periods, n = values.shape[1], len(values)
    averages = np.empty((periods, MEMORIES.size, n), np.float32)
    gains = (1.0 / np.maximum(age + 1, 1)).T.astype(np.float32)
    current = np.repeat(values[None, :, 0], MEMORIES.size, axis=0).astype(np.float32)
    memories = MEMORIES[:, None].astype(np.float32)
    for period, value in enumerate(np.ascontiguousarray(values.T, dtype=np.float32)):
        current += np.maximum(memories, gains[period]) * (value - current)
        averages[period] = current
    return averages
