"""Every call of the server as a method of both clients: listed once, typed for each of them."""

import inspect
from collections.abc import Callable, Coroutine
from functools import update_wrapper
from types import FunctionType
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast, overload

from forecastle.client import calls
from forecastle.client.call import Call

if TYPE_CHECKING:
    from forecastle.client.asynchronous import AsyncClient
    from forecastle.client.sync import Client

P = ParamSpec("P")
T = TypeVar("T")


class Method(Generic[P, T]):
    """A call as a method: it answers where the client waits, and is awaited where the client does not."""

    def __init__(self, call: Callable[P, Call[T]]) -> None:
        self._call = call

    @overload
    def __get__(self, client: "Client", kind: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: "AsyncClient", kind: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    @overload
    def __get__(self, client: None, kind: type) -> Callable[..., Any]: ...

    def __get__(self, client: "Methods | None", kind: "type[Methods]") -> Callable[..., Any]:
        method = _awaited(self._call) if inspect.iscoroutinefunction(kind.run) else _answered(self._call)
        return method if client is None else method.__get__(client)


class Methods:
    """What clients can ask a server, each thing by the name of its call."""

    def run(self, call: Call[Any]) -> Any:  # noqa: ANN401 - what the call answers with, or what is awaited for it
        """Send one call and read its answer."""
        raise NotImplementedError

    health = Method(calls.server.health)
    ready = Method(calls.server.ready)
    model_info = Method(calls.server.model_info)
    audit = Method(calls.server.audit)

    upload = Method(calls.datasets.upload)
    connect = Method(calls.datasets.connect)
    datasets = Method(calls.datasets.datasets)
    dataset = Method(calls.datasets.dataset)
    dataset_version = Method(calls.datasets.dataset_version)
    delete_dataset = Method(calls.datasets.delete_dataset)

    lineage = Method(calls.versions.lineage)
    compare_versions = Method(calls.versions.compare_versions)
    pin_version = Method(calls.versions.pin_version)
    unpin_version = Method(calls.versions.unpin_version)
    restore_version = Method(calls.versions.restore_version)
    delete_version = Method(calls.versions.delete_version)

    preview = Method(calls.previews.preview)
    statistics = Method(calls.previews.statistics)
    list_series = Method(calls.previews.list_series)

    columns = Method(calls.columns.columns)
    choose_columns = Method(calls.columns.choose_columns)

    chart_series = Method(calls.charts.chart_series)
    chart_distribution = Method(calls.charts.chart_distribution)
    chart_autocorrelation = Method(calls.charts.chart_autocorrelation)
    chart_seasonal = Method(calls.charts.chart_seasonal)
    chart_calendar = Method(calls.charts.chart_calendar)
    chart_comparison = Method(calls.charts.chart_comparison)

    analyse_frequency = Method(calls.analysis.analyse_frequency)
    analyse_decomposition = Method(calls.analysis.analyse_decomposition)
    analyse_components = Method(calls.analysis.analyse_components)
    analyse_stationarity = Method(calls.analysis.analyse_stationarity)
    analyse_seasonality = Method(calls.analysis.analyse_seasonality)
    analyse_change_points = Method(calls.analysis.analyse_change_points)
    analyse_anomalies = Method(calls.analysis.analyse_anomalies)
    analyse_holidays = Method(calls.analysis.analyse_holidays)

    problems = Method(calls.profiles.problems)
    profile = Method(calls.profiles.profile)
    profile_page = Method(calls.profiles.profile_page)
    profile_series = Method(calls.profiles.profile_series)

    recipe_steps = Method(calls.recipes.recipe_steps)
    recipes = Method(calls.recipes.recipes)
    recipe = Method(calls.recipes.recipe)
    save_recipe = Method(calls.recipes.save_recipe)
    delete_recipe = Method(calls.recipes.delete_recipe)
    try_recipe = Method(calls.recipes.try_recipe)
    clean = Method(calls.recipes.clean)
    start_cleaning = Method(calls.recipes.start_cleaning)
    start_trial = Method(calls.recipes.start_trial)
    try_on_series = Method(calls.recipes.try_on_series)

    predict = Method(calls.prediction.predict)
    next_value = Method(calls.prediction.next_value)
    next_values = Method(calls.prediction.next_values)
    predict_stored = Method(calls.prediction.predict_stored)

    train = Method(calls.jobs.train)
    backtest = Method(calls.jobs.backtest)
    forecast = Method(calls.jobs.forecast)
    jobs = Method(calls.jobs.jobs)
    job = Method(calls.jobs.job)
    cancel = Method(calls.jobs.cancel)

    executions = Method(calls.forecasts.executions)
    execution = Method(calls.forecasts.execution)
    forecasts = Method(calls.forecasts.forecasts)
    final_forecasts = Method(calls.forecasts.final_forecasts)
    download = Method(calls.forecasts.download)
    totals = Method(calls.forecasts.totals)
    leaderboard = Method(calls.forecasts.leaderboard)
    metrics = Method(calls.forecasts.metrics)
    classification = Method(calls.forecasts.classification)
    drivers = Method(calls.forecasts.drivers)
    findings = Method(calls.forecasts.findings)
    report = Method(calls.forecasts.report)

    override = Method(calls.overrides.override)
    overrides = Method(calls.overrides.overrides)
    remove_override = Method(calls.overrides.remove_override)

    models = Method(calls.models.models)
    model = Method(calls.models.model)
    decisions = Method(calls.models.decisions)
    explanation = Method(calls.models.explanation)
    promote = Method(calls.models.promote)
    rollback = Method(calls.models.rollback)
    retrain = Method(calls.models.retrain)
    reload = Method(calls.models.reload)

    predict_row = Method(calls.tabular.predict_row)
    predict_rows = Method(calls.tabular.predict_rows)
    features = Method(calls.tabular.features)
    tabular_models = Method(calls.tabular.tabular_models)
    tabular_model = Method(calls.tabular.tabular_model)
    train_tabular = Method(calls.tabular.train_tabular)
    retrain_tabular = Method(calls.tabular.retrain_tabular)
    rollback_tabular = Method(calls.tabular.rollback_tabular)
    reload_tabular = Method(calls.tabular.reload_tabular)
    promote_tabular = Method(calls.tabular.promote_tabular)
    tabular_evidence = Method(calls.tabular.tabular_evidence)
    tabular_drift = Method(calls.tabular.tabular_drift)


def _answered(call: Callable[..., Call[Any]]) -> FunctionType:
    def method(self: Methods, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - those of the call
        return self.run(call(*args, **kwargs))

    return _described(method, call)


def _awaited(call: Callable[..., Call[Any]]) -> FunctionType:
    async def method(self: Methods, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - those of the call
        return await self.run(call(*args, **kwargs))

    return _described(method, call)


def _described(method: Any, call: Callable[..., Any]) -> FunctionType:  # noqa: ANN401 - a function, as it came
    """The method under the name, the parameters and the description of its call."""
    update_wrapper(method, call)
    told = inspect.signature(call)
    self = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    shown = told.replace(parameters=[self, *told.parameters.values()], return_annotation=inspect.Signature.empty)
    method.__signature__ = shown
    return cast("FunctionType", method)
