"""What a batched model is: it fits many series at once, as arrays, and knows nothing of frames or dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, Self, runtime_checkable

import numpy as np

from forecastle.core.panel import Floats
from forecastle.models.smoothing.season.decomposition import Seasonality, seasonalities


@dataclass(frozen=True, kw_only=True)
class Batch:
    """A block of series, the same for every kernel that fits the panel.

    values: n × T, right-aligned: the last column is each series' last period. NaN before a series begins and
        wherever it was not observed. Every row has at least one observed value.
    seasons: season lengths worth considering, in periods, shortest first; may be empty.
    series: how many series the whole panel has; 0 when the block is all of it.
    horizon: periods that will be asked for at first; 0 when nobody knows yet.
    """

    values: Floats
    seasons: tuple[int, ...] = ()
    series: int = 0
    horizon: int = 0

    @cached_property
    def adjusted(self) -> tuple[tuple[Seasonality, ...], Floats]:
        """The shortest season and the values without it; found once, for several kernels begin with that."""
        return seasonalities(self.values, self.seasons[:1])


class KernelState(Protocol):
    """What a kernel learned: parameters and final states of every series of its batch.

    Arrays lead with the series axis, so that blocks can be joined and rows picked.
    """

    def mean(self, horizon: int) -> Floats:
        """Expected values, n × horizon. Always finite."""
        ...

    def quantiles(self, horizon: int, levels: Sequence[float], *, paths: int, rng: np.random.Generator) -> Floats:
        """Quantiles, n × horizon × levels, rising along the last axis. Always finite."""
        ...

    def update(self, values: Floats) -> Self:
        """Take in the next observations, n × k in time order (NaN: not observed), without refitting."""
        ...

    def describe(self) -> list[str]:
        """What was fitted to each series, in the field's notation, such as `ETS(A,Ad,N)`."""
        ...

    def arrays(self) -> Mapping[str, np.ndarray]:
        """Everything needed to restore this state: plain numeric or string arrays, no objects."""
        ...


class Kernel(Protocol):
    """A batched model with its options."""

    @property
    def name(self) -> str:
        """Its name on the leaderboard."""
        ...

    def fit(self, batch: Batch) -> KernelState:
        """Learn every series of the batch. Never fails: a series too short for the model gets a simpler one."""
        ...

    def restore(self, arrays: Mapping[str, np.ndarray]) -> KernelState:
        """The state that `KernelState.arrays` described."""
        ...


@runtime_checkable
class PoolingKernel(Kernel, Protocol):
    """A kernel that learns something from all blocks of a panel together, beside the states of their series."""

    def pool(self, states: Sequence[KernelState]) -> "PoolingKernel":
        """The kernel with what it learned from the fitted states of all blocks, given in the panel's order."""
        ...

    def shared(self) -> Mapping[str, np.ndarray]:
        """What was learned, as plain numeric arrays."""
        ...

    def with_shared(self, arrays: Mapping[str, np.ndarray]) -> "PoolingKernel":
        """The kernel with what `shared` described."""
        ...
