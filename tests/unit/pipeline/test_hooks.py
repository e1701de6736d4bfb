"""Where whoever runs an execution takes part in it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl
import pytest

from forecastle.core.execution import ExecutionResult
from forecastle.pipeline.execution import Hooks, execute
from forecastle.pipeline.request import Request
from forecastle.pipeline.trained import TrainedModel
from forecastle.services.files.reading import read
from forecastle.settings import Settings

Play = Callable[[Hooks, Request], ExecutionResult]

REQUEST = Request(horizon=3, targets=("volume",), models=("seasonal_naive",))


@pytest.fixture
def play(sales: Callable[..., pl.DataFrame], quick: Settings) -> Play:
    return lambda hooks, request: execute(read(sales()), request, quick, hooks=hooks)


def _step(result: ExecutionResult, number: int) -> tuple[str, str]:
    return next((step.status, step.message) for step in result.steps if step.number == number)


def test_fitted_models_are_let_go_unless_they_are_asked_for(play: Play) -> None:
    handed: list[int] = []

    def keep(_result: ExecutionResult, trained: Sequence[TrainedModel]) -> str:
        handed.append(len(trained))
        return "kept"

    play(Hooks(keep=keep), REQUEST)
    play(Hooks(keep=keep, retain=True), REQUEST)
    play(Hooks(keep=keep, retain=True), replace(REQUEST, backtest_only=True))
    assert handed == [0, 2, 0]


def test_material_planning_is_told_after_the_result_was_kept(play: Play) -> None:
    order: list[str] = []

    def keep(result: ExecutionResult, _trained: Sequence[TrainedModel]) -> str:
        order.append(f"kept {result.forecasts.height}")
        return "kept"

    def tell(result: ExecutionResult) -> str:
        order.append(f"told of {result.forecasts.height}")
        return "webhook called"

    result = play(Hooks(keep=keep, trigger=tell), REQUEST)
    assert order == ["kept 36", "told of 36"]
    assert _step(result, 10) == ("done", "webhook called")


def test_material_planning_hears_nothing_of_a_backtest(play: Play) -> None:
    def tell(_result: ExecutionResult) -> str:
        raise AssertionError

    result = play(Hooks(trigger=tell), replace(REQUEST, backtest_only=True))
    assert _step(result, 10) == ("skipped", "only a backtest was asked for")
    assert _step(play(Hooks(), REQUEST), 10) == ("skipped", "no trigger is configured")


def test_the_listener_hears_of_every_step_under_the_name_of_the_job(play: Play) -> None:
    reports = []
    play(Hooks(listener=reports.append, job_id="job 7"), REQUEST)
    assert {report.job_id for report in reports} == {"job 7"}
    assert list(dict.fromkeys(report.step for report in reports)) == list(range(1, 11))
    assert [report.percent for report in reports] == sorted(report.percent for report in reports)
