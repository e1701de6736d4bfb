"""How far an execution is, and how long it will still take."""

from time import perf_counter

from forecastle.core.progress import Listener, Progress, StepReport
from forecastle.pipeline.steps import STEPS, Step
from forecastle.pipeline.work import Work

DOUBT = 0.25
"""The share of what a step usually takes, after a second, at which its own pace counts as much."""


class Clock:
    """Turns the progress of one step into that of the whole execution.

    Until it is known which models run, percent goes by the usual shares of the steps, and the remaining time is not
    known. From then on both go by what these models usually take, or took before in this execution, and the time by the
    pace of the step as well.
    """

    def __init__(self, *, work: Work, listener: Listener, job_id: str) -> None:
        self.work = work
        self.listener = listener
        self.job_id = job_id
        self.percent = 0.0
        self.started = perf_counter()
        self.second_by_weight = 0.0

    def progress_of(self, step: Step) -> Progress:
        """The progress of a step that begins now."""
        known = bool(self.work.targets) and all(target.rules is not None for target in self.work.targets)
        own, *later = self._needed(step) if known else [other.weight for other in STEPS[step.number - 1 :]]
        begun, started, doubt = self.percent, perf_counter(), 1 + DOUBT * own

        def progress(share: float, message: str) -> None:
            done = own * share
            self.percent = begun + (100 - begun) * done / (own + sum(later))
            pace = (perf_counter() - started + doubt) / (done + doubt)
            self.listener(
                StepReport(
                    job_id=self.job_id,
                    step=step.number,
                    name=step.name,
                    percent=round(self.percent, 1),
                    message=message,
                    eta_seconds=pace * (own - done + sum(later)) if known else None,
                )
            )

        return progress

    def _needed(self, step: Step) -> list[float]:
        """Seconds that this step and each after it take; those without models as long as those before, by weight."""
        if not self.second_by_weight:
            weight = sum(other.weight for other in STEPS[: step.number - 1])
            self.second_by_weight = (perf_counter() - self.started) / weight
        return [
            other.seconds(self.work) if other.seconds else self.second_by_weight * other.weight
            for other in STEPS[step.number - 1 :]
        ]
