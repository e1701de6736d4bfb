"""The client for programs that wait."""

import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

import httpx

from forecastle.client import calls
from forecastle.client.answers import Job, JobEvent, JobResult
from forecastle.client.call import Call
from forecastle.client.connection import NO_HEADERS, PATIENCE, TIMEOUT, URL, connection, described, listening
from forecastle.client.following import Following, done, result_of
from forecastle.client.problems import check, reaching, read
from forecastle.core.errors import UnavailableError
from forecastle.core.progress import StepReport

P = ParamSpec("P")
T = TypeVar("T")


def _method(call: Callable[P, Call[T]]) -> Callable[Concatenate["Client", P], T]:
    def method(self: "Client", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.run(call(*args, **kwargs))

    return described(method, call)


class Client:
    """A Forecastle server, as a program sees it; close it, or use it in a `with` statement.

    url: where it answers. timeout: seconds it may be silent. headers: sent with every request, for a proxy before it.

    What the server refuses is raised as the error of `forecastle.core.errors` that it was there, and `UnavailableError`
    when the server cannot be reached.
    """

    def __init__(self, url: str = URL, *, timeout: float = TIMEOUT, headers: Mapping[str, str] = NO_HEADERS) -> None:
        self.url = url
        self._http = httpx.Client(**connection(url, timeout, headers))

    health = _method(calls.server.health)
    ready = _method(calls.server.ready)
    model_info = _method(calls.server.model_info)
    audit = _method(calls.server.audit)

    upload = _method(calls.datasets.upload)
    connect = _method(calls.datasets.connect)
    datasets = _method(calls.datasets.datasets)
    dataset = _method(calls.datasets.dataset)
    dataset_version = _method(calls.datasets.dataset_version)
    delete_dataset = _method(calls.datasets.delete_dataset)

    lineage = _method(calls.versions.lineage)
    compare_versions = _method(calls.versions.compare_versions)
    pin_version = _method(calls.versions.pin_version)
    unpin_version = _method(calls.versions.unpin_version)
    restore_version = _method(calls.versions.restore_version)
    delete_version = _method(calls.versions.delete_version)

    preview = _method(calls.previews.preview)
    statistics = _method(calls.previews.statistics)
    list_series = _method(calls.previews.list_series)

    columns = _method(calls.columns.columns)
    choose_columns = _method(calls.columns.choose_columns)

    chart_series = _method(calls.charts.chart_series)
    chart_distribution = _method(calls.charts.chart_distribution)
    chart_autocorrelation = _method(calls.charts.chart_autocorrelation)
    chart_seasonal = _method(calls.charts.chart_seasonal)
    chart_calendar = _method(calls.charts.chart_calendar)
    chart_comparison = _method(calls.charts.chart_comparison)

    analyse_frequency = _method(calls.analysis.analyse_frequency)
    analyse_decomposition = _method(calls.analysis.analyse_decomposition)
    analyse_components = _method(calls.analysis.analyse_components)
    analyse_stationarity = _method(calls.analysis.analyse_stationarity)
    analyse_seasonality = _method(calls.analysis.analyse_seasonality)
    analyse_change_points = _method(calls.analysis.analyse_change_points)
    analyse_anomalies = _method(calls.analysis.analyse_anomalies)
    analyse_holidays = _method(calls.analysis.analyse_holidays)

    problems = _method(calls.profiles.problems)
    profile = _method(calls.profiles.profile)
    profile_page = _method(calls.profiles.profile_page)
    profile_series = _method(calls.profiles.profile_series)

    recipe_steps = _method(calls.recipes.recipe_steps)
    recipes = _method(calls.recipes.recipes)
    recipe = _method(calls.recipes.recipe)
    save_recipe = _method(calls.recipes.save_recipe)
    delete_recipe = _method(calls.recipes.delete_recipe)
    try_recipe = _method(calls.recipes.try_recipe)
    clean = _method(calls.recipes.clean)
    start_cleaning = _method(calls.recipes.start_cleaning)
    start_trial = _method(calls.recipes.start_trial)
    try_on_series = _method(calls.recipes.try_on_series)

    predict = _method(calls.prediction.predict)
    next_value = _method(calls.prediction.next_value)
    next_values = _method(calls.prediction.next_values)
    predict_stored = _method(calls.prediction.predict_stored)

    train = _method(calls.jobs.train)
    backtest = _method(calls.jobs.backtest)
    forecast = _method(calls.jobs.forecast)
    jobs = _method(calls.jobs.jobs)
    job = _method(calls.jobs.job)
    cancel = _method(calls.jobs.cancel)

    executions = _method(calls.forecasts.executions)
    execution = _method(calls.forecasts.execution)
    forecasts = _method(calls.forecasts.forecasts)
    final_forecasts = _method(calls.forecasts.final_forecasts)
    download = _method(calls.forecasts.download)
    totals = _method(calls.forecasts.totals)
    leaderboard = _method(calls.forecasts.leaderboard)
    metrics = _method(calls.forecasts.metrics)
    classification = _method(calls.forecasts.classification)
    drivers = _method(calls.forecasts.drivers)
    findings = _method(calls.forecasts.findings)
    report = _method(calls.forecasts.report)

    override = _method(calls.overrides.override)
    overrides = _method(calls.overrides.overrides)
    remove_override = _method(calls.overrides.remove_override)

    models = _method(calls.models.models)
    model = _method(calls.models.model)
    decisions = _method(calls.models.decisions)
    explanation = _method(calls.models.explanation)
    promote = _method(calls.models.promote)
    rollback = _method(calls.models.rollback)
    retrain = _method(calls.models.retrain)
    reload = _method(calls.models.reload)

    predict_row = _method(calls.tabular.predict_row)
    predict_rows = _method(calls.tabular.predict_rows)
    features = _method(calls.tabular.features)
    tabular_models = _method(calls.tabular.tabular_models)
    tabular_model = _method(calls.tabular.tabular_model)
    train_tabular = _method(calls.tabular.train_tabular)
    retrain_tabular = _method(calls.tabular.retrain_tabular)
    rollback_tabular = _method(calls.tabular.rollback_tabular)
    reload_tabular = _method(calls.tabular.reload_tabular)
    promote_tabular = _method(calls.tabular.promote_tabular)
    tabular_evidence = _method(calls.tabular.tabular_evidence)
    tabular_drift = _method(calls.tabular.tabular_drift)

    def run(self, call: Call[T]) -> T:
        """Send one call and read its answer."""
        with reaching(self.url), call.sending() as parts:
            answer = self._http.request(call.method, call.path, **parts)
        return read(answer, call.read)

    def follow(self, job_id: str, *, after: int = 0, patience: float = PATIENCE) -> Generator[JobEvent, None, None]:
        """What has happened to a job since the event `after`, and what happens, until it is over.

        A stream that breaks off is taken up again where it was. patience: seconds to wait for a server that is away.

        Raises:
            NotFoundError: there is no such job.
            UnavailableError: the server was away for too long.
        """
        following = Following(job_id=job_id, last=after, patience=patience)
        while not following.over:
            try:
                yield from self._listen(following)
                if not following.over:
                    time.sleep(following.ended(self.run(calls.jobs.job(job_id))))
            except UnavailableError as error:
                time.sleep(following.pause(error))

    def wait(
        self, job_id: str, *, progress: Callable[[StepReport], None] | None = None, patience: float = PATIENCE
    ) -> JobResult:
        """What came of a job that makes forecasts or compares models, once it is over. progress: told how far it is.

        Raises:
            Cancelled: somebody stopped it.
            ForecastleError: it failed; the error is that of its worker.
            InputError: it is a job of another kind, for which `wait_for` is.
        """
        return result_of(self.wait_for(job_id, progress=progress, patience=patience))

    def wait_for(
        self, job_id: str, *, progress: Callable[[StepReport], None] | None = None, patience: float = PATIENCE
    ) -> Job:
        """A job of any kind, once it is done; its `result` tells what came of it. progress: told how far it is.

        Raises:
            Cancelled: somebody stopped it.
            ForecastleError: it failed; the error is that of its worker.
        """
        with closing(self.follow(job_id, patience=patience)) as events:
            for event in events:
                if progress and event.report:
                    progress(event.report)
        return done(self.run(calls.jobs.job(job_id)))

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _listen(self, following: Following) -> Generator[JobEvent, None, None]:
        call = following.call()
        waiting = listening(self._http.timeout)
        with (
            reaching(self.url),
            call.sending() as parts,
            self._http.stream(call.method, call.path, timeout=waiting, **parts) as answer,
        ):
            if not answer.is_success:
                answer.read()
                check(answer)
            following.connected()
            for chunk in answer.iter_bytes():
                yield from following.hear(chunk)
