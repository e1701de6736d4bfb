"""Gated parts of a network, which learn how much of themselves is needed.

Source: Lim, Arık, Loeff & Pfister (2021), sections 4.1 and 4.2.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


class Gate(nn.Module):
    """Adds what was learned to what was there, as far as it helps (gated linear unit, then add and norm)."""

    def __init__(self, learned: int, size: int, *, dropout: float, norm: bool = True) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(learned, 2 * size)
        self.norm = nn.LayerNorm(size) if norm else nn.Identity()

    def forward(self, learned: Tensor, kept: Tensor) -> Tensor:
        """Both … × their size."""
        return self.norm(kept + functional.glu(self.linear(self.dropout(learned))))  # type: ignore[no-any-return]  # modules answer with Any


class GatedResidual(nn.Module):
    """A gated residual network. The paper's two linear maps after the ELU are one here: nothing lies between them."""

    def __init__(
        self, width: int, size: int, out: int, *, dropout: float, context: bool = False, norm: bool = True
    ) -> None:
        super().__init__()
        self.inner = nn.Linear(width, size)
        self.context = nn.Linear(size, size, bias=False) if context else None
        self.skip = nn.Identity() if width == out else nn.Linear(width, out)
        self.gate = Gate(size, out, dropout=dropout, norm=norm)

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        """x: … × width. context: what is known of the series, broadcast over x, … × size."""
        inner = self.inner(x)
        if self.context is not None and context is not None:
            inner = inner + self.context(context)
        return self.gate(functional.elu(inner), self.skip(x))  # type: ignore[no-any-return]  # modules answer with Any


class Embedding(nn.Module):
    """A gated residual network of its own for each variable, all at once.

    A variable is one or more columns. The paper's linear map to `size` and the first of its network are one here.
    """

    own: Tensor

    def __init__(self, variables: Sequence[int], size: int, *, dropout: float) -> None:
        """variables: of each column, the number of its variable."""
        super().__init__()
        count = max(variables) + 1
        own = torch.tensor(variables)[:, None] == torch.arange(count)
        self.register_buffer("own", own.repeat_interleave(size, dim=1).repeat(1, 2).float())
        self.linear = nn.Parameter(torch.randn(len(variables), 2 * count * size) / 2)
        self.bias = nn.Parameter(torch.randn(2 * count * size) / 2)
        self.dropout = nn.Dropout(dropout)
        self.gate = nn.Parameter(torch.randn(count, size, 2 * size) / size**0.5)
        self.gate_bias = nn.Parameter(torch.zeros(count, 2 * size))
        self.norm = nn.Parameter(torch.stack([torch.ones(count, size), torch.zeros(count, size)]))
        self.shape = (2, count, size)

    def forward(self, x: Tensor) -> Tensor:
        """… × columns → … × variables × size."""
        parts = x @ (self.linear * self.own) + self.bias
        inner, kept = parts.reshape(*x.shape[:-1], *self.shape).unbind(-3)
        inner = self.dropout(functional.elu(inner))
        gated = functional.glu(torch.einsum("...vi,vio->...vo", inner, self.gate) + self.gate_bias)
        return functional.layer_norm(kept + gated, gated.shape[-1:]) * self.norm[0] + self.norm[1]


class Selection(nn.Module):
    """Variables, weighted by how much each of them matters here and now.

    Unlike the paper's, their scores are not normalised: of two variables that would leave which is larger, and no more.
    """

    def __init__(self, variables: Sequence[int], size: int, *, dropout: float, context: bool = False) -> None:
        """variables: of each column, the number of its variable."""
        super().__init__()
        count = max(variables) + 1
        self.embedding = Embedding(variables, size, dropout=dropout)
        self.judge = (
            GatedResidual(count * size, size, count, dropout=dropout, context=context, norm=False)
            if count > 1
            else None
        )

    def forward(self, x: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """… × columns → what was selected, … × size, and the weights, … × variables, which add up to 1."""
        embedded = self.embedding(x)
        if self.judge is None:
            return embedded.squeeze(-2), torch.ones_like(embedded[..., 0])
        weights = functional.softmax(self.judge(embedded.flatten(-2), context), dim=-1)
        return (weights[..., None, :] @ embedded).squeeze(-2), weights
