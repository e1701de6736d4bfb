"""Every model forecasts every cutoff: a function over models, not a method of one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import polars as pl

from forecastle.core.columns import CUTOFF, DS, MEAN, MODEL, SERIES_ID, STEP, Y
from forecastle.core.errors import ModelError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.core.panel import Panel
from forecastle.core.ports import Forecaster
from forecastle.core.progress import Progress, silent
from forecastle.core.quantiles import DEFAULT, Quantiles
from forecastle.evaluation.scale import SCALE, SCALE_RMS, scales
from forecastle.evaluation.windows import BacktestPlan, Window, windows

WINDOW = "window"


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestResult:
    """What every model said at every cutoff, beside what happened.

    forecasts: series_id, ds, step, model, window (1 is the latest), cutoff, y, mean, one column a quantile, and
        scale and scale_rms, the seasonal naive's errors before that cutoff. Null `y`: not observed, never scored.
    seconds: fitting and predicting over all windows, by model. findings: series left out and windows not possible.
    """

    forecasts: pl.DataFrame
    plan: BacktestPlan
    quantiles: Quantiles
    seconds: Mapping[str, float]
    findings: Findings


def backtest(
    models: Sequence[Forecaster],
    panel: Panel,
    plan: BacktestPlan,
    *,
    quantiles: Quantiles = DEFAULT,
    progress: Progress = silent,
) -> BacktestResult:
    """Fit every model at every cutoff on what was known then, and forecast the horizon after it.

    Raises:
        HorizonError: no series is long enough for one window.
        ModelError: a model did not forecast every period of every series it was given.
        Cancelled: `progress` said so.
    """
    tables: list[pl.DataFrame] = []
    seconds = {model.name: 0.0 for model in models}
    left_out: list[Finding] = []
    number = 0
    for window in windows(panel, plan):
        number = window.number
        left_out.extend(_left_out(window, plan, panel.freq.word))
        answers = window.answers.join(scales(window.known), on=SERIES_ID, how="left", maintain_order="left")
        for place, model in enumerate(models):
            share = ((number - 1) * len(models) + place) / (plan.windows * len(models))
            part = _part(progress, share, 1 / (plan.windows * len(models)), f"{model.name}, window {number}")
            started = perf_counter()
            forecasts = _forecast(model, window, quantiles, progress=part)
            seconds[model.name] += perf_counter() - started
            named = answers.with_columns(pl.lit(model.name).alias(MODEL), pl.lit(number, pl.Int32).alias(WINDOW))
            tables.append(named.hstack(forecasts))
    progress(1.0, "backtest done")
    findings = Findings((*left_out, *_fewer_windows(number, plan, panel.freq.word)))
    columns = (SERIES_ID, DS, STEP, MODEL, WINDOW, CUTOFF, Y, MEAN, *quantiles.columns, SCALE, SCALE_RMS)
    forecasts = pl.concat(tables).select(columns)
    return BacktestResult(forecasts=forecasts, plan=plan, quantiles=quantiles, seconds=seconds, findings=findings)


def _forecast(model: Forecaster, window: Window, quantiles: Quantiles, *, progress: Progress) -> pl.DataFrame:
    """`mean` and the quantiles, row for row beside the window's answers."""
    fitted = model.fit(window.known, window.horizon, progress=progress)
    forecasts = fitted.predict(window.horizon, future=window.future, quantiles=quantiles)
    keys = forecasts.select(SERIES_ID, pl.col(DS).cast(window.answers.schema[DS]))
    finite = forecasts.select(pl.all_horizontal(pl.col(MEAN, *quantiles.columns).is_finite())).to_series()
    if not keys.equals(window.answers.select(SERIES_ID, DS)) or not finite.fill_null(value=False).all():
        raise ModelError(
            f"Model {model.name!r} made {len(forecasts)} forecasts, {finite.sum()} of them finite, at window "
            f"{window.number}; {len(window.answers)} were asked ({window.known.n_series} series × {window.horizon} "
            "periods, in the panel's order).",
            hint="Leave this model out, or report it as a bug of the model family.",
            model=model.name,
            window=window.number,
        )
    return forecasts.select(MEAN, *quantiles.columns)


def _part(progress: Progress, start: float, width: float, name: str) -> Progress:
    """A model's own progress as a part of the whole backtest's."""

    def report(share: float, message: str) -> None:
        progress(start + width * share, f"{name}: {message}" if message else name)

    report(0.0, "")
    return report


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
