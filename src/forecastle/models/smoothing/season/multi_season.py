"""Several seasons at once: each is removed in turn, an inner kernel forecasts the rest, and they are put back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from forecastle.models.kernel import Batch, Kernel, KernelState
from forecastle.models.smoothing.season.adjustment import AdjustedState, restore_adjusted
from forecastle.models.smoothing.season.decomposition import seasonalities
from forecastle.models.smoothing.theta.kernel import ThetaKernel


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiSeasonKernel:
    """All seasons of the batch that a series carries for at least two cycles, and `inner` on what is left.

    The idea of MSTL (Bandara, Hyndman & Bergmeir 2021), with the decomposition of this package.
    """

    inner: Kernel = field(default_factory=ThetaKernel)
    name: str = "multi_season"

    def fit(self, batch: Batch) -> AdjustedState[KernelState]:
        """Remove the seasons, then fit the inner kernel without any."""
        seasons, adjusted = seasonalities(batch.values, batch.seasons)
        return AdjustedState(inner=self.inner.fit(Batch(values=adjusted)), seasons=seasons)

    def restore(self, arrays: Mapping[str, np.ndarray]) -> AdjustedState[KernelState]:
        """The state that `arrays` described."""
        return restore_adjusted(arrays, self.inner.restore)
