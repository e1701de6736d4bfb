"""How far the future of each form may lie from its point forecast, in closed form.

An error e of one period moves the level by α e / r and all that follows by c_j, j periods later (Hyndman, Koehler, Ord
& Snyder 2008, chapter 6; r is the seasonal factor of the period, 1 where the season is added):

    c_j = α + β (φ + φ² + … + φ^j) + γ [j is a multiple of the season],    c_0 = 1
    Var y_h = r_h² (c_0² ν_h + c_1² ν_{h−1} + … + c_{h−1}² ν_1)

where ν is the variance of e / r: (σ / r)², and for relative errors σ² times the expected square of y / r. All of it is
exact unless a multiplicative season moves, which is left to `paths`. Relative errors multiply up: the sum of a few is
normal, that of many is log-normal, and the shares of the single errors in the variance tell how far it has come.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats
from forecastle.models.smoothing.ets.weighted import WeightedForms
from forecastle.models.smoothing.mixture import mixture_quantiles

LARGEST = 1e36
"""Where a variance that explodes is stopped, in units of the series' size squared."""


WILD = 0.3
"""A relative error that moves the level by more than this share of it (in standard deviations) is soon stopped by −1:
products of such errors are nothing like a log-normal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Of each form and step, C × horizon × n. skew: see `mixture_quantiles`."""

    mean: Floats
    deviation: Floats
    skew: Floats


def has_closed_form(state: WeightedForms) -> NDArray[np.bool_]:
    """Which series have moments that tell their distribution, n.

    Those of which no form moves a multiplicative season, and no relative error is wild.
    """
    alpha, _, gamma, _ = state.constants.transpose(2, 0, 1)
    moves = state.multiplies & (gamma > 0)
    wild = state.relative & (alpha * state.sigma > WILD)
    return np.asarray(~((moves | wild) & (state.weight > 0)).any(axis=1))


def mixed_quantiles(state: WeightedForms, horizon: int, levels: Sequence[float]) -> Floats:
    """Quantiles of the mixture of the forms of each series, n × horizon × levels."""
    each = moments(state, horizon)
    weight = np.repeat(state.weight.T[:, None], horizon, axis=1)
    forms = len(weight)
    mixed = mixture_quantiles(
        weight.reshape(forms, -1),
        each.mean.reshape(forms, -1),
        each.deviation.reshape(forms, -1),
        each.skew.reshape(forms, -1),
        levels,
    )
    return mixed.reshape(len(levels), horizon, -1).transpose(2, 1, 0)


def moments(state: WeightedForms, horizon: int) -> Moments:
    """The moments of the future of every form."""
    mean, ratio = (np.ascontiguousarray(part.transpose(1, 2, 0)) for part in state.points(horizon))
    relative = state.relative.T
    unit = np.maximum(np.abs(mean).max(axis=(0, 1)), np.where(relative, 0.0, state.sigma.T).max(axis=0))
    unit = np.where(unit > 0, unit, 1.0)
    size, variance = mean / unit, (state.sigma.T / np.where(relative, 1.0, unit)) ** 2
    weights = _responses(state, horizon) ** 2
    shocks, deviation, skew = np.empty_like(mean), np.empty_like(mean), np.zeros_like(mean)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        for step in range(horizon):
            past, factor = weights[:, step:0:-1] * shocks[:, :step], ratio[:, step]
            carried = past.sum(axis=1)
            own = variance * np.where(relative, carried + (size[:, step] / factor) ** 2, 1 / factor**2)
            shocks[:, step] = np.minimum(own, LARGEST)
            total = np.minimum(carried + shocks[:, step], LARGEST)
            deviation[:, step] = np.abs(factor) * np.sqrt(total)
            if relative.any():
                alone = ((past / total[:, None]) ** 2).sum(axis=1) + (shocks[:, step] / total) ** 2
                skew[:, step] = np.where(relative, (1 - alone) * deviation[:, step] / np.abs(size[:, step]), 0.0)
    return Moments(mean=mean, deviation=deviation * unit, skew=np.nan_to_num(skew))


def _responses(state: WeightedForms, horizon: int) -> Floats:
    """c_0, c_1, … as C × horizon × n."""
    alpha, beta, gamma, _ = state.constants.transpose(2, 1, 0)[:, :, None]
    lags = np.arange(1, horizon)[:, None]
    response = np.ones((state.level.shape[1], horizon, len(state.level)))
    returns = (lags % state.period == 0) & (state.period > 1)
    response[:, 1:] = alpha + beta * state.damped(horizon - 1).transpose(1, 2, 0) + gamma * returns
    return response
