"""Exponential smoothing for a whole batch at once: selected and averaged forms, the level alone, and Holt-Winters."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from forecastle.models.kernel import Batch
from forecastle.models.smoothing.ets.fit import Plan, fit
from forecastle.models.smoothing.ets.forms import Shape
from forecastle.models.smoothing.ets.state import EtsState


@dataclass(frozen=True, slots=True, kw_only=True)
class EtsKernel:
    """ETS over six shapes: none or a damped trend × no, additive or multiplicative season.

    Each is tried with additive errors and, where all observations are positive, with multiplicative errors too. The
    season is taken out beforehand, as it was at the time; shapes without one are for histories too short to show it.
    average: weigh the forms by AICc (more accurate); otherwise take the one with the smallest AICc.
    """

    average: bool = True

    @property
    def name(self) -> str:
        """Its name on the leaderboard."""
        return "ets"

    def fit(self, batch: Batch) -> EtsState:
        """Learn every series of the batch."""
        shapes = tuple(Shape(trend, season) for trend in ("N", "Ad") for season in ("N", "A", "M"))
        return fit(batch, Plan(shapes=shapes, relative=True, average=self.average))

    def restore(self, arrays: Mapping[str, np.ndarray]) -> EtsState:
        """The state that `EtsState.arrays` described."""
        return EtsState(**arrays)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimpleEtsKernel:
    """Simple exponential smoothing, ETS(A,N,N): a level and nothing else, for short series."""

    @property
    def name(self) -> str:
        """Its name on the leaderboard."""
        return "simple_ets"

    def fit(self, batch: Batch) -> EtsState:
        """Learn every series of the batch."""
        return fit(batch, Plan(shapes=(Shape("N", "N"),), relative=False, average=False))

    def restore(self, arrays: Mapping[str, np.ndarray]) -> EtsState:
        """The state that `EtsState.arrays` described."""
        return EtsState(**arrays)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoltWintersKernel:
    """Holt-Winters: level, undamped trend and an additive or (where it fits better) multiplicative season.

    Holt's linear trend where the history does not span two seasons.
    """

    @property
    def name(self) -> str:
        """Its name on the leaderboard."""
        return "holt_winters"

    def fit(self, batch: Batch) -> EtsState:
        """Learn every series of the batch."""
        shapes = (Shape("A", "A"), Shape("A", "M"))
        return fit(batch, Plan(shapes=shapes, relative=False, average=False, moving=True))

    def restore(self, arrays: Mapping[str, np.ndarray]) -> EtsState:
        """The state that `EtsState.arrays` described."""
        return EtsState(**arrays)
