"""What is known of many series at a cutoff, as a few numbers each that go on from period to period.

Everything is told as a distance from the series' level, in its usual change: columns of series of any size are alike.
A linear model of them would smooth every series in the same way. So the columns are repeated, multiplied by what tells
series apart: whether their changes take themselves back, how long they are, and how far they have drifted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats, Integers

Singles = NDArray[np.float32]

LAGS = 6
"""The last observations that have a column of their own."""

MEMORIES = np.array((0.0, 0.05, 0.15, 0.4))[:, None]
"""Smoothing constants of the averages, which begin as plain means; 0 stays the mean of everything (Brown 1959)."""

LEVEL = 3
"""The average that distances are measured from."""

LEAST_CHANGE = 0.02
"""The usual change is at least this share of the series' size, or a constant series would have no unit."""

CAUTION = 8.0
"""So many changes without any relation stand beside those observed."""

FAR = 20.0
"""In usual changes: what lies farther counts as so far."""

FEWEST = 3.0
"""Changes that a series counts as having at least."""

TRAITS = 5
PLACES = LAGS + len(MEMORIES) - 1 + 1
"""The last values, the averages without the level, and the slope."""

COLUMNS = TRAITS * (1 + PLACES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The running numbers of n series; changed in place by `follow`.

    recent: lags × n, the newest first; before the first observation that one again. averages: memories × n.
    first, change: n, the first value and the last change. count: n, observations. size, moved, squares, products: n,
    the sums of |y|, of |Δ|, of Δ² and of Δ times the Δ before.
    """

    recent: Floats
    averages: Floats
    first: Floats
    change: Floats
    count: Floats
    size: Floats
    moved: Floats
    squares: Floats
    products: Floats

    @classmethod
    def blank(cls, n: int) -> Self:
        """Before anything was seen."""
        rows = {"recent": (LAGS, n), "averages": (len(MEMORIES), n)}
        return cls(**{field.name: np.zeros(rows.get(field.name, n)) for field in fields(cls)})

    def follow(self, y: Floats) -> None:
        """Take in one period of every series; one that was not observed (NaN) changes nothing."""
        seen = np.isfinite(y)
        begins = seen & (self.count == 0)
        value = np.where(seen, y, self.recent[0])
        self.recent[:, begins], self.first[begins] = value[begins], value[begins]
        change = value - self.recent[0]
        self.recent[1:] = np.where(seen, self.recent[:-1], self.recent[1:])
        self.recent[0] = value
        self.count[...] += seen
        gain = np.where(seen, np.maximum(MEMORIES, 1 / np.maximum(self.count, 1)), 0.0)
        self.averages[...] += gain * (value - self.averages)
        self.size[...] += np.abs(value) * seen
        self.moved[...] += np.abs(change)
        self.squares[...] += change * change
        self.products[...] += change * self.change
        self.change[...] = np.where(seen, change, self.change)

    @property
    def level(self) -> Floats:
        """Where each series stands, n."""
        return np.asarray(self.averages[LEVEL])

    @property
    def slope(self) -> Floats:
        """The average change, n."""
        return np.asarray((self.recent[0] - self.first) / np.maximum(self.count - 1, 1))

    @property
    def unit(self) -> Floats:
        """The usual change of each series, n; 0 for one that has been nothing but zero."""
        size = self.size / np.maximum(self.count, 1)
        return np.asarray(np.maximum(self.moved / np.maximum(self.count - 1, 1), LEAST_CHANGE * size))

    def traits(self) -> Singles:
        """What tells series apart, traits × n, each about as large as the others; the first is always 1."""
        unit, changes = self._divisor, np.maximum(self.count - 1, FEWEST)
        alike = self.products / (self.squares * (1 + CAUTION / changes) + 1e-9 * unit**2)
        drift = np.minimum(np.abs(self.recent[0] - self.first) / (unit * np.sqrt(changes)), 5.0)
        return np.stack([np.ones_like(unit), 3 * alike, 9 * alike**2, np.log(changes) - 3, drift - 1], dtype=np.float32)

    def columns(self) -> Singles:
        """The regression's columns, `COLUMNS` × n."""
        others = np.delete(self.averages, LEVEL, axis=0)
        places = np.concatenate([self.recent - self.level, others - self.level, self.slope[None]]) / self._divisor
        known = np.concatenate([np.ones((1, places.shape[1])), np.clip(places, -FAR, FAR)]).astype(np.float32)
        return np.asarray(self.traits()[:, None] * known).reshape(COLUMNS, -1)

    @property
    def _divisor(self) -> Floats:
        unit = self.unit
        return np.where(unit > 0, unit, 1.0)

    def select(self, rows: Integers) -> Self:
        """Only these series, as they are now."""
        return type(self)(**{field.name: getattr(self, field.name).take(rows, axis=-1) for field in fields(self)})

    @classmethod
    def joined(cls, parts: Sequence["Sight"]) -> Self:
        """The series of several, side by side."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts], axis=-1) for name in names})

    def arrays(self) -> Mapping[str, np.ndarray]:
        """Copies of the fields by name, the series first."""
        return {field.name: np.array(getattr(self, field.name).T, order="C") for field in fields(self)}

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """What `arrays` described."""
        return cls(**{name: np.array(array.T, order="C") for name, array in arrays.items()})
