"""Smoothing constants for every series of a block at once: a coarse grid, then shrinking moves around the best.

The constants live in the unit cube, on the logit scale: α = u₀, β = α·0.4·u₁, γ = (1 − α)·u₂, φ = 0.8 + 0.198·u₃.
A trend that follows more than two fifths of each correction of the level chases noise, so β stops there.
"""

from dataclasses import dataclass
from itertools import product
from typing import Self

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.models.smoothing.ets.block import Block, Single
from forecastle.models.smoothing.ets.filter import Scores, Smoothing, States, run
from forecastle.models.smoothing.ets.forms import Shape

BETA_SHARE = 0.4
PHI_LOW, PHI_HIGH = 0.8, 0.998
"""The usual bounds of φ; the upper one leaves a trend that hardly fades within any horizon."""

GRID_ALPHA = (0.03, 0.12, 0.3, 0.55, 0.85)
GRID_BETA = (0.07, 0.5)
GRID_PHI = (0.5, 0.9)
GRID_GAMMA = (0.002, 0.03, 0.12, 0.35)
"""Grids in the unit cube."""

MOVES = np.array(
    [[1, 1, 1, 1], [1, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1],
     [-1, 1, 1, -1], [-1, 1, -1, 1], [-1, -1, 1, 1], [-1, -1, -1, -1]],
    dtype=np.float32,
)  # fmt: skip
"""Directions tried around the best: a half fraction of the 2⁴ factorial design."""

FEWER_MOVES = {
    Shape("N", "N"): np.array([[1, 1, 1, 1], [-1, -1, -1, -1]], np.float32),
    Shape("Ad", "N"): np.array([[1, 1, 1, -1], [1, -1, 1, 1], [-1, 1, 1, 1], [-1, -1, 1, -1]], np.float32),
}
"""For shapes of fewer constants: both directions of α, and a half fraction of the 2³ design of α, β and φ."""

STEPS = (1.0, 0.6, 0.35)
"""How far each round of moves goes, on the logit scale."""

WORTHWHILE = 1.0
"""A series is left alone once a round gains less than this in −2 log likelihood: too little for the AICc to notice."""

LARGEST_LOGIT = 9.0
"""α and its kin stay this far from 0 and 1, about 0.0001."""

LEAST_VARIANCE = 1e-9
"""In units of the series' typical size squared: smaller errors are rounding of single precision."""

