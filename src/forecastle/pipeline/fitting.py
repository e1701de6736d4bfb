"""Fitting the models of a step, each within the time that is left for it."""

from collections.abc import Callable, Sequence
from time import perf_counter

from forecastle.core.budget import OutOfTime
from forecastle.core.columns import SERIES_ID
from forecastle.core.ports import Attends, Explains, Fitted
from forecastle.core.progress import Progress, told_by
from forecastle.evaluation.assignment import Assignment, Assignments
from forecastle.models.catalog import cards, find
from forecastle.pipeline.allowance import room_for, seconds
from forecastle.pipeline.drivers import drivers_of
from forecastle.pipeline.member import Member
from forecastle.pipeline.work import TargetWork, Work


class Skipped(Exception):  # noqa: N818 - not an error: a step that has nothing to do says why
    """A step that has nothing to do; its message says why."""


def fit_models(work: Work, targets: Sequence[TargetWork], wanted: Callable[[str], bool], progress: Progress) -> str:
    """Fit the models that a step is about to these targets and forecast with them; a kept one only forecasts.

    Raises:
        Skipped: there is nothing to fit.
    """
    if work.request.backtest_only:
        raise Skipped("only a backtest was asked for")
    jobs = [(target, name) for target in targets for name in target.names if wanted(name)]
    if work.budget.limited:
        jobs.sort(key=lambda job: find(job[1]).cost)
    if not jobs:
        raise Skipped("no series needs it" if any(wanted(name) for name in cards()) else "no such model is installed")
    given = {target.name: _assignments(target) for target in targets if target.kept is None}
    for number, (target, name) in enumerate(jobs):
        part = told_by(name, one_of(progress, number, len(jobs)))
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
