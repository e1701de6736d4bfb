"""Every model forecasts every cutoff: a function over models, not a method of one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from forecastle.core.columns import Y
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Panel
from forecastle.core.ports import Forecaster
from forecastle.core.progress import Progress, in_parts, part_of, silent, told_by
from forecastle.core.quantiles import DEFAULT, Quantiles
from forecastle.evaluation.assignment import Assignments, places
from forecastle.evaluation.scale import naive_errors
from forecastle.evaluation.times import Times
from forecastle.evaluation.trial import Reals, Trial
from forecastle.evaluation.windows import BacktestPlan, Window, windows


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestResult:
    """What every model said at every cutoff, beside what happened.

    ids: the panel's series, in the order of the trials' arrays. trials: one a cutoff, the latest first.
    seconds: fitting and predicting over all windows, by model. findings: series left out and windows not possible.
    """

    ids: pl.Series
    freq: Frequency
    trials: tuple[Trial, ...]
    plan: BacktestPlan
    quantiles: Quantiles
    seconds: Mapping[str, float] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)

    @property
    def models(self) -> tuple[str, ...]:
        """The models that were run at any cutoff."""
        return tuple(dict.fromkeys(model for trial in self.trials for model in trial.forecasts))

    def forecasts(self, models: Sequence[str] | None = None) -> pl.DataFrame:
        """The forecasts as one table, of all models unless some are named; large for a large panel.

        Columns: series_id, ds, step, model, window (1 is the latest), cutoff, y (null: not observed), mean, one column
        a quantile, and scale and scale_rms, the seasonal naive's errors before that cutoff.
        """
        chosen = self.models if models is None else models
        tables = (
            trial.table(model, self.quantiles, self.ids, self.freq)
            for trial in self.trials
            for model in chosen
            if model in trial.forecasts
        )
        return pl.concat([Trial.nothing(len(self.quantiles)).table("", self.quantiles, self.ids, self.freq), *tables])


def backtest(
    models: Sequence[Forecaster],
    panel: Panel,
    plan: BacktestPlan,
    *,
    only: Mapping[str, pl.Series] | None = None,
    quantiles: Quantiles = DEFAULT,
    progress: Progress = silent,
) -> BacktestResult:
    """Fit every model at every cutoff on what was known then, and forecast the horizon after it.

    only: the series that a model is run on, for models that are not for all of them. When the time of the plan is
    short, a model that takes longer than what is left does not see the older windows; the first one sees the newest in
    any case.

    Raises:
        HorizonError: no series is long enough for one window.
        ModelError: a model did not forecast every period of every series it was given, in their order.
        Cancelled: `progress` said so.
    """
    ids, word = panel.grid().ids, panel.freq.word
    times = Times(budget=plan.budget, models=[model.name for model in models])
    trials: list[Trial] = []
    findings: list[Finding] = []
    for window in windows(panel, plan):
        if not times.allow_any(window.number):
            break
        given = Assignments(known=window.known, ids=ids, future=window.future, only=only or {})
        part = part_of(progress, (window.number - 1) / plan.windows, window.number / plan.windows)
        trials.append(_trial(window, ids, _said(models, window, given, quantiles, times, part)))
        findings.extend(_left_out(window, plan, word))
    progress(1.0, "backtest done")
    findings.extend(times.short(trials, plan) or _fewer_windows(len(trials), plan, word))
    return BacktestResult(
        ids=ids,
        freq=panel.freq,
        trials=tuple(trials),
        plan=plan,
        quantiles=quantiles,
        seconds=times.seconds,
        findings=Findings(tuple(findings)),
    )


def _said(
    models: Sequence[Forecaster],
    window: Window,
    given: Assignments,
    quantiles: Quantiles,
    times: Times,
    progress: Progress,
) -> dict[str, Reals]:
    """What every model that has the time for it says after one cutoff, by name."""
    said: dict[str, Reals] = {}
    shares = in_parts(progress, [times.usual.get(model.name, 1.0) for model in models])
    for model, share in zip(models, shares, strict=True):
        part = told_by(f"{model.name}, window {window.number}", share)
        part(0.0, "")
        task = given.of(model.name)
        if task is not None and times.allow(model.name, window.number):
            with times.measured(model.name, part) as watched:
                said[model.name] = task.forecast(model, window.horizon, quantiles, watched).astype(np.float32)
    return said


def _trial(window: Window, ids: pl.Series, said: Mapping[str, Reals]) -> Trial:
    """What was said beside the answers, as arrays over all series; those left out of the window have no answers."""
    known = window.known.grid()
    rows = places(known.ids, ids)
    errors = naive_errors(known.values, window.known.season_lengths[0] if window.known.season_lengths else 1)
    cutoff = np.zeros(len(ids), dtype=np.int64)
    # Where the panel has no row at the cutoff, models forecast from the last row before it.
    cutoff[rows] = known.last
    y = np.full((len(ids), window.horizon), np.nan)
    y[rows] = window.answers[Y].fill_null(np.nan).to_numpy().reshape(len(rows), window.horizon)
    scale, scale_rms = np.full((2, len(ids)), np.nan)
    scale[rows], scale_rms[rows] = errors
    return Trial(number=window.number, cutoff=cutoff, y=y, scale=scale, scale_rms=scale_rms, forecasts=said)


def _left_out(window: Window, plan: BacktestPlan, word: str) -> Iterator[Finding]:
    if window.left_out:
        yield Finding(
            code="window_left_out",
            severity=Severity.WARNING if window.number == 1 else Severity.INFO,
            message=f"{len(window.left_out)} series cannot be backtested at window {window.number}: fewer than "
            f"{plan.learn} observed {word}s before its cutoff, or none after it.",
            action="left out of this window; they are forecast all the same",
            count=len(window.left_out),
            series=window.left_out,
        )


def _fewer_windows(number: int, plan: BacktestPlan, word: str) -> Iterator[Finding]:
    if number < plan.windows:
        yield Finding(
            code="fewer_windows",
            severity=Severity.INFO,
            message=f"The history carries {number} of the {plan.windows} backtest windows of {plan.horizon} {word}s.",
            action=f"{number} used",
            count=plan.windows - number,
        )
