"""Ranges around one forecast, from how far such forecasts missed in periods they had not seen."""

import json
from dataclasses import dataclass
from typing import Self

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.models.learned import LEVELS

ENOUGH = 150
"""Misses that make a class; with fewer there is only one."""

CLASSES = 8
"""Classes by size, and by step, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """Misses sorted into classes: by the size of what was forecast, and by how far ahead.

    sizes, steps: where one class ends and the next begins. quantiles: sizes × steps × `LEVELS`.
    """

    sizes: Floats
    steps: Floats
    quantiles: Floats

    @classmethod
    def learn(cls, misses: Floats, sizes: Floats, steps: Integers) -> Self:
        """Quantiles of the misses, in units of each; without any, all forecasts are taken as certain."""
        known = np.isfinite(misses) & np.isfinite(sizes)
        misses, sizes, steps = misses[known], sizes[known], steps[known]
        classes = int(np.clip(np.sqrt(len(misses) / ENOUGH), 1, CLASSES))
        ends = _ends(sizes, classes), _ends(steps, classes)
        everything = np.quantile(misses, LEVELS) if len(misses) else np.zeros(len(LEVELS))
        found = np.tile(everything, (len(ends[0]) + 1, len(ends[1]) + 1, 1))
        at_size, at_step = np.searchsorted(ends[0], sizes), np.searchsorted(ends[1], steps)
        for place in np.ndindex(found.shape[:2]):
            own = misses[(at_size == place[0]) & (at_step == place[1])]
            if len(own):
                share = len(own) / (len(own) + ENOUGH / 5)
                found[place] = share * np.quantile(own, LEVELS) + (1 - share) * everything
        return cls(sizes=ends[0], steps=ends[1], quantiles=found)

    def around(self, sizes: Floats, steps: Integers) -> Floats:
        """The quantiles of the miss of each forecast, … × `LEVELS`."""
        return np.asarray(self.quantiles[np.searchsorted(self.sizes, sizes), np.searchsorted(self.steps, steps)])

    def to_json(self) -> str:
        """As text."""
        arrays = {"sizes": self.sizes, "steps": self.steps, "quantiles": self.quantiles}
        return json.dumps({name: array.tolist() for name, array in arrays.items()})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read back what `to_json` wrote."""
        return cls(**{name: np.array(values, dtype=np.float64) for name, values in json.loads(text).items()})


def _ends(values: Floats | Integers, classes: int) -> Floats:
    """The values up to which each class but the last reaches; equal values are never in two classes."""
    shares = np.arange(1, classes) / classes
    ends = np.unique(np.quantile(values, shares, method="inverted_cdf")) if len(values) else np.empty(0)
    return np.asarray(ends, dtype=np.float64)