IMPOSSIBLE = 1e30


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """The best constants found for one shape, for each of E kinds of errors (additive, then multiplicative).

    logits: 4 × E × n. criterion: −2 log likelihood up to a constant, E × n; `IMPOSSIBLE` where nothing worked.
    """

    logits: Single
    criterion: Floats

    def select(self, columns: Integers) -> Self:
        """Only these series."""
        return type(self)(logits=self.logits[..., columns], criterion=self.criterion[:, columns])


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A shape fitted to n series under E kinds of errors.

    states: after the last period, E × n. criterion: −2 log likelihood up to a constant.
    variance: mean of the squared errors, relative ones for the second kind.
    """

    smoothing: Smoothing
    states: States
    criterion: Floats
    variance: Floats


def coarse(adjusted: Block, shape: Shape, first: States, *, relative: bool) -> Optimum:
    """The best of a grid, with the season (if any) taken out beforehand and held still."""
    betas = GRID_BETA if shape.trend != "N" else GRID_BETA[:1]
    phis = GRID_PHI if shape.trend == "Ad" else GRID_PHI[:1]
    cube = np.array(list(product(GRID_ALPHA, betas, GRID_GAMMA[:1], phis)), np.float32)
    logits = np.repeat(_logit(cube).T[:, :, None], adjusted.shape[1], axis=2)
    scored = _evaluate(adjusted, Shape(shape.trend, "N"), logits, first, relative=relative)
    return _best(logits, scored)


def refine(block: Block, shape: Shape, first: States, begin: Optimum) -> Optimum:
    """Improve on the grid with the complete filter, each series for as long as it pays."""
    columns = np.arange(block.shape[1])
    moves = FEWER_MOVES.get(shape, MOVES)
    best = begin.select(columns) if shape.season == "N" else _with_gamma(block, shape, first, begin)
    for step in STEPS:
        part, states, now = block.select(columns), first.select(columns), best.select(columns)
        around = now.logits[:, None] + step * moves.T[:, :, None, None]
        around = np.clip(around, -LARGEST_LOGIT, LARGEST_LOGIT).reshape(4, -1, len(columns))
        moves = -moves  # the other half of the design: all directions in two rounds
        moved = _best(around, _evaluate(part, shape, around, states, relative=len(now.criterion) > 1))
        gain = now.criterion - moved.criterion
        best.logits[..., columns] = np.where(gain > 0, moved.logits, now.logits)
        best.criterion[:, columns] = np.where(gain > 0, moved.criterion, now.criterion)
        columns = columns[gain.max(0) > WORTHWHILE]
        if not len(columns):
            break
    return best


def _with_gamma(block: Block, shape: Shape, first: States, begin: Optimum) -> Optimum:
    """The grid over γ, which the coarse search held still."""
    kinds = len(begin.criterion)
    logits = np.tile(begin.logits, (1, len(GRID_GAMMA), 1))
    logits[2] = np.repeat(_logit(np.array(GRID_GAMMA, np.float32)), kinds)[:, None]
    return _best(logits, _evaluate(block, shape, logits, first, relative=kinds > 1))


def settle(block: Block, shape: Shape, first: States, best: Optimum) -> Settled:
    """Run the filter once more under the best constants."""
    relative = len(best.criterion) > 1
    states = States.copies(first, best.logits.shape[1])
    smoothing = smoothing_of(best.logits, shape)
    scores = run(block, shape, smoothing, states, relative=relative)
    squares = scores.squares[:1] if scores.relative is None else np.stack([scores.squares[0], scores.relative[1]])
    return Settled(
        smoothing=smoothing, states=states, criterion=best.criterion, variance=squares.astype(np.float64) / block.count
    )


def smoothing_of(logits: Single, shape: Shape) -> Smoothing:
    """Constants from logits (4 × K × n); what the shape does not have is neutral."""
    u = 1.0 / (1.0 + np.exp(-logits))
    alpha = u[0]
    return Smoothing(
        alpha=alpha,
        beta=alpha * (BETA_SHARE * u[1]) if shape.trend != "N" else np.zeros_like(alpha),
        gamma=(1 - alpha) * u[2] if shape.season != "N" else np.zeros_like(alpha),
        phi=PHI_LOW + (PHI_HIGH - PHI_LOW) * u[3] if shape.trend == "Ad" else np.ones_like(alpha),
    )


def _logit(u: Single) -> Single:
    return np.asarray(np.log(u / (1 - u)))


def _evaluate(block: Block, shape: Shape, logits: Single, first: States, *, relative: bool) -> Floats:
    """−2 log likelihood of K candidates under each of E kinds of error, E × K × n."""
    states = States.copies(first, logits.shape[1])
    return criteria(run(block, shape, smoothing_of(logits, shape), states, relative=relative), block.count)


def criteria(scores: Scores, count: Floats) -> Floats:
    """−2 log likelihood up to a constant: n log(Σε² / n), and for relative errors 2 Σ log |μ| more.

    Hyndman, Koehler, Ord & Snyder (2008), section 5.1.
    """
    with np.errstate(all="ignore"):
        kinds = [count * np.log(np.maximum(scores.squares / count, LEAST_VARIANCE))]
        if scores.relative is not None and scores.logs is not None:
            spread = np.log(np.maximum(scores.relative / count, LEAST_VARIANCE))
            kinds.append(count * spread + 2.0 * scores.logs)
    scored = np.stack(kinds)
    scored[~np.isfinite(scored)] = IMPOSSIBLE
    return scored


def _best(logits: Single, scored: Floats) -> Optimum:
    """The best candidate (4 × K × n) of each series under each kind of error (scored E × K × n)."""
    winner = scored.argmin(1)
    return Optimum(
        logits=np.take_along_axis(logits, winner[None], 1),
        criterion=np.take_along_axis(scored, winner[:, None], 1)[:, 0],
    )
