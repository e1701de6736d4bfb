"""How long work tells others how far it is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

Progress = Callable[[float, str], None]
"""Called with the share done (0 to 1) and a short message; raises `Cancelled` to stop the work."""


def silent(_share: float, _message: str) -> None:
    """Tell nobody."""


def part_of(progress: Progress, start: float, end: float) -> Progress:
    """The progress of a part of the work, which is the whole's from `start` to `end`."""
    return lambda share, message: progress(start + (end - start) * share, message)


def in_parts(progress: Progress, weights: Sequence[float]) -> Iterator[Progress]:
    """The progress of one part of the work after the other, each as long as its weight."""
    ends = [0.0, *accumulate(weights)]
    whole = ends[-1] or 1.0
    for start, end in pairwise(ends):
        yield part_of(progress, start / whole, end / whole)


def told_by(name: str, progress: Progress) -> Progress:
    """The same with messages that begin with who is at work, and are that alone where nothing else is to be said."""
    return lambda share, message: progress(share, f"{name}: {message}" if message else name)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """How far one execution is: what the progress bar, the job and the page are told."""

    job_id: str
    step: int
    name: str
    percent: float
    message: str
    eta_seconds: float | None


Listener = Callable[[StepReport], None]
"""Told how far an execution is; raises `Cancelled` to stop it."""


def unheard(_report: StepReport) -> None:
    """A listener that nobody listens to."""
