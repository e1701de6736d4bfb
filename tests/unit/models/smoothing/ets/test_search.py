from dataclasses import replace

import numpy as np
import pytest

from forecastle.models.smoothing.ets.block import Block
from forecastle.models.smoothing.ets.filter import Smoothing, States, run
from forecastle.models.smoothing.ets.forms import Shape
from forecastle.models.smoothing.ets.initial import SeasonRemoved, first_states
from forecastle.models.smoothing.ets.search import coarse, criteria, refine, settle


def random_walks(alpha: float, n: int = 20, length: int = 80) -> np.ndarray:
    """Data from ETS(A,N,N) with a known α."""
    errors = np.random.default_rng(1).normal(size=(n, length))
    level = 100 + np.concatenate([np.zeros((n, 1)), np.cumsum(alpha * errors, axis=1)[:, :-1]], axis=1)
    return level + errors


def test_the_search_is_within_a_parameters_worth_of_a_fine_grid() -> None:
    block = Block.of(random_walks(0.4), centred=True)
    level = Shape("N", "N")
    first = first_states(block, "N", 1)
    best = refine(block, level, first, coarse(block, level, first, relative=False))
    grid = np.linspace(0.005, 0.995, 199, dtype=np.float32)[:, None].repeat(20, 1)
    fine = Smoothing(alpha=grid, beta=grid, gamma=grid, phi=grid)
    exact = criteria(run(block, level, fine, States.copies(first, 199), relative=False), block.count).min(1)
    assert (best.criterion - exact < 2.0).all()


@pytest.mark.parametrize("alpha", [0.1, 0.5, 0.9])
def test_the_constant_that_made_the_data_is_recovered(alpha: float) -> None:
    block = Block.of(random_walks(alpha, n=40, length=300), centred=True)
    level = Shape("N", "N")
    first = first_states(block, "N", 1)
    best = refine(block, level, first, coarse(block, level, first, relative=False))
    found = settle(block, level, first, best).smoothing.alpha
    assert np.median(found) == pytest.approx(alpha, abs=0.07)


def test_refining_never_loses_what_the_grid_found() -> None:
    t = np.arange(72)
    values = 100 + t + 20 * np.sin(t * np.pi / 6) + np.random.default_rng(2).normal(size=(30, 72))
    block = Block.of(values, centred=False)
    shape = Shape("Ad", "M")
    removed = SeasonRemoved.of(block, "M", 12)
    first = replace(first_states(removed.adjusted, "Ad", 12), season=removed.factors)
    begin = coarse(removed.adjusted, shape, first, relative=True)
    settled = settle(block, shape, first, refine(block, shape, first, begin))
    start = settle(block, shape, first, begin)
    assert (settled.variance[0] <= start.variance[0] * (1 + 1e-5)).all()
