"""Forecasts of several models put together, each model weighted by how it did on past windows.

A model's error is its loss relative to its rivals' on the same series, so that series of every size count
alike. It is drawn towards the average over the series' group, and that towards the whole panel's: a few windows say
little about one series, more about its group, most about the panel. Weights fall with a power of that relative error
(Bates & Granger 1969; shrinkage after Stock & Watson 2004).

Everywhere N is the series of the panel, H the horizon, C the mean and the quantiles; NaN is *not forecast*.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecastle.core.panel import Floats, Integers
from forecastle.core.quantiles import Quantiles

Said = NDArray[np.floating]
"""N × H × C: what one model said."""

Levels = Mapping[int, float | None]
"""What of a forecast is judged, by its place there: a quantile of that level, or the mean (None)."""

MEAN_ONLY: Levels = {0: None}

Evidence = tuple[Floats, Mapping[str, Said]]
"""What happened at one cutoff, N × H, and what each model had said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """How evidence becomes weights.

    prior: how many observed points the group's average error counts as, beside a series' own.
    pooling: how many series the panel's average error counts as, beside those of a group.
    power: how steeply weights fall with the relative error.
    cut: a model whose relative error is this many times the best one's gets no weight.

    The defaults lie in the middle of a wide plateau over twelve real panels (`benchmarks/accuracy`).
    """

    prior: float = 300.0
    pooling: float = 300.0
    power: float = 16.0
    cut: float = 1.5


def levels_of(quantiles: Quantiles) -> Levels:
    """All quantiles."""
    return dict(enumerate(quantiles.levels, start=1))


def loss_of(y: NDArray[np.floating], said: Said, levels: Levels) -> Said:
    """The pinball losses of quantiles and the squared error of the mean, added up over the last axis of `said`.

    said: what is judged, in the order of the levels. Source: Koenker & Bassett (1978).
    """
    loss = np.zeros(said.shape[:-1], dtype=said.dtype)
    for place, level in enumerate(levels.values()):
        miss = y - said[..., place]
        loss += miss * miss if level is None else np.maximum(level * miss, (level - 1) * miss)
    return loss


def pinball(y: Floats, said: Said, quantiles: Quantiles) -> Floats:
    """Pinball loss of each forecast, averaged over the levels, N × H; NaN where either is missing.

    Source: Koenker & Bassett (1978).
    """
    return np.asarray(loss_of(y, said[:, :, 1:].astype(np.float64), levels_of(quantiles)) / len(quantiles))


def relative_errors(
    evidence: Sequence[Evidence], models: Sequence[str], groups: Integers, levels: Levels, weighting: Weighting
) -> Floats:
    """Each model's loss on each series relative to the mean of all models there, models × N; 1 is the average model.

    groups: N, a number a group. A series without evidence has its group's errors, drawn towards the panel's; NaN where
    no series of a group has any from that model.
    """
    total, points = np.zeros((2, len(models), len(groups)))
    for y, said in evidence:
        for place, model in enumerate(models):
            if model in said:
                loss = loss_of(y, said[model][:, :, list(levels)].astype(np.float64), levels)
                total[place] += np.nansum(loss, axis=1)
                points[place] += np.isfinite(loss).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.where(points > 0, total / points, np.nan)
        rivals = np.nansum(error, axis=0) / (points > 0).sum(axis=0)
        error = np.where(rivals > 0, error / rivals, np.where(points > 0, 1.0, np.nan))
        typical = _group_means(error, groups, weighting.pooling)
        own = np.where(points > 0, points * error, 0.0)
        return np.asarray((own + weighting.prior * typical) / (points + weighting.prior))


def _group_means(error: Floats, groups: Integers, pooling: float) -> Floats:
    """Each model's mean over the series of each group, drawn towards the panel's, handed back to the series."""
    size = int(groups.max(initial=-1)) + 1
    known = np.isfinite(error)
    sums = np.stack([np.bincount(groups, np.where(ok, row, 0.0), size) for row, ok in zip(error, known, strict=True)])
    counts = np.stack([np.bincount(groups, ok, size) for ok in known])
    panel = sums.sum(axis=1, keepdims=True) / counts.sum(axis=1, keepdims=True)
    means = (sums + pooling * panel) / (counts + pooling)
    return np.asarray(np.where(counts > 0, means, np.nan)[:, groups])


def weights(errors: Floats, weighting: Weighting) -> Floats:
    """Weights that add up to 1 over the models of each series, models × N."""
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = errors / np.nanmin(errors, axis=0, initial=np.inf)
        raw = np.where(relative <= weighting.cut, relative**-weighting.power, 0.0)
        return np.asarray(raw / raw.sum(axis=0))


def combine(said: Mapping[str, Said], models: Sequence[str], shares: Floats) -> Said:
    """Weighted means of the models' forecasts, quantile by quantile (Vincent averaging).

    shares: models × N. A model that did not forecast a series takes no part in it; where none of the weighted did, all
    that forecast count alike.
    """
    present = np.stack([np.isfinite(said[model][:, 0, 0]) for model in models])
    usable = np.where(present, np.nan_to_num(shares), 0.0)
    usable = np.where(usable.sum(axis=0) > 0, usable, present)
    with np.errstate(invalid="ignore"):
        usable = usable / usable.sum(axis=0)
    combined = np.zeros_like(said[models[0]])
    for model, share in zip(models, usable, strict=True):
        combined += np.nan_to_num(said[model]) * share[:, None, None].astype(combined.dtype)
    return combined


def median_of(said: Mapping[str, Said], models: Sequence[str]) -> Said:
    """The median of the models' forecasts, quantile by quantile."""
    forecast = np.stack([np.isfinite(said[model][:, 0, 0]) for model in models])
    count = forecast.sum(axis=0)
    low, high = (np.maximum(place, 0)[None, :, None] for place in ((count - 1) // 2, count // 2))
    medians = np.empty_like(said[models[0]])
    for place in range(medians.shape[2]):  # one column at a time bounds the memory; NaN is sorted to the end
        column = np.sort(np.stack([said[model][:, :, place] for model in models]), axis=0)
        middle = [np.take_along_axis(column, np.minimum(at, len(models) - 1), axis=0)[0] for at in (low, high)]
        medians[:, :, place] = (middle[0] + middle[1]) / 2
    return medians
