"""The Temporal Fusion Transformer.

Source: Lim, Arık, Loeff & Pfister (2021), "Temporal Fusion Transformers for interpretable multi-horizon time series
forecasting", International Journal of Forecasting 37.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from forecastle.models.deep.networks.gates import Gate, GatedResidual, Selection
from forecastle.models.deep.networks.head import QuantileHead
from forecastle.models.deep.shape import OBSERVED, Shape
from forecastle.settings import DeepSettings


class Insight(NamedTuple):
    """What the network said, and what it looked at, which adds up to 1 along the last axis.

    quantiles: B × horizon × levels. attention: B × horizon × (window + horizon), how much each step looks at each
    period, none after its own.
    past, future, static: B × window, B × horizon and B × the variables, their weights.
    """

    quantiles: Tensor
    attention: Tensor
    past: Tensor
    future: Tensor
    static: Tensor


class Attention(nn.Module):
    """Interpretable multi-head attention: heads share their values, so that their mean is what was looked at."""

    def __init__(self, size: int, heads: int, *, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key = nn.Linear(size, size), nn.Linear(size, size)
        self.value, self.out = nn.Linear(size, size // heads), nn.Linear(size // heads, size, bias=False)
        self.dropout = nn.Dropout(dropout)

    def forward(self, asking: Tensor, told: Tensor, visible: Tensor) -> tuple[Tensor, Tensor]:
        """The answer, B × Q × size, and the heads' mean weights, B × Q × K.

        asking: B × Q × size. told: B × K × size. visible: B × Q × K.
        """
        query, key = (self._split(part) for part in (self.query(asking), self.key(told)))
        scores = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
        weights = torch.softmax(scores.masked_fill(~visible[:, None], float("-inf")), dim=-1).mean(dim=1)
        return self.out(self.dropout(weights) @ self.value(told)), weights

    def _split(self, x: Tensor) -> Tensor:
        """B × T × size → B × heads × T × size of a head."""
        return x.reshape(*x.shape[:2], self.heads, -1).transpose(1, 2)


class TemporalFusionTransformer(nn.Module):
    """Selects variables, reads the past and the plan in order, then looks back at the periods that matter."""

    def __init__(self, shape: Shape, settings: DeepSettings) -> None:
        super().__init__()
        self.shape = shape
        hidden, heads, dropout = settings.hidden_size, settings.heads, settings.dropout

        def residual(*, context: bool = False) -> GatedResidual:
            return GatedResidual(hidden, hidden, hidden, dropout=dropout, context=context)

        self.static = Selection(shape.static_variables or range(max(shape.static, 1)), hidden, dropout=dropout)
        self.contexts = nn.ModuleList(residual() for _ in range(3))
        self.past = Selection(shape.past_variables or range(shape.past), hidden, dropout=dropout, context=True)
        self.future = Selection(
            shape.future_variables or range(max(shape.future, 1)), hidden, dropout=dropout, context=True
        )
        self.select = residual() if self.past.judge or self.future.judge else None
        self.encoder = nn.LSTM(hidden, hidden, batch_first=True)
        self.decoder = nn.LSTM(hidden, hidden, batch_first=True)
        self.read = Gate(hidden, hidden, dropout=dropout)
        self.enrich = residual(context=True)
        self.attention = Attention(hidden, heads, dropout=dropout)
        self.looked = Gate(hidden, hidden, dropout=dropout)
        self.think = residual()
        self.decide = Gate(hidden, hidden, dropout=dropout)
        self.quantiles = QuantileHead(hidden, shape.levels)

    def forward(self, past: Tensor, future: Tensor, static: Tensor) -> Tensor:
        """B × horizon × levels, rising; past: B × window × past, future: B × horizon × future, static: B × static."""
        return self.explained(past, future, static).quantiles

    def explained(self, past: Tensor, future: Tensor, static: Tensor) -> Insight:
        """What `forward` answers, and why."""
        begun = (past[..., OBSERVED] > 0).cumsum(dim=1) > 0
        known, of_static = self.static(_some(static))
        enrich, hidden, cell = (context(known) for context in self.contexts)
        select = known if self.select is None else self.select(known)
        read, of_past, of_future = self._read(past, begun, _some(future), (select, hidden, cell))
        rich = self.enrich(read, enrich[:, None])
        ahead = slice(self.shape.window, None)
        answer, attention = self.attention(rich[:, ahead], rich, self._visible(begun))
        looked = self.think(self.looked(answer, rich[:, ahead]))
        quantiles = self.quantiles(self.decide(looked, read[:, ahead]))
        return Insight(quantiles, attention, of_past, of_future, of_static)

    def _read(
        self, past: Tensor, begun: Tensor, future: Tensor, contexts: tuple[Tensor, Tensor, Tensor]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """The past and the plan, read one period after the other, B × (window + horizon) × hidden, and the weights."""
        select, hidden, cell = contexts
        was, of_past = self.past(past, select[:, None])
        was = was * begun[..., None]
        will, of_future = self.future(future, select[:, None])
        memory, state = self.encoder(was, (hidden[None], cell[None]))
        goes_on, _ = self.decoder(will, state)
        return self.read(torch.cat([memory, goes_on], dim=1), torch.cat([was, will], dim=1)), of_past, of_future

    def _visible(self, begun: Tensor) -> Tensor:
        """Which periods each step may look at: the series' past since it began, and the steps up to its own."""
        steps = torch.ones(self.shape.horizon, self.shape.horizon, dtype=torch.bool, device=begun.device).tril()
        past = begun[:, None].expand(-1, self.shape.horizon, -1)
        return torch.cat([past, steps.expand(begun.shape[0], -1, -1)], dim=2)


def _some(variables: Tensor) -> Tensor:
    """The variables; where there are none, one that is always 1."""
    return variables if variables.shape[-1] else variables.new_ones(*variables.shape[:-1], 1)
