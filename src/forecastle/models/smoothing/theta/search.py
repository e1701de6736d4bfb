"""Candidates of the Theta method for a whole block at once: every smoothing constant, with its best theta and level.

The optimised Theta model (Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler 2016, equations 8–12) predicts

    μ_t = ℓ_{t−1} + ω·[(1−α)^{t−1}·A + (1−(1−α)^t)/α·B],    ℓ_t = α·y_t + (1−α)·ℓ_{t−1},    ω = 1 − 1/θ,

with A and B the intercept and slope of a line through the series: through all of it (the static model), or through what
was known before t (the dynamic one, their equations 13–17). Given α both are linear in ω and the first level ℓ₀: the
recursion runs once for each of y, ℓ₀ and ω, and least squares gives the best pair in closed form. Only α is searched.

Arrays are time-major, and candidates lead: values T × n, work arrays lines × K × n.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats, Integers

Reals = NDArray[np.floating]

SMOOTHING = (0.03, 0.12, 0.25, 0.4, 0.6, 0.8, 0.97)
"""The α tried. Forecasts are averaged over them, so a finer grid changes nothing but the time it takes."""

WARM_UP = 3
"""The errors of so many first periods do not count: the dynamic line has not settled."""

FEWEST = 3
"""With fewer errors than this there is no line: ω = 0."""

FAINT = 1e-5
"""Keeps the least squares solvable where ℓ₀ is forgotten at once, or the line is flat."""

TINY = 1e-12
"""A sum of squared errors, in units of the series' own scale, that is as good as none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A block of series, ordered by their beginning: those that have begun are always the first ones.

    y: T × n, 0 where not observed. seen: T × n, 1 where observed, else 0. start: n, rising, each series' first period.
    """

    y: Reals
    seen: Reals
    start: Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The best ω for each line and each α, the level after the last period, and the fit, 2 × K × n.

    error: the mean squared error one step ahead. counted: n, the number of errors.
    sums: 5 × n, those of the regression line through everything.
    """

    weight: Reals
    level: Reals
    error: Reals
    counted: Reals
    sums: Floats


def pull(decay: Reals, smoothing: Reals, intercept: Reals, slope: Reals) -> Reals:
    """What ω is multiplied by: (1−α)^{t−1}·A + (1−(1−α)^t)/α·B, where `decay` is (1−α)^{t−1}."""
    settled = slope / smoothing
    line = intercept + slope - settled
    line *= decay
    line += settled
    return line


def take_in(sums: Floats, time: Reals, y: Reals, seen: Reals) -> None:
    """Add one observation a series to the sums a regression line needs, in place.

    sums: 5 × n, the count and the sums of t, t², y and t·y, where t is 1 in each series' first period.
    """
    seen_time = time * seen
    sums[0] += seen
    sums[1] += seen_time
    seen_time *= time
    sums[2] += seen_time
    sums[3] += y
    sums[4] += time * y


def regression(sums: Floats) -> Floats:
    """Intercept and slope (2 × n) of the line through what was taken in; flat before two periods were."""
    count, time, squares, y, products = sums
    determinant = count * squares - time * time
    slope = np.where(determinant > 0, count * products - time * y, 0.0) / np.where(determinant > 0, determinant, 1.0)
    return np.stack([(y - slope * time) / np.maximum(count, 1.0), slope])


