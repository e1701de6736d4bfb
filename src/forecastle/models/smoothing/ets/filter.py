"""The innovations recursion, run for many series and many candidate parameters at once.

With level l, trend b, seasonal factor s of the period, and e the one-step error (Hyndman, Koehler, Ord & Snyder, 2008,
chapter 2):

    q = l + φ b;   expected value μ = q + s (additive season) or q s (multiplicative)
    e = y − μ;     d = e (additive) or e / s (multiplicative)
    l ← q + α d;   b ← φ b + β d;   s ← s + γ e (additive) or s + γ e / q (multiplicative)

The same recursion serves both error kinds: ETS(M,·,·) written in e instead of e / μ has these very updates. Only
the likelihood differs, so one run scores both. A period without an observation moves the states on with e = 0.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from forecastle.core.panel import Integers
from forecastle.models.smoothing.ets.block import Block, Single
from forecastle.models.smoothing.ets.forms import Shape

LOGARITHM_EVERY = 4
"""Few enough factors that their product neither overflows nor vanishes."""


@dataclass(slots=True, kw_only=True)
class Smoothing:
    """α, β, γ, φ: K candidates × n series each."""

    alpha: Single
    beta: Single
    gamma: Single
    phi: Single


@dataclass(slots=True, kw_only=True)
class States:
    """Level and trend (K × n) and seasonal factors (m × K × n), overwritten as the filter runs.

    season: factor j belongs to the periods t with (t − T) mod m = j, so that factor 0 is the first of the future.
    """

    level: Single
    trend: Single
    season: Single

    def select(self, columns: Integers) -> Self:
        """Only these series."""
        return type(self)(
            level=self.level[..., columns], trend=self.trend[..., columns], season=self.season[..., columns]
        )

    @classmethod
    def copies(cls, first: "States", k: int) -> Self:
        """K copies of first states given for n series (level and trend: n, season: m × n)."""
        n = len(first.level)
        return cls(
            level=np.tile(first.level, (k, 1)),
            trend=np.tile(first.trend, (k, 1)),
            season=np.broadcast_to(first.season[:, None, :], (len(first.season), k, n)).copy(),
        )


@dataclass(slots=True, kw_only=True)
class Scores:
    """What the likelihoods need, K × n: Σe², Σ(e/μ)² and Σ log |μ| over the observed periods.

    All but the first are None unless relative errors were asked for. product: of |μ| since its last logarithm, for
    a logarithm costs as much as several multiplications.
    """

    squares: Single
    relative: Single | None
    logs: Single | None
    product: Single | None

    @classmethod
    def zeros(cls, like: Single, *, relative: bool) -> Self:
        """Nothing scored yet."""
        return cls(
            squares=np.zeros_like(like),
            relative=np.zeros_like(like) if relative else None,
            logs=np.zeros_like(like) if relative else None,
            product=np.ones_like(like) if relative else None,
        )

    def view(self, live: int) -> Self:
        """The same sums for the first `live` columns."""
        part = np.s_[:, :live]
        if self.relative is None or self.logs is None or self.product is None:
            return type(self)(squares=self.squares[part], relative=None, logs=None, product=None)
        return type(self)(
            squares=self.squares[part], relative=self.relative[part], logs=self.logs[part], product=self.product[part]
        )

    def take_logarithm(self, work: Single) -> None:
        """Move the product into the sum of logarithms."""
        if self.logs is None or self.product is None:
            return
        np.abs(self.product, out=work)
        np.log(work, out=work)
        np.add(self.logs, work, out=self.logs)
        self.product.fill(1.0)


class _Lane:
    """Views of the columns that have begun, and one period's update of them, without temporaries."""

    __slots__ = ("alpha", "beta", "error", "expected", "gamma", "level", "phi", "scores", "season", "trend", "work")

    def __init__(self, live: int, smoothing: Smoothing, states: States, scores: Scores, work: Single) -> None:
        part = np.s_[..., :live]
        self.alpha, self.beta = smoothing.alpha[part], smoothing.beta[part]
        self.gamma, self.phi = smoothing.gamma[part], smoothing.phi[part]
        self.level, self.trend, self.season = states.level[part], states.trend[part], states.season[part]
        self.error: Single = work[0][part]
        self.work: Single = work[1][part]
        self.expected: Single = work[2][part]
        self.scores = scores.view(live)

    def expect(self, shape: Shape, phase: int) -> Single:
        """Move the level on by the trend, and say what to expect (an array that `score` and `learn` only read)."""
        if shape.trend != "N":
            if shape.trend == "Ad":
                np.multiply(self.trend, self.phi, out=self.trend)
            np.add(self.level, self.trend, out=self.level)
        if shape.season == "N":
            return self.level
        join = np.add if shape.season == "A" else np.multiply
        join(self.level, self.season[phase], out=self.expected)
        return self.expected

    def score(self, expected: Single, seen: Single | None) -> None:
        """Add this period to the sums."""
        error, work, scores = self.error, self.work, self.scores
        np.multiply(error, error, out=work)
        np.add(scores.squares, work, out=scores.squares)
        if scores.relative is None or scores.product is None:
            return
        np.divide(error, expected, out=work)
        np.multiply(work, work, out=work)
        np.add(scores.relative, work, out=scores.relative)
        if seen is None:
            np.multiply(scores.product, expected, out=scores.product)
        else:
            np.multiply(scores.product, expected, out=scores.product, where=seen > 0)

    def learn(self, shape: Shape, phase: int) -> None:
        """Correct the states by the error. Overwrites the error."""
        error, work = self.error, self.work
        if shape.season != "N":
            season = self.season[phase]
            if shape.season == "M":
                np.divide(error, self.level, out=work)
                np.multiply(work, self.gamma, out=work)
                np.divide(error, season, out=error)
            else:
                np.multiply(error, self.gamma, out=work)
            np.add(season, work, out=season)
        if shape.trend != "N":
            np.multiply(error, self.beta, out=work)
            np.add(self.trend, work, out=self.trend)
        np.multiply(error, self.alpha, out=error)
        np.add(self.level, error, out=self.level)


def run(block: Block, shape: Shape, smoothing: Smoothing, states: States, *, relative: bool) -> Scores:
    """Filter the block from the given first states, which become the final states.

    A candidate that diverges leaves infinities or NaN in its sums; whoever compares candidates passes over it.
    """
    scores = Scores.zeros(states.level, relative=relative)
    work = np.empty((3, *states.level.shape), np.float32)
    periods, period = len(block.y), len(states.season)
    with np.errstate(all="ignore"):
        for span in block.spans:
            lane = _Lane(span.live, smoothing, states, scores, work)
            for t in range(span.first, span.stop):
                phase = (t - periods) % period if period else 0
                expected = lane.expect(shape, phase)
                np.subtract(block.y[t, : span.live], expected, out=lane.error)
                seen = block.seen[t, : span.live] if block.gaps[t] else None
                if seen is not None:
                    np.multiply(lane.error, seen, out=lane.error)
                lane.score(expected, seen)
                lane.learn(shape, phase)
                if t % LOGARITHM_EVERY == 0:
                    scores.take_logarithm(work[0])
        scores.take_logarithm(work[0])
    return scores
