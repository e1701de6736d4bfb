"""A convolution for local patterns, then an LSTM, or a Transformer's encoder."""

import torch
from torch import Tensor, nn

from forecastle.models.deep.networks.head import StepHead
from forecastle.models.deep.shape import Shape
from forecastle.settings import DeepSettings

KERNEL = 3
"""Periods that a convolution looks at: the one in question and those before it."""

HEADS = 4


class CnnLstm(nn.Module):
    """A causal convolution turns every few periods into features; what reads them is chosen by the settings.

    Source: Lai et al. (2018) for convolution before recurrence; Vaswani et al. (2017) for the encoder.
    """

    def __init__(self, shape: Shape, settings: DeepSettings) -> None:
        super().__init__()
        hidden = settings.hidden_size
        self.local = nn.Sequential(
            nn.ConstantPad1d((KERNEL - 1, 0), 0.0),
            nn.Conv1d(shape.past, hidden, KERNEL),
            nn.ReLU(),
            nn.Dropout(settings.dropout),
        )
        self.reader = (Recurrent if settings.variant == "lstm" else Encoder)(shape.window, settings)
        self.head = StepHead(shape, hidden, settings.dropout)

    def forward(self, past: Tensor, future: Tensor, static: Tensor) -> Tensor:
        """See `Shape`."""
        features = self.local(past.transpose(1, 2)).transpose(1, 2)
        quantiles: Tensor = self.head(self.reader(features), future, static)
        return quantiles


class Recurrent(nn.Module):
    """The last state of an LSTM."""

    def __init__(self, window: int, settings: DeepSettings) -> None:  # noqa: ARG002 - readers are built alike
        super().__init__()
        hidden, layers = settings.hidden_size, settings.num_layers
        self.lstm = nn.LSTM(hidden, hidden, layers, dropout=settings.dropout if layers > 1 else 0.0, batch_first=True)

    def forward(self, features: Tensor) -> Tensor:
        """Batch × window × hidden → batch × hidden."""
        states, _ = self.lstm(features)
        last: Tensor = states[:, -1]
        return last


class Encoder(nn.Module):
    """What the last period hears from all others, through layers of attention."""

    def __init__(self, window: int, settings: DeepSettings) -> None:
        super().__init__()
        hidden = settings.hidden_size
        self.place = nn.Parameter(0.02 * torch.randn(window, hidden))
        self.layers = nn.ModuleList(Attention(hidden, settings.dropout) for _ in range(settings.num_layers))
        self.norm = nn.LayerNorm(hidden)

    def forward(self, features: Tensor) -> Tensor:
        """Batch × window × hidden → batch × hidden."""
        heard = features + self.place
        for layer in self.layers:
            heard = layer(heard)
        last: Tensor = self.norm(heard[:, -1])
        return last


class Attention(nn.Module):
    """One layer of the encoder: every period listens to every other, then thinks for itself."""

    def __init__(self, hidden: int, dropout: float) -> None:
        super().__init__()
        self.heads = HEADS if hidden % HEADS == 0 else 1
        self.before, self.between = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.asked = nn.Linear(hidden, 3 * hidden)
        self.told = nn.Linear(hidden, hidden)
        self.dense = nn.Sequential(nn.Linear(hidden, 2 * hidden), nn.GELU(), nn.Linear(2 * hidden, hidden))
        self.dropout = nn.Dropout(dropout)

    def forward(self, features: Tensor) -> Tensor:
        """Batch × window × hidden, before and after."""
        asked = self.asked(self.before(features)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        heard = nn.functional.scaled_dot_product_attention(asked[0], asked[1], asked[2])
        features = features + self.dropout(self.told(heard.transpose(1, 2).flatten(2)))
        thought: Tensor = features + self.dropout(self.dense(self.between(features)))
        return thought
