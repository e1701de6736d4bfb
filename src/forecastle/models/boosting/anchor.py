"""What forecasts are counted from: the level, or the level and a share of where the season puts it.

Trees follow a strong season in many small steps; counted from it, they have little left to follow.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from forecastle.core.panel import Floats
from forecastle.models.boosting.scaling import INDEX, SEASON, Scaled
from forecastle.models.units import FAR

SHARES = (0.25, 0.5, 0.75, 1.0)

WORTHWHILE = 0.2
"""The share of the mean distance from the level that a season must save; one that saves less is left to the trees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A share of how far from the level a seasonal feature puts the series."""

    feature: str
    share: float

    @classmethod
    def find(cls, scaled: Scaled, y: Floats) -> Self | None:
        """The one that lies nearest to what happened, if a season is worth it; one for the whole panel."""
        distances = scaled.distances(y)
        known = np.isfinite(distances)
        if not known.any():
            return None
        least, found = (1 - WORTHWHILE) * np.abs(distances[known]).mean(), None
        for name in scaled.names:
            if name.startswith(SEASON):
                moves = _moves(scaled, name)[known]
                for share in SHARES:
                    miss = np.abs(distances[known] - share * moves).mean()
                    if miss < least:
                        least, found = miss, cls(feature=name, share=share)
        return found

    def moves(self, scaled: Scaled) -> Floats:
        """How far each row's forecast starts from its level, in usual changes."""
        return self.share * _moves(scaled, self.feature)


def _moves(scaled: Scaled, feature: str) -> Floats:
    """The level itself where the season is not known."""
    column = scaled.values[:, scaled.names.index(feature)].astype(np.float64)
    if feature.endswith(INDEX):
        with np.errstate(invalid="ignore", divide="ignore"):
            column = (column - 1) * scaled.level / scaled.change
    return np.clip(np.nan_to_num(column, posinf=FAR, neginf=-FAR), -FAR, FAR)
