"""Simulated futures: the recursion of `filter` fed with random errors, for many series and paths at once.

Each path follows one form, the forms in proportion to their weights. The normal errors of each step are a Latin
hypercube (McKay, Beckman & Conover, 1979): one draw from each of many equal slices of the distribution, shuffled,
and each path has a mirror image. They are shared by all series, whose quantiles are read one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats
from forecastle.models.smoothing.ets.block import Single
from forecastle.models.smoothing.ets.weighted import WeightedForms

CHUNK = 64
"""Series simulated together, which bounds the memory."""

LARGEST = 1e18
"""Where a path that explodes is stopped, in units of the series' size."""


def simulated_quantiles(
    state: WeightedForms, horizon: int, levels: Sequence[float], *, paths: int, rng: np.random.Generator
) -> Floats:
    """Quantiles at the given levels, n × horizon × levels."""
    normals = _latin_normals(horizon, paths, rng)
    out = np.empty((len(state.level), horizon, len(levels)))
    for period in np.unique(state.period):
        rows = np.flatnonzero(state.period == period)
        for chunk in np.array_split(rows, -(-len(rows) // CHUNK)):
            part = state.select(chunk)
            offset, unit = _measure(part)
            moving = _Paths.of(part, offset, unit, paths)
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                for step, values in enumerate(_simulate(moving, normals, int(period))):
                    out[chunk, step] = _quantiles(values, levels) * unit[:, None] + offset[:, None]
    return out


def _latin_normals(horizon: int, paths: int, rng: np.random.Generator) -> Single:
    """Standard normal draws, horizon × paths; path 2i + 1 is the mirror image of path 2i."""
    pairs = -(-paths // 2)
    even = np.array([NormalDist().inv_cdf((pair + 0.5) / pairs) for pair in range(pairs)], np.float32)
    shuffled = rng.permuted(np.tile(even, (horizon, 1)), axis=1)
    return np.stack([shuffled, -shuffled], axis=2).reshape(horizon, -1)[:, :paths]


def _measure(state: WeightedForms) -> tuple[Floats, Floats]:
    """What to take off and divide by, n each, so that single precision is enough.

    Additive forms can be moved at will; the others are only fitted where the spread is not tiny beside the level.
    """
    fixed = (state.multiplies | state.relative).any(1)
    offset = np.where(fixed, 0.0, np.einsum("nc,nc->n", state.level, state.weight))
    used = state.weight > 0
    sizes = np.abs(state.level - offset[:, None]) + np.abs(state.trend) + np.where(state.relative, 0.0, state.sigma)
    sizes += np.where(state.multiplies, 0.0, np.abs(state.season).max(2))
    unit = np.where(used, sizes, 0.0).max(1)
    return offset, np.where(unit > 0, unit, 1.0)


@dataclass(slots=True, kw_only=True)
class _Paths:
    """Constants and moving states of n × paths paths.

    The seasonal factor of a path is `ratio` (multiplicative; 1 elsewhere) or `shift` (additive; 0 elsewhere), looked
    up for each step by `cell`, the path's place in the flattened n × C table of forms.
    """

    cell: NDArray[np.intp]
    level: Single
    trend: Single
    alpha: Single
    beta: Single
    gamma: Single
    phi: Single
    absolute: Single
    relative: Single
    multiplies: NDArray[np.bool_]
    ratio: Single
    shift: Single

    @classmethod
    def of(cls, state: WeightedForms, offset: Floats, unit: Floats, paths: int) -> Self:
        """Give every path its form, the forms in proportion to their weights."""
        n, forms = state.weight.shape
        share = (np.arange(paths) + 0.5) / paths
        reached = np.cumsum(state.weight, axis=1)[:, :-1, None] <= share
        cell = reached.sum(1) + forms * np.arange(n)[:, None]
        scale = unit[:, None]

        def spread(table: Floats) -> Single:
            return np.asarray(table.astype(np.float32).ravel()[cell])

        ratio = np.where(state.multiplies[..., None], state.season, 1.0)
        shift = np.where(state.multiplies[..., None], 0.0, state.season / scale[..., None])
        alpha, beta, gamma, phi = (spread(state.constants[..., i]) for i in range(4))
        return cls(
            cell=cell, alpha=alpha, beta=beta, gamma=gamma, phi=phi,
            level=spread((state.level - offset[:, None]) / scale),
            trend=spread(state.trend / scale),
            absolute=spread(np.where(state.relative, 0.0, state.sigma / scale)),
            relative=spread(np.where(state.relative, state.sigma, 0.0)),
            multiplies=state.multiplies.ravel()[cell],
            ratio=ratio.reshape(n * forms, -1).T.astype(np.float32),
            shift=shift.reshape(n * forms, -1).T.astype(np.float32),
        )  # fmt: skip


def _simulate(paths: _Paths, normals: Single, period: int) -> Iterator[Single]:
    """The values of all paths, one step after the other."""
    learned: dict[int, tuple[Single, Single]] = {}
    for step, normal in enumerate(normals):
        ratio, shift = learned.pop(step, None) or (
            paths.ratio[step % period][paths.cell], paths.shift[step % period][paths.cell]
        )  # fmt: skip
        paths.trend *= paths.phi
        paths.level += paths.trend
        value = paths.level * ratio
        value += shift
        error = np.maximum(normal * paths.relative, -1.0)
        error *= value
        error += normal * paths.absolute
        value += error
        if 1 < period < len(normals) - step:
            learned[step + period] = _learn_season(paths, error, ratio, shift)
        error /= ratio
        paths.level += paths.alpha * error
        np.clip(paths.level, -LARGEST, LARGEST, out=paths.level)
        error *= paths.beta
        paths.trend += error
        np.clip(paths.trend, -LARGEST, LARGEST, out=paths.trend)
        yield value


def _learn_season(paths: _Paths, error: Single, ratio: Single, shift: Single) -> tuple[Single, Single]:
    """The seasonal factor one season later."""
    change = paths.gamma * error
    base = np.where(paths.level == 0, np.float32(1), paths.level)
    return ratio + np.where(paths.multiplies, change / base, 0), shift + np.where(paths.multiplies, 0, change)


def _quantiles(values: Single, levels: Sequence[float]) -> Floats:
    """Linear interpolation between sorted paths, n × levels. Sorting all of them is faster than selecting some."""
    ordered = np.sort(values, axis=1)
    last = ordered.shape[1] - 1
    position = np.asarray(levels) * last
    below = np.floor(position).astype(np.intp)
    share = position - below
    low, high = ordered[:, below], ordered[:, np.minimum(below + 1, last)]
    return np.asarray(low + (high - low) * share, dtype=np.float64)