def search(history: History) -> Candidates:
    """Run the recursions for y, ℓ₀ and ω, and solve for the last two."""
    y, seen, start = history.y, history.seen, history.start
    alpha = np.array(SMOOTHING, np.float32)[:, None]
    work = _Sums.empty(len(alpha), y.shape[1])
    base, carried = np.zeros_like(work.uu), np.zeros_like(work.dd)
    reach, decay = np.ones_like(base), np.ones_like(base)
    begun = np.searchsorted(start, np.arange(len(y)), side="right")
    known, static = np.zeros((5, y.shape[1])), regression(_sums_of_all(history))
    counted = np.searchsorted(start, np.arange(len(y)) - WARM_UP, side="right")
    gaps = np.cumsum(begun - seen.sum(axis=1)) > 0
    for t, k in enumerate(begun):
        # the first axis is intercept and slope, then static and dynamic line
        lines = np.stack([static[:, :k], regression(known[:, :k])], axis=1).astype(np.float32)[:, :, None]
        line = pull(decay[:, :k], alpha, lines[0], lines[1])
        u, p, d = y[t, :k] - base[:, :k], reach[:, :k], line
        if gaps[t]:
            d = carried[:, :, :k] + line
            u, p, d = u * seen[t, :k], p * seen[t, :k], d * seen[t, :k]
            carried[:, :, :k] += alpha * (line - d)
        work.add(u, p, d, seen[t], int(counted[t]))
        base[:, :k] += alpha * u
        reach[:, :k] -= alpha * p
        decay[:, :k] *= 1 - alpha
        take_in(known[:, :k], t + 1.0 - start[:k], y[t, :k], seen[t, :k])
    weight, first, error = work.solve()
    return Candidates(
        weight=weight,
        level=base + first * reach + weight * carried,
        error=error,
        counted=work.count,
        sums=known,
    )


def _sums_of_all(history: History) -> Floats:
    sums = np.zeros((5, history.y.shape[1]))
    for t, (y, seen) in enumerate(zip(history.y, history.seen, strict=True)):
        take_in(sums, t + 1.0 - history.start, y, seen)
    return sums


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    """Sums of products of the errors without level and line (u) and of what ℓ₀ (p) and ω (d) take off them."""

    uu: Reals
    up: Reals
    pp: Reals
    ud: Reals
    pd: Reals
    dd: Reals
    count: Reals

    @classmethod
    def empty(cls, candidates: int, n: int) -> Self:
        uu, up, pp = np.zeros((3, candidates, n), np.float32)
        ud, pd, dd = np.zeros((3, 2, candidates, n), np.float32)
        return cls(uu=uu, up=up, pp=pp, ud=ud, pd=pd, dd=dd, count=np.zeros(n, np.float32))

    def add(self, u: Reals, p: Reals, d: Reals, seen: Reals, rows: int) -> None:
        u, p, d = u[:, :rows], p[:, :rows], d[:, :, :rows]
        work = np.empty_like(d)
        for total, one, other in ((self.uu, u, u), (self.up, u, p), (self.pp, p, p)):
            total[:, :rows] += np.multiply(one, other, out=work[0])
        for total, one in ((self.ud, u), (self.pd, p), (self.dd, d)):
            total[:, :, :rows] += np.multiply(one, d, out=work)
        self.count[:rows] += seen[:rows]

    def solve(self) -> tuple[Reals, Reals, Reals]:
        """ω, ℓ₀ and the mean squared error: least squares, ω between 0 (θ = 1) and 1 (θ = ∞) and as far as believed."""
        pp = self.pp + FAINT
        flat = self.uu - self.up**2 / pp
        cross, square = self.ud - self.up * self.pd / pp, self.dd - self.pd**2 / pp
        weight = np.clip(cross / (square + FAINT * (1 + self.dd)), 0.0, 1.0)
        dynamic = flat - weight[1] * (2 * cross[1] - weight[1] * square[1])
        weight *= _belief(self.count, np.maximum(flat, TINY), np.maximum(dynamic, TINY))
        error = flat - weight * (2 * cross - weight * square)
        return weight, (self.up - weight * self.pd) / pp, np.maximum(error, TINY) / np.maximum(self.count, 1)


def _belief(count: Reals, flat: Reals, dynamic: Reals) -> Reals:
    """How far a trend is believed, K × n, 0 to 1: the AICc weight of the dynamic line against no line at all.

    The static line, drawn through the future of every error, cannot testify for itself. The line is one more parameter
    than α and ℓ₀; Burnham & Anderson (2002), "Model selection and multimodel inference", sections 2.4 and 2.9.
    """
    observed = count + WARM_UP
    gain = count / 2 * np.log(flat / dynamic)
    cost = 1 + 12 / np.maximum(observed - 4, FAINT) - 6 / np.maximum(observed - 3, FAINT)
    return np.where(count < FEWEST, 0.0, 1 / (1 + np.exp(np.clip(cost - gain, -50, 50))))
