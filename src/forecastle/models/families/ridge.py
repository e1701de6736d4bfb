"""Ridge regression on level and shape."""

from forecastle.models.batched import BatchedForecaster, Compute
from forecastle.models.smoothing.ridge.kernel import RidgeKernel


def ridge(compute: Compute) -> BatchedForecaster:
    """Seasonal level × shape, with shrinkage chosen by leave-one-out error."""
    return BatchedForecaster(kernel=RidgeKernel(), compute=compute)
