"""Exponential smoothing."""

from forecastle.models.batched import BatchedForecaster, Compute
from forecastle.models.smoothing.ets.kernel import EtsKernel, HoltWintersKernel, SimpleEtsKernel


def ets(compute: Compute) -> BatchedForecaster:
    """Every form the history can carry, weighted by AICc."""
    return BatchedForecaster(kernel=EtsKernel(), compute=compute)


def simple_ets(compute: Compute) -> BatchedForecaster:
    """A level and nothing else: for short series."""
    return BatchedForecaster(kernel=SimpleEtsKernel(), compute=compute)


def holt_winters(compute: Compute) -> BatchedForecaster:
    """Level, trend and season."""
    return BatchedForecaster(kernel=HoltWintersKernel(), compute=compute)
