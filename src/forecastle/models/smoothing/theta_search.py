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

from forecastle.core.panel import Integers

Reals = NDArray[np.floating]

SMOOTHING = (0.02, 0.07, 0.14, 0.22, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.98)
"""The α tried; forecasts are averaged over them, so a finer grid changes little."""

WARM_UP = 3
"""The errors of so many first periods do not count: the dynamic line has not settled."""

FEWEST = 3
"""With fewer errors than this there is no line: ω = 0."""

FAINT = 1e-5
"""Keeps the least squares solvable where ℓ₀ is forgotten at once, or the line is flat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A block of series, ordered by their beginning: those that have begun are always the first ones.

    y: T × n, 0 where not observed. seen: T × n, 1 where observed, else 0. start: n, rising, each series' first period.
    """

    y: Reals
    seen: Reals
    start: Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Intercept and slope of the two lines that predict each period, 2 × T × n: the static and the dynamic one.

    Time counts 1, 2, … from each series' first period.
    """

    intercept: Reals
    slope: Reals


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The best ω and first level for each line and each α, 2 × K × n, and their fit.

    error: the mean squared error one step ahead. flat: the same without the line (ω = 0).
    counted: n, the number of errors.
    """

    weight: Reals
    level: Reals
    error: Reals
    flat: Reals
    counted: Reals


def pull(decay: Reals, smoothing: Reals, intercept: Reals, slope: Reals) -> Reals:
    """What ω is multiplied by: (1−α)^{t−1}·A + (1−(1−α)^t)/α·B, where `decay` is (1−α)^{t−1}."""
    settled = slope / smoothing
    line = intercept + slope - settled
    line *= decay
    line += settled
    return line


def search(history: History, lines: Lines) -> Candidates:
    """Run the recursions for y, ℓ₀ and ω, and solve for the last two."""
    alpha = np.array(SMOOTHING, np.float32)[:, None]
    y, seen, time = history.y, history.seen, np.arange(len(history.y))
    sums = _Sums.empty(len(alpha), y.shape[1])
    base, carried = np.zeros_like(sums.uu), np.zeros_like(sums.dd)
    reach, decay = np.ones_like(base), np.ones_like(base)
    begun = np.searchsorted(history.start, time, side="right")
    counted = np.searchsorted(history.start, time - WARM_UP, side="right")
    gaps = np.cumsum(begun - seen.sum(axis=1)) > 0
    for t, k in enumerate(begun):
        line = pull(decay[:, :k], alpha, lines.intercept[:, t, None, :k], lines.slope[:, t, None, :k])
        u, p, d = y[t, :k] - base[:, :k], reach[:, :k], line
        if gaps[t]:
            d = carried[:, :, :k] + line
            u, p, d = u * seen[t, :k], p * seen[t, :k], d * seen[t, :k]
            carried[:, :, :k] += alpha * (line - d)
        sums.add(u, p, d, seen[t], int(counted[t]))
        base[:, :k] += alpha * u
        reach[:, :k] -= alpha * p
        decay[:, :k] *= 1 - alpha
    return sums.solve()


def replay(history: History, lines: Lines, candidates: Candidates, share: Reals) -> tuple[Reals, Reals]:
    """Run the recursion with the chosen parameters: the last levels (2 × K × n), and the errors (T × n).

    The errors are those of the averaged prediction; NaN where not observed and for the first `WARM_UP` periods.
    """
    alpha = np.array(SMOOTHING, np.float32)[:, None]
    y, seen, time = history.y, history.seen, np.arange(len(history.y))
    level, decay = candidates.level.copy(), np.ones_like(candidates.level[0])
    errors = np.full_like(y, np.nan)
    begun = np.searchsorted(history.start, time, side="right")
    counted = np.searchsorted(history.start, time - WARM_UP, side="right")
    for t, k in enumerate(begun):
        predicted = pull(decay[:, :k], alpha, lines.intercept[:, t, None, :k], lines.slope[:, t, None, :k])
        predicted *= candidates.weight[:, :, :k]
        predicted += level[:, :, :k]
        rows = counted[t]
        errors[t, :rows] = y[t, :rows] - (share[:, :, :rows] * predicted[:, :, :rows]).sum(axis=(0, 1))
        target = np.where(seen[t, :k], y[t, :k], predicted)
        level[:, :, :k] += alpha * (target - level[:, :, :k])
        decay[:, :k] *= 1 - alpha
    errors[seen == 0] = np.nan
    return level, errors


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
        self.uu[:, :rows] += u * u
        self.up[:, :rows] += u * p
        self.pp[:, :rows] += p * p
        self.ud[:, :, :rows] += u * d
        self.pd[:, :, :rows] += p * d
        self.dd[:, :, :rows] += d * d
        self.count[:rows] += seen[:rows]

    def solve(self) -> Candidates:
        """Least squares for ω, kept between 0 (θ = 1) and 1 (θ = ∞), and ℓ₀."""
        pp = self.pp + FAINT
        flat = self.uu - self.up**2 / pp
        cross, square = self.ud - self.up * self.pd / pp, self.dd - self.pd**2 / pp
        weight = np.clip(cross / (square + FAINT * (1 + self.dd)), 0.0, 1.0)
        weight *= self.count >= FEWEST
        error = flat - weight * (2 * cross - weight * square)
        count = np.maximum(self.count, 1)
        return Candidates(
            weight=weight,
            level=(self.up - weight * self.pd) / pp,
            error=np.maximum(error, 0.0) / count,
            flat=np.maximum(flat, 0.0) / count,
            counted=self.count,
        )
