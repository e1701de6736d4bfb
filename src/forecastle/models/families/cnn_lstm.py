"""A convolution and an LSTM over all series."""

from forecastle.models.batched import Compute
from forecastle.models.deep.forecaster import DeepForecaster


def cnn_lstm(compute: Compute) -> DeepForecaster:
    """A convolution for local patterns, then an LSTM or a Transformer's encoder, as the settings say."""
    return DeepForecaster(name="cnn_lstm", network="forecastle.models.deep.networks.cnn_lstm:CnnLstm", compute=compute)
