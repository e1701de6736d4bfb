"""What each feature adds to an answer, for regressors that cannot tell by themselves: sampled Shapley values."""

from collections.abc import Callable

import numpy as np

from forecastle.core.panel import Floats, Integers

PAIRS = 16
"""Orders that are tried, each forwards and backwards. Twice as many change the strongest features by some percent."""


def shapley(players: int, worth: Callable[[Integers], Floats], *, seed: int) -> Floats:
    """The mean of what each player adds when it joins, over orders by chance and their reverse (Mitchell et al. 2022).

    worth: of an order, what the first player, the first two … and all are worth together, after what nobody is. The
    values add up to what all are worth, less what nobody is.
    """
    random = np.random.default_rng(seed)
    told = np.zeros(players)
    for _ in range(PAIRS):
        forwards = random.permutation(players)
        for order in (forwards, forwards[::-1]):
            told[order] += np.diff(worth(order))
    return told / (2 * PAIRS)
