"""Fitting the models of a step, each within the time that is left for it."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from forecastle.core.budget import OutOfTime
from forecastle.core.columns import SERIES_ID
from forecastle.core.ports import Attends, Explains, Fitted
from forecastle.core.progress import Progress, in_parts, told_by
from forecastle.evaluation.assignment import Assignment, Assignments
from forecastle.models.catalog import cards, find
from forecastle.pipeline.allowance import expected, room_for, seconds
from forecastle.pipeline.drivers import drivers_of
from forecastle.pipeline.member import Member
from forecastle.pipeline.work import TargetWork, Work


class Skipped(Exception):  # noqa: N818 - not an error: a step that has nothing to do says why
    """A step that has nothing to do; its message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """What a step fits. wanted: whether a model of that name is one of its. targets: which of them, in their order."""

    wanted: Callable[[str], bool]
    targets: slice

    def jobs(self, work: Work) -> list[tuple[TargetWork, str]]:
        """Every target and model to fit."""
        return [(target, name) for target in work.targets[self.targets] for name in target.names if self.wanted(name)]

    def seconds(self, work: Work) -> float:
        """How long that usually takes."""
        return 0.0 if work.request.backtest_only else sum(expected(target, name) for target, name in self.jobs(work))


def fit_models(work: Work, fits: Fits, progress: Progress) -> str:
    """Fit the models that a step is about to its targets and forecast with them; a kept one only forecasts.

    Raises:
        Skipped: there is nothing to fit.
    """
    if work.request.backtest_only:
        raise Skipped("only a backtest was asked for")
    jobs = fits.jobs(work)
    if work.budget.limited:
        jobs.sort(key=lambda job: find(job[1]).cost)
    if not jobs:
        raise Skipped(
            "no series needs it" if any(fits.wanted(name) for name in cards()) else "no such model is installed"
        )
    given = {target.name: _assignments(target) for target, _ in jobs if target.kept is None}
    shares = in_parts(progress, [expected(target, name) for target, name in jobs])
    for (target, name), share in zip(jobs, shares, strict=True):
        part = told_by(name, share)
        if target.kept is None:
            _fit(work, target, name, given[target.name].of(name), part)
        else:
            target.said[name] = target.kept.forecast(name, work.horizon, work.compute, part, future=target.plan)
    return ", ".join(dict.fromkeys(name for _, name in jobs))


def _assignments(target: TargetWork) -> Assignments:
    assert target.lineup is not None  # noqa: S101 - step 2 has run
    return Assignments(known=target.panel, ids=target.panel.grid().ids, future=target.plan, only=target.lineup.only)


def _fit(work: Work, target: TargetWork, name: str, task: Assignment | None, progress: Progress) -> None:
    if task is None:
        return
    card = find(name)
    room, started = room_for(work, target, card), perf_counter()
    if room is None:
        target.left_out[name] = f"about {seconds(target, card):.3g} s needed, {work.budget.left():.3g} s were left"
        return
    try:
        fitted, said = task.fit(card.forecaster(work.compute), work.horizon, work.quantiles, room.watch(progress))
    except OutOfTime:
        target.left_out[name] = f"stopped after {perf_counter() - started:.3g} s"
        return
    target.said[name], target.took[name] = said, perf_counter() - started
    if isinstance(fitted, Attends):
        target.telling[name] = fitted
    if work.retain:
        target.fitted[name] = Member(name=name, fitted=fitted, coverage=task.coverage)
    if isinstance(fitted, Explains):
        _tell(work, target, name, task, fitted)


def _tell(work: Work, target: TargetWork, name: str, task: Assignment, fitted: Fitted) -> None:
    """Note what moves a model's forecasts of the largest series."""
    largest = target.classes.sort("total", descending=True, nulls_last=True, maintain_order=True)[SERIES_ID]
    shown = largest.filter(largest.is_in(task.coverage.own.implode())).head(work.settings.report.drivers)
    told = drivers_of(name, fitted, work.horizon, shown, future=task.future)
    if told is not None:
        target.drivers.append(told)


def one_of(progress: Progress, number: int, count: int) -> Progress:
    """The progress of one of `count` equal parts of a step."""
    return lambda share, message: progress((number + share) / count, message)
