"""What all our networks end with: a dense head over the steps ahead, and quantiles that cannot cross."""

import torch
from torch import Tensor, nn

from forecastle.models.deep.shape import Shape

CONTEXT = 16
"""What is handed from the past to each step ahead, beside what is known of that step."""


class QuantileHead(nn.Module):
    """The middle quantile as it is, the others by steps away from it that are never negative."""

    def __init__(self, features: int, levels: int) -> None:
        super().__init__()
        self.middle = levels // 2
        self.dense = nn.Linear(features, levels)
        self.step = nn.Softplus()

    def forward(self, hidden: Tensor) -> Tensor:
        """… × features → … × levels."""
        said = self.dense(hidden)
        below, middle, above = said.split([self.middle, 1, said.shape[-1] - self.middle - 1], dim=-1)
        down = self.step(below).flip(-1).cumsum(-1).flip(-1)
        return torch.cat([middle - down, middle, middle + self.step(above).cumsum(-1)], dim=-1)


class StepHead(nn.Module):
    """All steps at once, each from a summary of the past and what is known of that step (direct multi-step)."""

    def __init__(self, shape: Shape, hidden: int, dropout: float) -> None:
        super().__init__()
        self.horizon = shape.horizon
        self.context = nn.Linear(hidden + shape.static, shape.horizon * CONTEXT)
        self.dense = nn.Sequential(
            nn.Linear(CONTEXT + hidden + shape.future + shape.static, hidden), nn.ReLU(), nn.Dropout(dropout)
        )
        self.quantiles = QuantileHead(hidden, shape.levels)

    def forward(self, summary: Tensor, future: Tensor, static: Tensor) -> Tensor:
        """Batch × hidden, and the inputs of the network that are not of the past → batch × horizon × levels."""
        told = torch.cat([summary, static], dim=-1)
        context = self.context(told).unflatten(-1, (self.horizon, CONTEXT))
        everywhere = told.unsqueeze(1).expand(-1, self.horizon, -1)
        quantiles: Tensor = self.quantiles(self.dense(torch.cat([context, everywhere, future], dim=-1)))
        return quantiles
