"""Intermittent demand for a whole block at once: how much is asked for, and how often, each smoothed on its own.

    Croston (1972):                   size ẑ and interval p̂ change only when there is demand; rate = ẑ / p̂
    Syntetos & Boylan (2005), SBA:    rate = (1 − α/2)·ẑ / p̂, because 1/p̂ is biased upwards
    Teunter, Syntetos & Babai (2011): ẑ as above, the probability of demand changes every period; rate = π̂·ẑ

Each with x̂ ← x̂ + α·(x − x̂). Every pair of smoothing constants (one for sizes, one for occurrence) is run, and rates
are averaged by the likelihood of their errors, which is steadier than the one best pair on so few demands.

A period's demand is 0 with the probability of none, else one of the series' own past sizes, weighed as the smoothing
weighs them: quantiles of that mixture are exact, need no simulation, and counts stay counts. Negative values (returns)
count as no demand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

import numpy as np

from forecastle.core.panel import Floats
from forecastle.models.kernel import Batch

SMOOTHING = np.array((0.02, 0.05, 0.1, 0.2, 0.35))

FAINT = 1e-9

REMEMBERED = 64
"""Demand sizes kept a series, for the quantiles."""


class Method(StrEnum):
    """How size and occurrence make a rate."""

    CROSTON = "croston"
    SBA = "sba"
    TSB = "tsb"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntermittentKernel:
    """What the three methods share."""

    method: Method

    @property
    def name(self) -> str:
        """The method's name."""
        return self.method.value

    def fit(self, batch: Batch) -> "IntermittentState":
        """Run every pair of smoothing constants and weigh them by their errors one period ahead."""
        y = np.ascontiguousarray(batch.values.T)
        sold = y > 0
        count = np.maximum(sold.sum(axis=0), 1)
        scale = np.where(sold, y, 0.0).sum(axis=0) / count
        levels, error = _run(self.method, y / np.where(scale > 0, scale, 1.0))
        likelihood = -np.isfinite(y).sum(axis=0) / 2 * np.log(error + FAINT)
        share = np.exp(likelihood - likelihood.max(axis=(0, 1)))
        return IntermittentState(
            method=self.method,
            size=np.ascontiguousarray((levels.size * scale).T),
            occurrence=np.ascontiguousarray(levels.occurrence.T),
            share=np.ascontiguousarray(np.moveaxis(share / share.sum(axis=(0, 1)), -1, 0)),
            since=levels.since,
            sizes=_last_sizes(batch.values),
        )

    def restore(self, arrays: Mapping[str, np.ndarray]) -> "IntermittentState":
        """The state that `arrays` described."""
        return IntermittentState(method=self.method, **arrays)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrostonKernel(IntermittentKernel):
    """Demand size over demand interval."""

    method: Method = Method.CROSTON


@dataclass(frozen=True, slots=True, kw_only=True)
class SbaKernel(IntermittentKernel):
    """Croston without its upward bias."""

    method: Method = Method.SBA


@dataclass(frozen=True, slots=True, kw_only=True)
class TsbKernel(IntermittentKernel):
    """Demand size times the probability of demand, which fades while there is none."""

    method: Method = Method.TSB


