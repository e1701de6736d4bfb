"""A stacked LSTM over the window."""

from torch import Tensor, nn

from forecastle.models.deep.networks.head import StepHead
from forecastle.models.deep.shape import Shape
from forecastle.settings import DeepSettings


class Lstm(nn.Module):
    """LSTM layers read the window; the last state is the summary that a dense head forecasts from.

    Source: Hochreiter & Schmidhuber (1997); the head after Wen et al. (2017).
    """

    def __init__(self, shape: Shape, settings: DeepSettings) -> None:
        super().__init__()
        hidden, layers = settings.hidden_size, settings.num_layers
        between = settings.dropout if layers > 1 else 0.0
        self.lstm = nn.LSTM(shape.past, hidden, layers, dropout=between, batch_first=True)
        self.head = StepHead(shape, hidden, settings.dropout)

    def forward(self, past: Tensor, future: Tensor, static: Tensor) -> Tensor:
        """See `Shape`."""
        states, _ = self.lstm(past)
        quantiles: Tensor = self.head(states[:, -1], future, static)
        return quantiles
