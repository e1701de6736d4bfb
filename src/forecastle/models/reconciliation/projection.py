"""Series moved as little as possible, by how uncertain they are, until they add up to what is said of the totals.

With forecasts ŷ of M totals and N series, the constraint matrix U = (I, −C), where C sums series to totals, and the
covariance W of the errors: ỹ = ŷ − W Uᵀ (U W Uᵀ)⁻¹ U ŷ. That is MinT, the unbiased reconciliation with the smallest
error variance (Wickramasuriya, Athanasopoulos & Hyndman 2019). The totals are then the sums of the series, so that they
add up whatever the accuracy of the solution; and what added up before stays as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats
from forecastle.models.reconciliation.hierarchy import Hierarchy

DENSE = 5000
"""Nodes up to which the equations are solved directly; above, step by step."""

FULL = 600
"""Totals and series up to which it is learned which of them err together; above, only how much each does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """How forecasts err. variances: M + N, totals first. together: their covariances; None where they are not known."""

    variances: Floats
    together: Floats | None = None


def learn(residuals: Floats, expected: Floats, *, full: bool = True) -> Errors:
    """Learn from past errors.

    residuals: T × (M + N), NaN where there was nothing to compare. expected: M + N, the variances that the ranges of
    the forecasts themselves speak of; they count like one more observation, and stand alone where there is no other.

    full: also learn covariances, unless there are more than `FULL` totals and series. They are shrunk
    towards zero by as much as they are uncertain (Schäfer & Strimmer 2005).
    """
    known = np.isfinite(residuals)
    count = known.sum(axis=0)
    values = np.where(known, residuals, 0.0)
    variances = (np.square(values).sum(axis=0) + expected) / (count + 1)
    floor = 1e-8 * max(float(variances.max(initial=0.0)), 1e-300)
    variances = np.maximum(variances, floor)
    if not full or len(variances) > FULL or len(values) < 2:
        return Errors(variances=variances)
    scaled = values / np.sqrt(variances)
    scaled /= np.sqrt(np.maximum(np.square(scaled).sum(axis=0), 1e-300))
    correlation = scaled.T @ scaled
    np.fill_diagonal(correlation, 1.0)
    keep = 1 - _uncertainty(scaled, correlation)
    shrunk = keep * correlation
    np.fill_diagonal(shrunk, 1.0)
    deviation = np.sqrt(variances)
    return Errors(variances=variances, together=shrunk * np.outer(deviation, deviation))


def _uncertainty(scaled: Floats, correlation: Floats) -> float:
    """λ: the summed variances of all correlations, as a share of the sum of their squares; from 0 to 1."""
    count = len(scaled)
    squares = np.square(scaled)
    spread = count * (squares.T @ squares) - np.square(correlation)
    off = ~np.eye(len(correlation), dtype=bool)
    strength = float(np.square(correlation[off]).sum())
    variance = count**2 / (count - 1) ** 3 * float(spread[off].sum())
    return min(max(variance / strength, 0.0), 1.0) if strength > 0 else 1.0


@dataclass(frozen=True, kw_only=True)
class Reconciler:
    """Makes series and totals agree. hierarchy: of N series and M totals. errors: how far each may be moved."""

    hierarchy: Hierarchy
    errors: Errors

    def move(self, series: NDArray[Any], totals: NDArray[Any]) -> Floats:
        """The series, N × K, moved so that they add up to totals that agree with M × K as well as possible."""
        gap = totals - self.hierarchy.totals(series)
        return np.asarray(series + self._gain(gap))

    @cached_property
    def _gain(self) -> Callable[[Floats], Floats]:
        """What turns gaps between totals and sums, M × K, into what each series is moved by, N × K."""
        if self.errors.together is None:
            return self._by_variance()
        nodes, summing = len(self.hierarchy.nodes), self.hierarchy.summing
        together = self.errors.together
        spread = together[:, :nodes] - (summing @ together[:, nodes:].T).T  # W Uᵀ, (M + N) × M
        inner = spread[:nodes] - summing @ spread[nodes:]  # U W Uᵀ
        gains = -np.linalg.solve(inner.T, spread[nodes:].T).T
        return lambda gap: np.asarray(gains @ gap)

    def _by_variance(self) -> Callable[[Floats], Floats]:
        """Errors are taken for independent of each other: the equations are sparse, one for each total."""
        from scipy.linalg import cho_factor, cho_solve
        from scipy.sparse import diags_array
        from scipy.sparse.linalg import cg

        summing, nodes = self.hierarchy.summing, len(self.hierarchy.nodes)
        of_totals, of_series = self.errors.variances[:nodes], self.errors.variances[nodes:]
        inner = (summing * of_series) @ summing.T + diags_array(of_totals)
        if nodes <= DENSE:
            factor = cho_factor(inner.toarray())
            return lambda gap: np.asarray(of_series[:, None] * (summing.T @ cho_solve(factor, gap)))
        easy = diags_array(1 / inner.diagonal())

        def step_by_step(gap: Floats) -> Floats:
            weights = np.stack([cg(inner, column, rtol=1e-8, M=easy)[0] for column in gap.T], axis=1)
            return np.asarray(of_series[:, None] * (summing.T @ weights))

        return step_by_step
