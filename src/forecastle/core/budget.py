"""How long work may take."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf, isfinite
from time import perf_counter
from typing import Self

from forecastle.core.progress import Progress


class OutOfTime(Exception):  # noqa: N818 - an event, not a fault
    """Work was stopped because its time was over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """When work must have ended; without a limit, it takes as long as it takes.

    ends: on the clock of `time.perf_counter`. usual: seconds that one round of each model is expected to take.
    """

    ends: float = inf
    usual: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, seconds: float | None) -> Self:
        """A number of seconds from now on; None for no limit."""
        return cls(ends=inf if seconds is None else perf_counter() + seconds)

    @property
    def limited(self) -> bool:
        """Whether there is a limit."""
        return isfinite(self.ends)

    def left(self) -> float:
        """Seconds that are left; below 0 when the time is over."""
        return self.ends - perf_counter()

    def sparing(self, seconds: float) -> Self:
        """The same, but ending that many seconds earlier, which are left for others."""
        return replace(self, ends=self.ends - seconds)

    def shared(self, parts: int) -> Self:
        """What is left, divided into equal parts: one of them."""
        return replace(self, ends=self.ends - self.left() * (1 - 1 / parts)) if self.limited else self

    def watch(self, progress: Progress) -> Progress:
        """Told of progress, it stops the work when the time is over.

        Raises:
            OutOfTime: from within the work, at its next report.
        """

        def report(share: float, message: str) -> None:
            progress(share, message)
            if self.left() < 0:
                raise OutOfTime

        return report if self.limited else progress


UNLIMITED = Budget()
