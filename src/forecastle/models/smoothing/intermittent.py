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
        values = batch.values
        observed = np.isfinite(values).sum(axis=1)
        demand = np.where(values > 0, values, 0.0)
        scale = np.where(demand.any(axis=1), demand.sum(axis=1) / np.maximum((demand > 0).sum(axis=1), 1), 1.0)
        state = _beginning(self.method, values, scale)
        error = np.zeros_like(state.share)
        for y in values.T:
            miss = np.where(np.isfinite(y), np.where(y > 0, y, 0.0), np.nan)[:, None, None] - state.rates
            error += np.nan_to_num(miss / scale[:, None, None]) ** 2
            state = state.update(y[:, None])
        likelihood = -observed[:, None, None] / 2 * np.log(error + 1e-9)
        share = np.exp(likelihood - likelihood.max(axis=(1, 2), keepdims=True))
        return replace(state, share=share / share.sum(axis=(1, 2), keepdims=True))

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

    @property
    def rates(self) -> Floats:
        """Expected demand a period of every pair, n × K × K."""
        return np.asarray(self.size[:, :, None] * self._probability[:, None, :])

    @property
    def _probability(self) -> Floats:
        if self.method is Method.TSB:
            return self.occurrence
        bias = SMOOTHING / 2 if self.method is Method.SBA else 0.0
        return np.asarray((1 - bias) / self.occurrence)

    def mean(self, horizon: int) -> Floats:
        """The averaged rate at every horizon."""
        rate = (self.share * self.rates).sum(axis=(1, 2))
        return np.tile(rate[:, None], (1, horizon))

    def quantiles(self, horizon: int, levels: Sequence[float], *, paths: int, rng: np.random.Generator) -> Floats:  # noqa: ARG002 - exact
        """Quantiles of no demand or one of the past sizes, the same at every horizon."""
        demand = np.clip((self.share * self._probability[:, None, :]).sum(axis=(1, 2)), 1e-9, 1.0)
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
        size, occurrence, since, sizes = self.size, self.occurrence, self.since, self.sizes
        for y in values.T:
            seen, sold = np.isfinite(y), y > 0
            size = np.where(sold[:, None], size + SMOOTHING * (y[:, None] - size), size)
            if self.method is Method.TSB:
                occurrence = occurrence + SMOOTHING * np.where(seen[:, None], sold[:, None] - occurrence, 0.0)
            else:
                occurrence = occurrence + SMOOTHING * np.where(sold[:, None], since[:, None] - occurrence, 0.0)
            since = np.where(sold, 1.0, since + seen)
            sizes = np.where(sold[:, None], np.concatenate([sizes[:, 1:], y[:, None]], axis=1), sizes)
        return replace(self, size=size, occurrence=occurrence, since=since, sizes=sizes)

    def describe(self) -> list[str]:
        """The method and its averaged smoothing constants."""
        of_size = (self.share.sum(axis=2) * SMOOTHING).sum(axis=1)
        of_occurrence = (self.share.sum(axis=1) * SMOOTHING).sum(axis=1)
        name = "Croston" if self.method is Method.CROSTON else self.method.value.upper()
        return [f"{name}(α={z:.2f}, {p:.2f})" for z, p in zip(of_size, of_occurrence, strict=True)]

    def arrays(self) -> Mapping[str, np.ndarray]:
        """The fields, without the method."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "method"}

    def _weights(self) -> Floats:
        """What each remembered size counts, n × 64: as in the smoothed size, the first value's weight spread evenly."""
        known = np.isfinite(self.sizes)
        age = np.arange(self.sizes.shape[1])[::-1]
        weights = np.tensordot(self.share.sum(axis=2), SMOOTHING[:, None] * (1 - SMOOTHING[:, None]) ** age, axes=1)
        weights = np.where(known, weights, 0.0)
        rest = 1 - weights.sum(axis=1, keepdims=True)
        return np.where(known, weights + rest / np.maximum(known.sum(axis=1, keepdims=True), 1), 0.0)


def _beginning(method: Method, values: Floats, scale: Floats) -> IntermittentState:
    """Before the first period: the series' own mean size and mean occurrence."""
    n, candidates = len(values), len(SMOOTHING)
    frequency = (values > 0).sum(axis=1) / np.isfinite(values).sum(axis=1)
    occurrence = frequency if method is Method.TSB else 1 / np.maximum(frequency, 1 / (1 + values.shape[1]))
    size = np.where(frequency > 0, scale, 0.0)
    return IntermittentState(
        method=method,
        size=np.tile(size[:, None], (1, candidates)),
        occurrence=np.tile(occurrence[:, None], (1, candidates)),
        share=np.full((n, candidates, candidates), 1 / candidates**2),
        since=np.ones(n),
        sizes=np.full((n, REMEMBERED), np.nan),
    )
