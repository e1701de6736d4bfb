"""Values brought to one size, and back."""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np

from forecastle.core.errors import DataError
from forecastle.core.panel import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaler:
    """A shift and a stretch that were learned from the training part, and from nothing after it.

    scaled = (value − shift) ÷ stretch.
    """

    shift: float
    stretch: float

    @classmethod
    def fit(cls, training: Floats, kind: Literal["standard", "min_max"] = "standard") -> Self:
        """Learn from training values of any shape; NaN is passed over.

        standard: to mean 0 and standard deviation 1. min_max: to the range from 0 to 1. Values that are all the same
        are shifted to 0 and not stretched.

        Raises:
            DataError: there is no observed value.
        """
        observed = training[np.isfinite(training)]
        if observed.size == 0:
            raise DataError(f"None of {training.size} training values was observed; nothing can be scaled by them.")
        reach = float(np.ptp(observed))
        if kind == "standard":
            shift, stretch = float(observed.mean()), float(observed.std())
        else:
            shift, stretch = float(observed.min()), reach
        return cls(shift=shift, stretch=stretch if reach > 0 else 1.0)

    def transform(self, values: Floats) -> Floats:
        """Scaled values."""
        return (values - self.shift) / self.stretch

    def inverse(self, scaled: Floats) -> Floats:
        """The values that were scaled."""
        return scaled * self.stretch + self.shift
