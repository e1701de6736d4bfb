"""A block of series made ready for array recursions: time-major, scaled, sorted by start, in single precision."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats, Integers

Single = NDArray[np.float32]

STEADY = 1e-3
"""Below this ratio of spread to level, single precision would eat the errors unless the level is taken off first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Consecutive periods in which the same number of series (the first `live` columns) has begun."""

    first: int
    stop: int
    live: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """n series over T periods.

    y: T × n, `(value − offset) ÷ scale`; 0 where not observed. seen: T × n, 1 where observed, else 0.
    start: n, the period of the first observation, rising. count: n, observations. order: n, rows of the batch.
    gaps: T, whether a series that has begun was not observed in this period.
    """

    y: Single
    seen: Single
    start: Integers
    count: Floats
    order: Integers
    offset: Floats
    scale: Floats
    gaps: NDArray[np.bool_]
    spans: tuple[Span, ...]

    @classmethod
    def of(cls, values: Floats, *, centred: bool) -> Self:
        """Prepare values (n × T, NaN where not observed, something observed in every row).

        centred: take each series' mean off, as additive forms allow; multiplicative forms need the true level.
        """
        start = (~np.isnan(values)).argmax(1)
        order = np.argsort(start, kind="stable")
        values, start = values[order, start.min() :], start[order] - start.min()
        seen = ~np.isnan(values)
        count = seen.sum(1).astype(np.float64)
        y, offset, scale = _scaled(values, seen, count, centred=centred)
        live = np.searchsorted(start, np.arange(y.shape[1]), side="right")
        return cls(
            y=np.ascontiguousarray(y.T, dtype=np.float32),
            seen=np.ascontiguousarray(seen.T, dtype=np.float32),
            start=start, count=count, order=order, offset=offset, scale=scale,
            gaps=seen.sum(0) < live,
            spans=_spans(live),
        )  # fmt: skip

    @property
    def shape(self) -> tuple[int, int]:
        """T and n."""
        return self.y.shape[0], self.y.shape[1]

    def select(self, columns: Integers) -> Self:
        """Only these series, given in rising order."""
        if len(columns) == len(self.start):
            return self
        y, seen, start = self.y[:, columns], self.seen[:, columns], self.start[columns]
        live = np.searchsorted(start, np.arange(len(y)), side="right")
        return type(self)(
            y=y, seen=seen, start=start, count=self.count[columns], order=self.order[columns],
            offset=self.offset[columns], scale=self.scale[columns],
            gaps=seen.sum(1) < live,
            spans=_spans(live),
        )  # fmt: skip

    def with_values(self, y: Single) -> Self:
        """The same series with other values, such as after taking the season out."""
        return type(self)(
            y=y, seen=self.seen, start=self.start, count=self.count, order=self.order,
            offset=self.offset, scale=self.scale, gaps=self.gaps, spans=self.spans,
        )  # fmt: skip


def multiplicative_ready(values: Floats) -> NDArray[np.bool_]:
    """Which rows multiplicative forms make sense for: all positive, and not all but constant.

    Around a nearly constant level, additive and multiplicative errors are the same thing.
    """
    lowest, highest = np.fmin.reduce(values, axis=1), np.fmax.reduce(values, axis=1)
    return np.asarray((lowest > 0) & (lowest < (1 - STEADY) * highest))


def _scaled(values: Floats, seen: NDArray[np.bool_], count: Floats, *, centred: bool) -> tuple[Floats, Floats, Floats]:
    """Values in units of their typical size; dividing by the largest first keeps huge numbers finite."""
    filled = np.where(seen, values, 0.0)
    largest = np.abs(filled).max(1)
    largest[largest == 0] = 1.0
    unit = filled / largest[:, None]
    offset = unit.sum(1) / count if centred else np.zeros(len(unit))
    unit = np.where(seen, unit - offset[:, None], 0.0)
    size = np.abs(unit).sum(1) / count
    size[size < 1e-13] = 1.0  # constant: nothing but rounding is left
    return unit / size[:, None], offset * largest, size * largest


def _spans(live: Integers) -> tuple[Span, ...]:
    edges = [0, *(np.flatnonzero(np.diff(live)) + 1).tolist(), len(live)]
    return tuple(Span(first=first, stop=stop, live=int(live[first])) for first, stop in pairwise(edges) if live[first])
