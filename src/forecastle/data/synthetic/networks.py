"""The networks of look-alikes and of the scores. Imports torch: only for who trains one."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.distributions import Categorical, MixtureSameFamily, Normal

COMPONENTS = 4
"""Normal distributions that the next value is a mixture of."""

NARROWEST = 0.02
"""Smallest standard deviation, in transformed units."""


class Imitator(nn.Module):
    """Says how the next value of a series is distributed: zero with some probability, else a mixture of normals.

    Sees the values so far and the time of each in every season. A probabilistic autoregressive model, after DeepEcho
    (Zhang, Patki & Veeramachaneni 2022).
    """

    def __init__(self, features: int, hidden: int) -> None:
        super().__init__()
        self.memory = nn.GRU(2 + features, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1 + 3 * COMPONENTS)

    def forward(self, before: Tensor, times: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """before: batch × time × (value, zero), the values before those to be told; times: batch × time × features."""
        seen, state = self.memory(torch.cat([before, times], dim=-1), state)
        return self.head(seen), state

    def loss(self, told: Tensor, values: Tensor, zero: Tensor, known: Tensor) -> Tensor:
        """Mean negative log-likelihood of the known values."""
        never = nn.functional.binary_cross_entropy_with_logits(told[..., 0], zero, reduction="none")
        size: Tensor = -self.mixture(told).log_prob(values)  # type: ignore[no-untyped-call] # torch has no types here
        mean: Tensor = ((never + (1 - zero) * size) * known).sum() / known.sum()
        return mean

    @staticmethod
    def mixture(told: Tensor) -> MixtureSameFamily:
        """How values that are not zero are distributed."""
        weights, means, widths = told[..., 1:].reshape(*told.shape[:-1], 3, COMPONENTS).unbind(-2)
        spread = nn.functional.softplus(widths) + NARROWEST
        return MixtureSameFamily(Categorical(logits=weights), Normal(means, spread))

    def draw(self, told: Tensor) -> Tensor:
        """One value for each of what was told; zero included."""
        zero = torch.rand(told.shape[:-1]) < torch.sigmoid(told[..., 0])
        size = self.mixture(told).sample()  # type: ignore[no-untyped-call] # torch has no types here
        return torch.where(zero, 0.0, size)


class Judge(nn.Module):
    """Reads a stretch and says one number: whether it is real, or what comes next."""

    def __init__(self, hidden: int = 16) -> None:
        super().__init__()
        self.memory = nn.GRU(1, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, stretch: Tensor) -> Tensor:
        """stretch: batch × time; answers batch × time: what it says after each value."""
        said: Tensor = self.head(self.memory(stretch.unsqueeze(-1))[0])
        return said.squeeze(-1)


def train(module: nn.Module, loss: Callable[[int], Tensor], steps: int, *, rate: float = 0.01) -> None:
    """Lower a loss step by step (Adam), on one thread, so that the numbers do not hang on how many there are.

    loss: is given the number of the step.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        _descend(module, loss, steps, rate)
    finally:
        torch.set_num_threads(before)


def _descend(module: nn.Module, loss: Callable[[int], Tensor], steps: int, rate: float) -> None:
    optimizer = torch.optim.Adam(module.parameters(), lr=rate)
    for step in range(steps):
        optimizer.zero_grad()
        value = loss(step)
        value.backward()  # type: ignore[no-untyped-call] # torch has no types here
        nn.utils.clip_grad_norm_(module.parameters(), 1.0)
        optimizer.step()
