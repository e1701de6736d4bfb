"""How the filters begin: the season taken out of the history, level and trend from the beginning of what is left.

The heuristic of Hyndman, Koehler, Ord & Snyder (2008, section 2.6), except for the season: its factors are those of
the last cycles, shrunk by how well they predict (`season.indices`), since these are what the future needs.
The first states are not tuned further: on short series that fits noise.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.models.smoothing.ets.block import Block, Single
from forecastle.models.smoothing.ets.filter import States
from forecastle.models.smoothing.ets.forms import SeasonKind, TrendKind
from forecastle.models.smoothing.season.indices import SMALLEST_FACTOR, find_season
from forecastle.models.smoothing.season.indices import Block as Unadjusted

OPENING = 10
"""How many first periods set the level and trend (a whole season where that is longer)."""

FEW_CYCLES, MANY_CYCLES = 4, 20
"""Up to the first number the season is taken to have always been what it is by now; from the second on it is followed
through time. A season followed through few cycles takes some of the trend along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonRemoved:
    """A block with and without its season, and what that was.

    adjusted: the block with the season taken out as it was at the time. factors: m × n, the season by now, around 0
    (additive) or 1 (multiplicative), the one of the next period first; 0 × n where there is none.
    logs: n, Σ log of the factors that the observations were divided by. gain: n, what a newer cycle would count.
    """

    block: Block
    adjusted: Block
    factors: Single
    logs: Floats
    gain: Floats

    @classmethod
    def of(cls, block: Block, season: SeasonKind, period: int) -> Self:
        """Take out a season of this kind; 'N' leaves everything as it is."""
        n = block.shape[1]
        if season == "N":
            none = np.empty((0, n), np.float32)
            return cls(block=block, adjusted=block, factors=none, logs=np.zeros(n), gain=np.zeros(n))
        values = np.where(block.seen > 0, block.y, np.nan).T.astype(np.float64)
        found = find_season(Unadjusted.of(values, period), relative=season == "M")
        cycles = block.seen.sum(0) / period
        followed = np.clip((cycles - FEW_CYCLES) / (MANY_CYCLES - FEW_CYCLES), 0.0, 1.0)
        now = found.index[np.arange(-len(values.T), 0) % period]
        past = now + followed * (found.past(np.arange(n), values.shape[1]) - now)
        if season == "A":
            y, logs, factors = (block.y - past) * block.seen, np.zeros(n), found.index
        else:
            past, factors = np.maximum(1 + past, SMALLEST_FACTOR), np.maximum(1 + found.index, SMALLEST_FACTOR)
            y, logs = block.y / past, (np.log(past) * block.seen).sum(0)
        adjusted = block.with_values(y.astype(np.float32))
        return cls(block=block, adjusted=adjusted, factors=factors.astype(np.float32), logs=logs, gain=found.gain)

    def select(self, columns: Integers) -> Self:
        """Only these series, given in rising order."""
        return type(self)(
            block=self.block.select(columns), adjusted=self.adjusted.select(columns),
            factors=self.factors[:, columns], logs=self.logs[columns], gain=self.gain[columns],
        )  # fmt: skip


def first_states(adjusted: Block, trend: TrendKind, period: int) -> States:
    """Level and trend before the first period: a line through the opening of the adjusted series, or its mean."""
    width = max(OPENING, period)
    age = np.arange(len(adjusted.y))[:, None] - adjusted.start
    rows = min(len(age), int(adjusted.start[-1]) + width)
    weight = adjusted.seen[:rows] * (age[:rows] < width)
    x, y = (age[:rows] + 1.0) * weight, adjusted.y[:rows] * weight
    count, sum_x, sum_y = weight.sum(0, dtype=np.float64), x.sum(0), y.sum(0, dtype=np.float64)
    bare = np.empty((0, len(count)), np.float32)
    if trend == "N":
        return States(level=(sum_y / count).astype(np.float32), trend=np.zeros(len(count), np.float32), season=bare)
    spread = count * (x * x).sum(0) - sum_x**2
    slope = np.where(spread > 0, count * (x * y).sum(0) - sum_x * sum_y, 0.0) / np.where(spread > 0, spread, 1.0)
    level = (sum_y - slope * sum_x) / count
    return States(level=level.astype(np.float32), trend=slope.astype(np.float32), season=bare)
