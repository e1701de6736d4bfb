"""Several seasons in one series."""

from forecastle.models.batched import BatchedForecaster, Compute
from forecastle.models.smoothing.season.multi_season import MultiSeasonKernel


def multi_season(compute: Compute) -> BatchedForecaster:
    """Each season removed in turn, Theta on the rest."""
    return BatchedForecaster(kernel=MultiSeasonKernel(), compute=compute)
