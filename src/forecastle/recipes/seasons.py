"""Several seasons of a block of series, taken out and put back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecastle.core.panel import Floats
from forecastle.models.smoothing.season.decomposition import Seasonality, seasonality


@dataclass(frozen=True, slots=True)
class Seasons:
    """Those that repeat beyond chance, each found on what the ones before it left, as in MSTL: shortest first."""

    found: tuple[Seasonality, ...]

    @classmethod
    def of(cls, values: Floats, periods: Sequence[int]) -> "Seasons":
        """Look for seasons of these lengths. values: n × T, right-aligned, NaN where not observed."""
        found = []
        for period in periods:
            season, _ = seasonality(values, period)
            if season.present.any():
                found.append(season)
                values = season.remove(values)
        return cls(tuple(found))

    def remove(self, values: Floats) -> Floats:
        """Values as they would be without the seasons."""
        for season in self.found:
            values = season.remove(values)
        return values

    def put_back(self, values: Floats) -> Floats:
        """Values without seasons as they would be with them."""
        for season in reversed(self.found):
            factors, offsets = season.at(np.arange(-values.shape[1], 0))
            values = values * factors + offsets
        return values
