"""Two scales to see a series on: as logarithms, and as it is. On both it is centred, spread to one, and bounded."""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from forecastle.core.panel import Floats

MARGIN = 0.5
"""How far beyond its own range a series may be forecast, as a share of that range."""

FEW = 4
"""A series with fewer observations does not know its range: `MARGIN_OF_FEW` spreads are allowed on each side."""

MARGIN_OF_FEW = 1.5

SPREAD_OF_ONE = 0.5
"""The spread of a series with one observation, as a share of that observation."""

LARGEST_EXPONENT = 700.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How both members of each series, its logarithms and its values, are brought to a common size.

    logarithm, centre, spread, low, high: n × 2; `low` and `high` bound forecasts, on the scale.
    offset: n, added before taking logarithms: the smallest positive value where there are zeros.
    ceiling: n, the largest value a forecast may have, in the series' unit. signed: n, whether it was ever negative;
        such a series has no logarithms, and both its members are the values themselves.
    """

    logarithm: np.ndarray
    centre: Floats
    spread: Floats
    low: Floats
    high: Floats
    offset: Floats
    ceiling: Floats
    signed: np.ndarray

    @classmethod
    def of(cls, values: Floats) -> Self:
        """The scales of a block, n × T, NaN where not observed."""
        observed = np.isfinite(values)
        smallest = np.where(observed, values, np.inf).min(axis=1)
        largest = np.where(observed, values, -np.inf).max(axis=1)
        positive = np.where(observed & (values > 0), values, np.inf).min(axis=1)
        signed = smallest < 0
        zero = np.zeros((len(values), 2))
        raw = cls(
            logarithm=np.stack([~signed, np.zeros_like(signed)], axis=1),
            centre=zero,
            spread=zero + 1.0,
            low=zero,
            high=zero,
            offset=np.where(smallest > 0, 0.0, np.where(np.isfinite(positive), positive, 1.0)),
            ceiling=_ceiling(smallest, largest),
            signed=signed,
        )
        return raw._standardised(raw.forward(values))

    def _standardised(self, raw: Floats) -> Self:
        observed = np.isfinite(raw)
        count = observed.sum(axis=2)
        centre = np.where(observed, raw, 0.0).sum(axis=2) / count
        around = np.where(observed, raw - centre[:, :, None], 0.0)
        deviation = np.sqrt((around**2).sum(axis=2) / count)
        size = np.where(self.logarithm, 1.0, np.abs(centre))
        spread = np.where(deviation > 1e-9 * np.abs(centre), deviation, np.where(count > 1, 0.0, SPREAD_OF_ONE * size))
        spread = np.where(spread > 0, spread, 1.0)
        low, high = around.min(axis=2) / spread, around.max(axis=2) / spread
        margin = np.maximum(MARGIN * (high - low), np.where(count < FEW, MARGIN_OF_FEW, 0.0))
        return replace(self, centre=centre, spread=spread, low=low - margin, high=high + margin)

    def forward(self, values: Floats) -> Floats:
        """From n × k in the series' unit to n × 2 × k on the scales.

        A zero in a series that was always positive has no logarithm: it becomes the lowest value allowed.
        """
        positive = np.maximum(values, 0.0) + self.offset[:, None]
        with np.errstate(divide="ignore"):
            logarithms = np.log(positive)
        raw = np.stack([np.where(self.signed[:, None], values, logarithms), values], axis=1)
        scaled = (raw - self.centre[:, :, None]) / self.spread[:, :, None]
        return np.where(np.isneginf(scaled), self.low[:, :, None], scaled)

    def backward(self, scaled: Floats) -> Floats:
        """From n × 2 × … on the scales to the series' unit, within the bounds; `scaled` is overwritten."""
        by_member = (slice(None), slice(None)) + (None,) * (scaled.ndim - 2)
        by_series = by_member[1:]
        np.clip(scaled, self.low[by_member], self.high[by_member], out=scaled)
        scaled *= self.spread[by_member]
        scaled += self.centre[by_member]
        unsigned = ~self.signed
        logarithms = np.minimum(scaled[unsigned, 0], LARGEST_EXPONENT)
        scaled[unsigned, 0] = np.exp(logarithms) - self.offset[unsigned][by_series]
        return self.bounded(scaled)

    def bounded(self, values: Floats) -> Floats:
        """Values (n × …) not above the ceiling, and not below zero for a series that never was."""
        by_series = (slice(None),) + (None,) * (values.ndim - 1)
        floor = np.where(self.signed, -np.inf, 0.0)
        return np.clip(values, floor[by_series], self.ceiling[by_series])

    def widened(self, values: Floats) -> Self:
        """With room for newer observations (n × k) outside the bounds; the scaling itself stays."""
        observed = np.isfinite(values)
        scaled = self.forward(values)
        low = np.where(observed[:, None], scaled, np.inf).min(axis=2, initial=np.inf)
        high = np.where(observed[:, None], scaled, -np.inf).max(axis=2, initial=-np.inf)
        largest = np.where(observed, values, -np.inf).max(axis=1, initial=-np.inf)
        return replace(
            self,
            low=np.minimum(self.low, low),
            high=np.maximum(self.high, high),
            ceiling=np.maximum(self.ceiling, largest),
        )

    def rows(self, part: slice) -> Self:
        """Only these series."""
        return replace(self, **{name: array[part] for name, array in self.arrays().items()})

    def arrays(self) -> dict[str, np.ndarray]:
        """The fields by name, each with the series axis first."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def _ceiling(smallest: Floats, largest: Floats) -> Floats:
    return largest + np.maximum(largest - smallest, np.abs(largest))
