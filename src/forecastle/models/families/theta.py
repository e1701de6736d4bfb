"""Theta."""

from forecastle.models.batched import BatchedForecaster, Compute
from forecastle.models.smoothing.theta.kernel import ThetaKernel


def theta(compute: Compute) -> BatchedForecaster:
    """Optimised Theta on the seasonally adjusted series."""
    return BatchedForecaster(kernel=ThetaKernel(), compute=compute)
