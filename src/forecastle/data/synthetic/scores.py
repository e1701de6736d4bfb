"""How good look-alikes are: whether they can be told from real series, and what can be learned from them for those.

Source: the discriminative and the predictive score of Yoon, Jarrett & van der Schaar (2019), TimeGAN.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecastle.core.errors import InputError
from forecastle.core.panel import Floats, Panel
from forecastle.data.synthetic.windows import windows_of

if TYPE_CHECKING:
    import torch

STEPS, TOGETHER = 300, 64
"""Steps of training unless somebody asks for others, and stretches in each."""

TRAINED = 0.7
"""Share of the series that are learned from; the others are the test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usefulness:
    """Mean absolute error one period ahead on real series, in units of their mean, by what was learned from."""

    synthetic: float
    real: float


def discriminative_score(real: Panel, made: Panel, *, window: int = 24, steps: int = STEPS, seed: int = 1) -> float:
    """How well a network tells real stretches from made-up ones it has not seen: |accuracy − 0.5|.

    0: it cannot; 0.5: it always can. Series of either panel are for training or for the test, never for both.

    Raises:
        InputError: too few series are as long as `window`.
    """
    import torch

    parts = [_split(windows_of(panel, window), seed) for panel in (real, made)]
    training, test = (_balanced([part[place] for part in parts], seed) for place in range(2))

    def loss(judge: "Callable[[torch.Tensor], torch.Tensor]", rows: Sequence[int]) -> "torch.Tensor":
        said = judge(_tensor(training[0][rows]))[:, -1]
        return torch.nn.functional.binary_cross_entropy_with_logits(said, _tensor(training[1][rows]))

    judge = _trained(loss, len(training[1]), steps, seed)
    with torch.no_grad():
        right = (judge(_tensor(test[0]))[:, -1] > 0).numpy() == (test[1] > 0)
    return abs(float(right.mean()) - 0.5)


def usefulness(real: Panel, made: Panel, *, window: int = 24, steps: int = STEPS, seed: int = 1) -> Usefulness:
    """How well a network forecasts real series it has not seen, after learning from made-up and from real ones.

    Raises:
        InputError: too few series are as long as `window`.
    """
    own, test = _split(windows_of(real, window), seed)
    synthetic = np.concatenate(windows_of(made, window))
    errors = [_error_of(_forecaster(known, steps, seed), test) for known in (synthetic, own)]
    return Usefulness(synthetic=errors[0], real=errors[1])


def _split(series: Sequence[Floats], seed: int) -> tuple[Floats, Floats]:
    if len(series) < 3:
        raise InputError(f"{len(series)} series are too few to be compared; three are needed.")
    order = np.random.default_rng(seed).permutation(len(series))
    cut = min(len(series) - 1, max(1, round(TRAINED * len(series))))
    first, last = ([series[place] for place in part] for part in (order[:cut], order[cut:]))
    return np.concatenate(first), np.concatenate(last)


def _balanced(pair: Sequence[Floats], seed: int) -> tuple[Floats, Floats]:
    """As many real stretches as made-up ones, and which of them are real."""
    rng = np.random.default_rng(seed)
    count = min(map(len, pair))
    chosen = [part[rng.permutation(len(part))[:count]] for part in pair]
    return np.concatenate(chosen), np.repeat([1.0, 0.0], count)


def _forecaster(stretches: Floats, steps: int, seed: int) -> "Callable[[torch.Tensor], torch.Tensor]":
    def loss(judge: "Callable[[torch.Tensor], torch.Tensor]", rows: Sequence[int]) -> "torch.Tensor":
        chosen = _tensor(stretches[rows])
        return (judge(chosen[:, :-1]) - chosen[:, 1:]).abs().mean()

    return _trained(loss, len(stretches), steps, seed)


def _error_of(judge: "Callable[[torch.Tensor], torch.Tensor]", stretches: Floats) -> float:
    import torch

    with torch.no_grad():
        told = _tensor(stretches)
        return float((judge(told[:, :-1]) - told[:, 1:]).abs().mean())


Loss = Callable[["Callable[[torch.Tensor], torch.Tensor]", Sequence[int]], "torch.Tensor"]


def _trained(loss: Loss, count: int, steps: int, seed: int) -> "Callable[[torch.Tensor], torch.Tensor]":
    """A network trained on so many stretches, some of them at a time."""
    import torch

    from forecastle.data.synthetic.networks import Judge, train

    rng = np.random.default_rng(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        judge = Judge()
        train(judge, lambda _: loss(judge, rng.permutation(count)[:TOGETHER].tolist()), steps)
    return judge.eval()


def _tensor(values: Floats) -> "torch.Tensor":
    import torch

    return torch.tensor(values, dtype=torch.float32)
