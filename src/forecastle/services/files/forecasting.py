"""From a history to forecasts, and from a history to a comparison of models."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from forecastle.core.execution import ExecutionResult
from forecastle.core.progress import Listener, StepReport
from forecastle.data.dataset import Dataset
from forecastle.pipeline.execution import ALONE, Hooks, execute
from forecastle.pipeline.request import Request
from forecastle.services.files.reading import Source, read
from forecastle.settings import Settings, load_settings

log = logging.getLogger(__name__)


def forecast(  # noqa: PLR0913 - a question has the parts it has, each by its name
    data: Dataset | Source,
    horizon: int | None = None,
    *,
    targets: Sequence[str] = (),
    models: Sequence[str] = ("auto",),
    freq: str | None = None,
    hierarchy: Sequence[str] = (),
    time_limit: float | None = None,
    settings: Settings | None = None,
) -> ExecutionResult:
    """Forecast every series of the data, with ranges, after comparing models on past windows.

    horizon: periods to forecast; None takes what is usual for the frequency. targets: columns to forecast; all
    targets found when empty. models: names from the catalogue, or `auto`. freq: the period, such as `W`; None takes
    the data's own. hierarchy: key or static columns whose totals are forecast too, so that all agree; the widest first.
    time_limit: seconds it may take; models that do not fit in are left out, the cheap ones last.

    Raises:
        InputError: the data or the request cannot be used.
        ModelError: no such model, or its extra is not installed.
    """
    request = Request(
        horizon=horizon,
        targets=tuple(targets),
        models=tuple(models),
        freq=freq,
        hierarchy=tuple(hierarchy),
        time_limit=time_limit,
    )
    return run(data, request, settings=settings)


def backtest(  # noqa: PLR0913 - as above
    data: Dataset | Source,
    horizon: int | None = None,
    *,
    targets: Sequence[str] = (),
    models: Sequence[str] = ("auto",),
    freq: str | None = None,
    time_limit: float | None = None,
    settings: Settings | None = None,
) -> ExecutionResult:
    """Compare models on past windows without forecasting the future: `forecasts` of the result is empty."""
    request = Request(
        horizon=horizon,
        targets=tuple(targets),
        models=tuple(models),
        freq=freq,
        time_limit=time_limit,
        backtest_only=True,
    )
    return run(data, request, settings=settings)


def run(
    data: Dataset | Source,
    request: Request,
    *,
    settings: Settings | None = None,
    hooks: Hooks = ALONE,
) -> ExecutionResult:
    """Run one execution. hooks: who hears of the progress, who saves the result."""
    chosen = settings or load_settings()
    dataset = data if isinstance(data, Dataset) else read(data, settings=chosen.read)
    dated = request if request.today else replace(request, today=date.today())
    log.info("forecasting", extra={"source": dataset.source, "models": list(request.models)})
    result = execute(dataset, dated, chosen, hooks=replace(hooks, listener=_logged(hooks.listener)))
    for step in result.steps:
        facts = {"step": step.number, "status": step.status, "seconds": round(step.seconds, 3), "did": step.message}
        log.info(step.name, extra=facts)
    log.info("forecast", extra={"execution_id": result.execution_id, "series": result.keys.height})
    return result


def _logged(listener: Listener) -> Listener:
    """The same listener, with every report in the log as well."""

    def tell(report: StepReport) -> None:
        log.debug(report.name, extra={"step": report.step, "percent": report.percent, "doing": report.message})
        listener(report)

    return tell
