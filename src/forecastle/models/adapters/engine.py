"""What a model of another library is to the rest: plain arrays in, plain arrays out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self, runtime_checkable

import numpy as np

from forecastle.core.panel import Floats
from forecastle.core.progress import Progress


class UnsuitableError(Exception):
    """Why the model cannot learn from a series; a simpler one forecasts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One series until its last observed period, in units of its own mean absolute value.

    values: T, from its first observed period; NaN in between only for engines that bear it. covariates: by name, T
    values beside it. planned: by name, the known ones of the periods after it, NaN where nothing is planned.
    """

    values: Floats
    covariates: Mapping[str, Floats] = field(default_factory=dict)
    planned: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a model is told beside the series.

    seasons: season lengths worth considering, in periods, shortest first. horizon: how far it will be asked.
    """

    seasons: tuple[int, ...]
    horizon: int
    seed: int

    def carried(self, length: int) -> tuple[int, ...]:
        """The seasons that a history of so many periods shows twice."""
        return tuple(season for season in self.seasons if season > 1 and length >= 2 * season)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Forecasts: mean n × horizon, quantiles n × horizon × levels; None from a model that only knows a mean."""

    mean: Floats
    quantiles: Floats | None = None


class Learned(Protocol):
    """What the library's model has learned.

    Forecasts of a series that it cannot go on from are NaN.
    """

    def forecast(self, series: Sequence[Past], horizon: int, levels: Sequence[float]) -> Said:
        """Go on from these histories: those it was fitted to, or the same with newer periods."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a model wants.

    batch: series per piece of work; 1 fits every series by itself, None all of them together. shortest: observations
    that a series needs. bears_missing: it takes NaN inside a series; otherwise they are interpolated. alone: it holds
    the interpreter while it computes, so that only processes can share its work. covariates: it makes use of them.
    pretrained: there is nothing to fit. torch: it computes with torch.
    """

    batch: int | None
    shortest: int
    bears_missing: bool = False
    alone: bool = False
    covariates: bool = False
    pretrained: bool = False
    torch: bool = False


class Engine(Protocol):
    """A library's model with its arguments."""

    @property
    def traits(self) -> Traits:
        """What it wants."""
        ...

    def check(self) -> None:
        """Find out whether the library has the model and takes its arguments, before anything is fitted.

        It imports the library, which a server that answers from kept forecasts has no need of.

        Raises:
            ModelError: it has not, or does not.
        """
        ...

    def fit(self, series: Sequence[Past], occasion: Occasion, progress: Progress) -> Learned:
        """Learn.

        Raises:
            UnsuitableError: the model is not for a series like this.
        """
        ...


ERRORS = "errors"
"""Under what name the errors that ranges are made of are kept beside what was learned."""


@runtime_checkable
class KeptLearned(Protocol):
    """Something learned that can be kept as arrays."""

    def state(self) -> Mapping[str, np.ndarray]:
        """The arrays."""
        ...


@runtime_checkable
class KeepingEngine(Protocol):
    """An engine of which something learned can be kept. kept: the arrays, instead of which nothing is learned."""

    @property
    def kept(self) -> Mapping[str, np.ndarray] | None:
        """The arrays; None before anything was learned."""
        ...

    def keeping(self, kept: Mapping[str, np.ndarray]) -> Self:
        """The same with what was learned before."""
        ...
