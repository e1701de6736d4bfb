"""A stacked LSTM over all series."""

from forecastle.models.batched import Compute
from forecastle.models.deep.forecaster import DeepForecaster


def lstm(compute: Compute) -> DeepForecaster:
    """LSTM layers over the last periods, then a dense head that forecasts all steps and quantiles at once."""
    return DeepForecaster(name="lstm", network="forecastle.models.deep.networks.lstm:Lstm", compute=compute)
