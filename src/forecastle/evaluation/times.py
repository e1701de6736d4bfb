"""How long a backtest takes: what every model needs for a window, and which are left out when time is short."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from forecastle.core.budget import Budget, OutOfTime
from forecastle.core.findings import Finding, Severity
from forecastle.core.progress import Progress
from forecastle.evaluation.trial import Trial
from forecastle.evaluation.windows import BacktestPlan


class Times:
    """How long each model took over all windows, and which had to end early."""

    def __init__(self, *, budget: Budget, models: Sequence[str]) -> None:
        self.budget = budget
        self.first = models[0]
        self.seconds = dict.fromkeys(models, 0.0)
        self.usual = dict(budget.usual)
        self.ended: set[str] = set()

    def allow(self, model: str, window: int) -> bool:
        """Whether the time suffices for a window of one model; one that has missed a window sees no older one."""
        if model == self.first and window == 1:
            return True
        if model in self.ended or self.budget.left() < self.usual.get(model, 0.0):
            self.ended.add(model)
        return model not in self.ended

    def allow_any(self, window: int) -> bool:
        """Whether the time suffices for a window of any model."""
        return bool([model for model in self.seconds if self.allow(model, window)])

    @contextmanager
    def measured(self, model: str, progress: Progress) -> Iterator[Progress]:
        """Measure one model at one window; work that uses the progress given ends when its time is over."""
        started = perf_counter()
        in_any_case = model == self.first and not self.seconds[model]
        try:
            yield progress if in_any_case else self.budget.watch(progress)
        except OutOfTime:
            self.ended.add(model)
        self.usual[model] = perf_counter() - started
        self.seconds[model] += self.usual[model]

    def short(self, trials: Sequence[Trial], plan: BacktestPlan) -> tuple[Finding, ...]:
        """Say which models saw fewer windows for lack of time."""
        if not self.ended:
            return ()
        seen = {model: sum(model in trial.forecasts for trial in trials) for model in sorted(self.ended)}
        return (
            Finding(
                code="time_limit",
                severity=Severity.WARNING,
                message=f"The time was too short to compare all models on all {plan.windows} backtest windows.",
                action="compared on fewer; raise the limit to have them",
                count=len(seen),
                rows=tuple(f"{model}: on {count}" for model, count in seen.items()),
            ),
        )
