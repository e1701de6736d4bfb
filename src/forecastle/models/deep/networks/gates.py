"""Gated parts of a network, which learn how much of themselves is needed.

Source: Lim, Arık, Loeff & Pfister (2021), sections 4.1 and 4.2.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional


class Gate(nn.Module):
    """Adds what was learned to what was there, as far as it helps (gated linear unit, then add and norm)."""

    def __init__(self, learned: int, size: int, *, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(learned, 2 * size)
        self.norm = nn.LayerNorm(size)

    def forward(self, learned: Tensor, kept: Tensor) -> Tensor:
        """Both … × their size."""
        return self.norm(kept + functional.glu(self.linear(self.dropout(learned))))  # type: ignore[no-any-return]


class GatedResidual(nn.Module):
    """A gated residual network. The paper's two linear maps after the ELU are one here: nothing lies between them."""

    def __init__(self, width: int, size: int, out: int, *, dropout: float, context: bool = False) -> None:
        super().__init__()
        self.inner = nn.Linear(width, size)
        self.context = nn.Linear(size, size, bias=False) if context else None
        self.skip = nn.Identity() if width == out else nn.Linear(width, out)
        self.gate = Gate(size, out, dropout=dropout)

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        """x: … × width. context: what is known of the series, broadcast over x, … × size."""
        inner = self.inner(x)
        if self.context is not None and context is not None:
            inner = inner + self.context(context)
        return self.gate(functional.elu(inner), self.skip(x))  # type: ignore[no-any-return]


class Embedding(nn.Module):
    """A gated residual network of its own for each variable, all at once.

    A variable is one number, so the paper's linear map to `size` and the first linear map of its network are one.
    """

    def __init__(self, variables: int, size: int, *, dropout: float) -> None:
        super().__init__()
        self.inner, self.skip = (nn.Parameter(torch.randn(2, variables, size) / 2) for _ in range(2))
        self.dropout = nn.Dropout(dropout)
        self.gate = nn.Parameter(torch.randn(variables, size, 2 * size) / size**0.5)
        self.gate_bias = nn.Parameter(torch.zeros(variables, 2 * size))
        self.norm = nn.Parameter(torch.stack([torch.ones(variables, size), torch.zeros(variables, size)]))

    def forward(self, x: Tensor) -> Tensor:
        """… × variables → … × variables × size."""
        x = x[..., None]
        inner = self.dropout(functional.elu(x * self.inner[0] + self.inner[1]))
        gated = functional.glu(torch.einsum("...vi,vio->...vo", inner, self.gate) + self.gate_bias)
        total = x * self.skip[0] + self.skip[1] + gated
        return functional.layer_norm(total, total.shape[-1:]) * self.norm[0] + self.norm[1]


class Selection(nn.Module):
    """Variables, weighted by how much each of them matters here and now."""

    def __init__(self, variables: int, size: int, *, dropout: float, context: bool = False) -> None:
        super().__init__()
        self.embedding = Embedding(variables, size, dropout=dropout)
        self.judge = (
            GatedResidual(variables * size, size, variables, dropout=dropout, context=context)
            if variables > 1
            else None
        )

    def forward(self, x: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """… × variables → what was selected, … × size, and the weights, … × variables, which add up to 1."""
        embedded = self.embedding(x)
        if self.judge is None:
            return embedded.squeeze(-2), torch.ones_like(x)
        weights = functional.softmax(self.judge(embedded.flatten(-2), context), dim=-1)
        return (weights[..., None, :] @ embedded).squeeze(-2), weights
