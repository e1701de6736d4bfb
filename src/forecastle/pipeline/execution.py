"""The loop that runs the ten steps: tells how far it is, records what was skipped, stops when told to."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from forecastle.core.budget import Budget
from forecastle.core.execution import ExecutionResult, StepOutcome
from forecastle.core.progress import Listener, unheard
from forecastle.data.dataset import Dataset
from forecastle.features.cache import FeatureCache
from forecastle.pipeline.clock import Clock
from forecastle.pipeline.fitting import Skipped
from forecastle.pipeline.request import Request
from forecastle.pipeline.steps import STEPS, Step
from forecastle.pipeline.trained import TrainedModel
from forecastle.pipeline.work import Fire, Keep, Work
from forecastle.settings import Settings

FOR_MODELS = 0.9
"""Share of a time limit that models may take; the rest is for putting together and writing what they said."""

DONE = "done"
SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """Where whoever runs an execution takes part in it.

    listener: hears of the progress, under the name `job_id`. keep: keeps the result in step 9. retain: `keep` is to
    get the fitted models as well, which takes memory. trigger: tells material planning in step 10. features: where
    feature tables are kept from one execution to the next.
    """

    listener: Listener = unheard
    job_id: str = "local"
    keep: Keep | None = None
    retain: bool = False
    trigger: Fire | None = None
    features: FeatureCache | None = None


ALONE = Hooks()


def execute(
    dataset: Dataset,
    request: Request,
    settings: Settings,
    *,
    hooks: Hooks = ALONE,
    kept: Sequence[TrainedModel] = (),
    others: Sequence[TrainedModel] = (),
) -> ExecutionResult:
    """Run the ten steps on one dataset.

    kept: models, one a target, that take in what is newer and forecast; nothing that they know is fitted again, and
    their backtest stands. Without any, models are fitted and compared. others: further kept models, which forecast
    nothing here and only take in what is newer.

    Raises:
        InputError: the data or the request cannot be used, or are not what the kept models were trained for; nothing
            was kept.
        Cancelled: the listener said so; nothing was kept.
    """
    work = Work(
        dataset=dataset,
        request=request,
        settings=settings,
        kept=kept,
        others=others,
        keep=hooks.keep,
        retain=hooks.retain,
        fire=hooks.trigger,
        features=hooks.features,
    )
    work.budget = Budget.of(work.time_limit and work.time_limit * FOR_MODELS)
    clock = Clock(work=work, listener=hooks.listener, job_id=hooks.job_id)
    for step in STEPS:
        _run(step, work, clock)
    assert work.result is not None  # noqa: S101 - step 9 has run
    return replace(work.result, steps=tuple(work.steps))


def _run(step: Step, work: Work, clock: Clock) -> None:
    started = time.perf_counter()
    progress = clock.progress_of(step)
    progress(0.0, "")
    try:
        status, message = DONE, step.run(work, progress)
    except Skipped as skipped:
        status, message = SKIPPED, str(skipped)
    seconds = time.perf_counter() - started
    work.steps.append(StepOutcome(number=step.number, name=step.name, status=status, seconds=seconds, message=message))
    progress(1.0, message if status == DONE else f"skipped: {message}")
