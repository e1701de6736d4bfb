"""One regression over all series."""

from forecastle.models.batched import BatchedForecaster, Compute
from forecastle.models.smoothing.pooled.kernel import PooledKernel


def pooled(compute: Compute) -> BatchedForecaster:
    """Linear regression on the recent past, learned from all series together."""
    return BatchedForecaster(kernel=PooledKernel(), compute=compute)
