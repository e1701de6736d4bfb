"""Intermittent demand."""

from forecastle.models.batched import BatchedForecaster, Compute
from forecastle.models.smoothing.intermittent import CrostonKernel, SbaKernel, TsbKernel


def croston(compute: Compute) -> BatchedForecaster:
    """Demand size over demand interval, each smoothed."""
    return BatchedForecaster(kernel=CrostonKernel(), compute=compute)


def sba(compute: Compute) -> BatchedForecaster:
    """Croston without its upward bias."""
    return BatchedForecaster(kernel=SbaKernel(), compute=compute)


def tsb(compute: Compute) -> BatchedForecaster:
    """Demand size times the probability of demand: fades when demand stops."""
    return BatchedForecaster(kernel=TsbKernel(), compute=compute)