@dataclass(frozen=True, slots=True, kw_only=True)
class IntermittentState:
    """Smoothed sizes and occurrences after the last period.

    size: n × K. occurrence: n × K, intervals in periods, or the probability of demand (TSB). share: n × K × K, how far
    each pair (of size, of occurrence) is believed. since: n, observed periods since the last demand, and this one.
    sizes: n × 64, the last demands, the newest last, NaN before the first.
    """

    method: Method
    size: Floats
    occurrence: Floats
    share: Floats
    since: Floats
    sizes: Floats

    def mean(self, horizon: int) -> Floats:
        """The averaged rate at every horizon."""
        rate = np.einsum("nkj,nk,nj->n", self.share, self.size, self._probability)
        return np.tile(rate[:, None], (1, horizon))

    def quantiles(self, horizon: int, levels: Sequence[float], *, paths: int, rng: np.random.Generator) -> Floats:  # noqa: ARG002 - exact
        """Quantiles of no demand or one of the past sizes, the same at every horizon."""
        demand = np.clip(np.einsum("nkj,nj->n", self.share, self._probability), FAINT, 1.0)
        order = np.argsort(self.sizes, axis=1)
        sizes = np.take_along_axis(np.nan_to_num(self.sizes), order, axis=1)
        below = np.cumsum(np.take_along_axis(self._weights(), order, axis=1), axis=1)
        rows = np.arange(len(sizes))
        columns = []
        for level in levels:
            rest = (level - (1 - demand)) / demand
            position = np.minimum((below < rest[:, None] - 1e-9).sum(axis=1), sizes.shape[1] - 1)
            columns.append(np.where(rest > 0, sizes[rows, position], 0.0))
        return np.tile(np.stack(columns, axis=1)[:, None], (1, horizon, 1))

    def update(self, values: Floats) -> Self:
        """Carry the smoothing on; a period that was not observed changes nothing."""
        levels = Levels(size=self.size.T.copy(), occurrence=self.occurrence.T.copy(), since=self.since.copy())
        for y in values.T:
            levels.follow(self.method, y)
        return replace(
            self,
            size=np.ascontiguousarray(levels.size.T),
            occurrence=np.ascontiguousarray(levels.occurrence.T),
            since=levels.since,
            sizes=_last_sizes(np.concatenate([self.sizes, values], axis=1)),
        )

    def describe(self) -> list[str]:
        """The method and its averaged smoothing constants."""
        of_size = (self.share.sum(axis=2) * SMOOTHING).sum(axis=1)
        of_occurrence = (self.share.sum(axis=1) * SMOOTHING).sum(axis=1)
        name = "Croston" if self.method is Method.CROSTON else self.method.value.upper()
        return [f"{name}(α={z:.2f}, {p:.2f})" for z, p in zip(of_size, of_occurrence, strict=True)]

    def arrays(self) -> Mapping[str, np.ndarray]:
        """The fields, without the method."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "method"}

    @property
    def _probability(self) -> Floats:
        return _probability(self.method, self.occurrence, SMOOTHING)

    def _weights(self) -> Floats:
        """What each remembered size counts, n × 64: as in the smoothed size, the first value's weight spread evenly."""
        known = np.isfinite(self.sizes)
        age = np.arange(self.sizes.shape[1])[::-1]
        weights = np.tensordot(self.share.sum(axis=2), SMOOTHING[:, None] * (1 - SMOOTHING[:, None]) ** age, axes=1)
        weights = np.where(known, weights, 0.0)
        rest = 1 - weights.sum(axis=1, keepdims=True)
        return np.where(known, weights + rest / np.maximum(known.sum(axis=1, keepdims=True), 1), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The smoothed sizes and occurrences, K × n, and `since` of `IntermittentState`; changed in place."""

    size: Floats
    occurrence: Floats
    since: Floats

    def follow(self, method: Method, y: Floats) -> None:
        """Take in one period of every series."""
        seen, sold = np.isfinite(y), y > 0
        gain = SMOOTHING[:, None] * sold
        self.size[...] += gain * (np.where(sold, y, 0.0) - self.size)
        if method is Method.TSB:
            self.occurrence[...] += SMOOTHING[:, None] * seen * (sold - self.occurrence)
        else:
            self.occurrence[...] += gain * (self.since - self.occurrence)
        self.since[...] = np.where(sold, 1.0, self.since + seen)


def _run(method: Method, y: Floats) -> tuple[Levels, Floats]:
    """Follow y (T × n, sizes around 1) from its own means; the levels, and each pair's squared errors, K × K × n."""
    frequency = (y > 0).sum(axis=0) / np.isfinite(y).sum(axis=0)
    occurrence = frequency if method is Method.TSB else 1 / np.maximum(frequency, 1 / (1 + len(y)))
    shape = (len(SMOOTHING), y.shape[1])
    levels = Levels(
        size=np.tile((frequency > 0).astype(np.float64), (shape[0], 1)),
        occurrence=np.tile(occurrence, (shape[0], 1)),
        since=np.ones(shape[1]),
    )
    error = np.zeros((shape[0], *shape), np.float32)
    seen = np.isfinite(y).astype(np.float32)
    demand = np.where(y > 0, y, 0.0).astype(np.float32)
    for now, sold, there in zip(y, demand, seen, strict=True):
        probability = _probability(method, levels.occurrence, SMOOTHING[:, None])
        miss = levels.size.astype(np.float32)[:, None] * probability.astype(np.float32)
        miss -= sold
        miss *= there
        miss *= miss
        error += miss
        levels.follow(method, now)
    return levels, error.astype(np.float64)


def _probability(method: Method, occurrence: Floats, smoothing: Floats) -> Floats:
    """Of demand in a period."""
    if method is Method.TSB:
        return occurrence
    return np.asarray((1 - smoothing / 2 if method is Method.SBA else 1.0) / occurrence)


def _last_sizes(values: Floats) -> Floats:
    """The last demands of each series, n × 64, the newest last, NaN before the first."""
    n, width = values.shape
    sold = values > 0
    order = np.argsort(sold, axis=1, kind="stable")[:, -REMEMBERED:]
    sizes = np.full((n, REMEMBERED), np.nan)
    sizes[:, -min(width, REMEMBERED) :] = np.where(
        np.take_along_axis(sold, order, axis=1), np.take_along_axis(values, order, axis=1), np.nan
    )
    return sizes
