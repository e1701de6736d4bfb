"""Which windows a network learns from, and on which it is tried out: the last horizon is kept for that."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from forecastle.core.panel import Integers
from forecastle.models.deep.sequences import Reals, Sequences
from forecastle.models.deep.shape import KNOWN
from forecastle.models.forecasts import Flags

UNPLANNED = 8
"""In one window of so many the plan is hidden, in another one the calendar: networks learn to do without as well."""

TRIED = (500, 4000)
"""Windows tried out: about so many of a small panel, at most so many of a large one."""

BATCHES = 50
"""Batches in a round, at least, if so many situations may be learned from: windows of a small panel come again."""

Batch = tuple[Reals, Reals, Reals, Reals]
"""past, future, static, and the answers: B × horizon, NaN where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spots:
    """Windows by series and cutoff; last: the column after which their answers are not told."""

    rows: Integers
    cutoffs: Integers
    last: Integers

    def __len__(self) -> int:
        """How many there are."""
        return len(self.rows)

    def take(self, chosen: Integers) -> "Spots":
        """Some of them."""
        return Spots(rows=self.rows[chosen], cutoffs=self.cutoffs[chosen], last=self.last[chosen])


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What is learned from, and what it is tried out on."""

    sequences: Sequences
    early: Spots
    late: Spots
    size: int
    batch: int
    seed: int

    @classmethod
    def of(cls, sequences: Sequences, *, rows: int, batch: int, seed: int) -> Self:
        """Spread over all series and cutoffs. rows: the most forecasts a round holds, horizon times its windows."""
        horizon, length = sequences.inputs.horizon, sequences.length
        end = length - 1
        early, late = _spots(sequences, range(end - horizon), end - horizon), _tried(sequences, seed)
        if not len(early) or not len(late):  # too short to keep anything back
            early = late = _spots(sequences, range(end), end)
        most = max(rows // horizon, 1)
        size = min(most, max(len(early), BATCHES * batch))
        return cls(sequences=sequences, early=early, late=late, size=size, batch=batch, seed=seed)

    def round(self, number: int) -> "Round":
        """The windows of one round of training, others each time."""
        random = np.random.default_rng((self.seed, number))
        times = -(-self.size // len(self.early))
        order = np.concatenate([random.permutation(len(self.early)) for _ in range(times)])[: self.size]
        return Round(lesson=self, spots=self.early.take(order), hidden=random.integers(UNPLANNED, size=self.size))

    def trial(self) -> "Round":
        """The windows it is tried out on, all of them as they are."""
        return Round(lesson=self, spots=self.late, hidden=np.full(len(self.late), UNPLANNED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Windows in batches. hidden: 0 where the plan is hidden, 1 where the calendar is."""

    lesson: Lesson
    spots: Spots
    hidden: Integers

    def __len__(self) -> int:
        """How many batches there are."""
        return (len(self.spots) + self.lesson.batch - 1) // self.lesson.batch

    def __iter__(self) -> Iterator[Batch]:
        for start in range(0, len(self.spots), self.lesson.batch):
            chosen = np.arange(start, min(start + self.lesson.batch, len(self.spots)))
            yield self._batch(self.spots.take(chosen), self.hidden[chosen])

    def _batch(self, spots: Spots, hidden: Integers) -> Batch:
        sequences = self.lesson.sequences
        windows = sequences.windows(spots.rows, spots.cutoffs)
        _hide(windows.future, hidden == 0, sequences.inputs.planned)
        _hide(windows.future, hidden == 1, sequences.inputs.dated)
        _hide(windows.past, hidden == 1, [KNOWN + place for place in sequences.inputs.dated])
        return windows.past, windows.future, windows.static, sequences.answers(spots.rows, spots.cutoffs, spots.last)


def _hide(features: Reals, rows: Flags, places: Sequence[int]) -> None:
    features[np.ix_(np.flatnonzero(rows), np.arange(features.shape[1]), np.asarray(places, dtype=np.int64))] = 0.0


def _spots(sequences: Sequences, cutoffs: range, last: int, *, first: int | None = None) -> Spots:
    """All windows with these cutoffs that something is known of, and whose answers from `first` to `last` tell more."""
    horizon, length = sequences.inputs.horizon, sequences.length
    chosen = np.asarray(cutoffs, dtype=np.int64)
    values = sequences.values[:, sequences.inputs.window :][:, :length]
    counts = np.pad(np.cumsum(np.isfinite(values), axis=1), ((0, 0), (1, 0)))
    begin = np.maximum(chosen + 1, 0 if first is None else first)
    end = np.maximum(np.minimum(chosen + horizon, last), begin - 1)
    answered = counts[:, end + 1] > counts[:, begin]
    usable = answered & (sequences.change[:, chosen] > 0)
    rows, places = np.nonzero(usable)
    return Spots(rows=rows, cutoffs=chosen[places], last=np.full(len(rows), last))


def _tried(sequences: Sequences, seed: int) -> Spots:
    """Forecasts of the last horizon from the cutoff before it; of few series, from cutoffs within it as well."""
    horizon, end = sequences.inputs.horizon, sequences.length - 1
    if end - horizon < 0:
        return _spots(sequences, range(0), end)
    few, most = TRIED
    apart = max(1, horizon * len(sequences.level) // few)
    spots = _spots(sequences, range(end - horizon, end, apart), end, first=end - horizon + 1)
    if len(spots) <= most:
        return spots
    return spots.take(np.sort(np.random.default_rng(seed).permutation(len(spots))[:most]))
