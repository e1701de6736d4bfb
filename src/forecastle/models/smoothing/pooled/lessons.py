"""What the past of a block of series teaches: sums that a regression is solved from, and a sample of situations.

A situation is a series at one of its periods, with what was known then (`Sight.columns`) and what came after it, at a
few steps ahead. Each series counts alike, however long it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from forecastle.core.panel import Floats, Integers
from forecastle.models.smoothing.pooled.sight import COLUMNS, Sight, Singles

STEPS = np.array((1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 28, 36, 48))
"""The steps ahead that are learned; between them coefficients are interpolated, beyond them they stay."""

YOUNGEST = 6
"""Observations that a series must have to teach anything."""

BOUND = 3.0
"""An answer farther from the level than so many usual changes, times the root of the steps, counts as just so far."""

PIECE = 64
"""Situations multiplied at a time."""

SAMPLE = 10_000
"""Situations of a panel that are kept to tell the errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """One situation in `every` teaches, and one in `sampled` of those is kept. steps: how many `STEPS` are learned."""

    every: int
    sampled: int
    steps: int = len(STEPS)

    @classmethod
    def of(cls, observations: float, rows: int, horizon: int) -> Self:
        """For a panel of about so many observations, of which `rows` are to teach; horizon: 0 is not known."""
        every = max(1, round(observations / rows))
        sampled = max(1, round(observations / every / SAMPLE))
        steps = 1 + int(np.searchsorted(STEPS, horizon)) if horizon else len(STEPS)
        return cls(every=every, sampled=sampled, steps=min(steps, len(STEPS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """columns: p × situations. answers: steps × situations, NaN where that step is not over yet. weight: situations."""

    columns: Singles
    answers: Singles
    weight: Singles

    @classmethod
    def nothing(cls) -> Self:
        """No situation."""
        return cls(
            columns=np.empty((COLUMNS, 0), np.float32),
            answers=np.empty((len(STEPS), 0), np.float32),
            weight=np.empty(0, np.float32),
        )

    @classmethod
    def of(cls, columns: Singles, answers: Singles, weight: Singles, every: int) -> Self:
        """One situation in `every`; answers of the first steps only."""
        padded = np.full((len(STEPS), columns.shape[1]), np.nan, np.float32)
        padded[: len(answers)] = answers
        return cls(columns=columns[:, ::every], answers=padded[:, ::every], weight=weight[::every])

    @classmethod
    def joined(cls, parts: Sequence["Sample"]) -> Self:
        """All situations of several samples."""
        return cls(
            columns=np.concatenate([part.columns for part in parts], axis=1),
            answers=np.concatenate([part.answers for part in parts], axis=1),
            weight=np.concatenate([part.weight for part in parts]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """products: steps × p × p, sums over the situations of which just the steps up to this one are over.

    moments: steps × p, sums of columns times answers. rows: steps, how many situations, counted like the products.
    """

    products: Floats
    moments: Floats
    rows: Integers
    sample: Sample

    @classmethod
    def joined(cls, blocks: Sequence["Lessons"]) -> Self:
        """Those of several blocks, added up in their order."""
        return cls(
            products=np.sum([block.products for block in blocks], axis=0),
            moments=np.sum([block.moments for block in blocks], axis=0),
            rows=np.sum([block.rows for block in blocks], axis=0),
            sample=Sample.joined([block.sample for block in blocks]),
        )


def learn(values: Floats, pace: Pace) -> tuple[Sight, Lessons]:
    """Follow series (n × T, NaN where not observed) to their ends, learning on the way."""
    n, periods = values.shape
    sight, y = Sight.blank(n), np.ascontiguousarray(values.T)
    later, seen = _next_known(y), np.isfinite(y)
    share = (1 / np.maximum(seen.sum(axis=0), 1)).astype(np.float32)
    met: dict[int, list[_Situations]] = {over: [] for over in range(1, pace.steps + 1)}
    for period in range(periods):
        sight.follow(y[period])
        over = min(pace.steps, int((period + STEPS < periods).sum()))
        # Who teaches shifts from period to period, so that every series does, in all seasons.
        turn = np.arange(-period % pace.every, n, pace.every)
        rows = turn[seen[period, turn] & (sight.count[turn] >= YOUNGEST)]
        if over and rows.size:
            answers = later[period + STEPS[:over]][:, rows]
            met[over].append(_Situations(sight=sight.select(rows), later=answers, weight=share[rows]))
    return sight, _taught(met, pace.sampled)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Situations:
    """What was known, and what came after: steps × n."""

    sight: Sight
    later: Floats
    weight: Singles


def _taught(met: Mapping[int, Sequence[_Situations]], sampled: int) -> Lessons:
    """The sums and the sample of all situations, by how many steps of them are over."""
    products, moments = np.zeros((len(STEPS), COLUMNS, COLUMNS)), np.zeros((len(STEPS), COLUMNS))
    rows, samples = np.zeros(len(STEPS), np.int64), [Sample.nothing()]
    for over, situations in met.items():
        if not situations:
            continue
        sight = Sight.joined([part.sight for part in situations])
        usable = np.flatnonzero(sight.unit > 0)
        sight = sight.select(usable)
        columns = sight.columns()
        weight = np.concatenate([part.weight for part in situations])[usable]
        answers = _answers(sight, np.concatenate([part.later for part in situations], axis=1)[:, usable])
        weighted = columns * weight
        products[over - 1] = _products(weighted, columns)
        moments[:over] += _products(answers, weighted)
        rows[over - 1] = usable.size
        samples.append(Sample.of(columns, answers, weight, sampled))
    return Lessons(products=products, moments=moments, rows=rows, sample=Sample.joined(samples))


def _products(one: Singles, other: Singles) -> Singles:
    """`one` times the transpose of `other`, in pieces so small that BLAS starts no threads of its own beside ours."""
    pieces = one.shape[1] // PIECE
    cut = pieces * PIECE
    left, right = (each[:, :cut].reshape(len(each), pieces, PIECE) for each in (one, other))
    total = (left.transpose(1, 0, 2) @ right.transpose(1, 2, 0)).sum(axis=0)
    return np.asarray(total + one[:, cut:] @ other[:, cut:].T)


def _answers(sight: Sight, later: Floats) -> Singles:
    """How far the series are from their level at the first of `STEPS`, steps × n."""
    steps = STEPS[: len(later), None]
    unit = np.where(sight.unit > 0, sight.unit, 1.0)
    bound, drift = BOUND * np.sqrt(steps), sight.slope / unit * steps
    return np.clip((later - sight.level) / unit, drift - bound, drift + bound).astype(np.float32)


def _next_known(y: Floats) -> Floats:
    """Each gap filled with the first value after it, or with the last one where none follows; T × n."""
    period, last = np.arange(len(y))[:, None], len(y) - 1
    seen = np.isfinite(y)
    before = np.maximum.accumulate(np.where(seen, period, 0), axis=0)
    after = np.minimum.accumulate(np.where(seen, period, last)[::-1], axis=0)[::-1]
    beyond = np.isnan(np.take_along_axis(y, after, axis=0))
    return np.take_along_axis(y, np.where(beyond, before, after), axis=0)
