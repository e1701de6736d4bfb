"""Forecasts anybody could make: what a model has to beat."""

from forecastle.models.batched import BatchedForecaster, Compute
from forecastle.models.smoothing.baselines import DriftKernel, NaiveKernel, SeasonalNaiveKernel
from forecastle.models.smoothing.means import HistoricMeanKernel, WindowMeanKernel


def seasonal_naive(compute: Compute) -> BatchedForecaster:
    """The value one season ago."""
    return BatchedForecaster(kernel=SeasonalNaiveKernel(), compute=compute)


def naive(compute: Compute) -> BatchedForecaster:
    """The last value."""
    return BatchedForecaster(kernel=NaiveKernel(), compute=compute)


def drift(compute: Compute) -> BatchedForecaster:
    """The last value, moving on by the average change."""
    return BatchedForecaster(kernel=DriftKernel(), compute=compute)


def window_mean(compute: Compute) -> BatchedForecaster:
    """The mean of the last periods."""
    return BatchedForecaster(kernel=WindowMeanKernel(), compute=compute)


def historic_mean(compute: Compute) -> BatchedForecaster:
    """The mean of all periods."""
    return BatchedForecaster(kernel=HistoricMeanKernel(), compute=compute)
