"""The last layer of every network: quantiles that cannot cross."""

import torch
from torch import Tensor, nn


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
