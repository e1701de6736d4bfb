from collections.abc import Callable

import polars as pl
import pytest

from forecastle.core.progress import StepReport
from forecastle.pipeline.execution import Hooks, execute
from forecastle.pipeline.request import Request
from forecastle.services.files.reading import read
from forecastle.settings import Settings, load_settings


@pytest.fixture
def told(sales: Callable[..., pl.DataFrame]) -> Callable[[Settings], list[StepReport]]:
    def run(settings: Settings) -> list[StepReport]:
        reports: list[StepReport] = []
        request = Request(horizon=3, targets=("volume",), models=("seasonal_naive", "theta"))
        execute(read(sales()), request, settings, hooks=Hooks(listener=reports.append))
        return reports

    return run


def test_how_long_it_still_takes_is_told_once_it_is_known_which_models_run(
    told: Callable[[Settings], list[StepReport]], quick: Settings
) -> None:
    reports = told(quick)
    assert {report.step for report in reports if report.eta_seconds is None} == {1, 2}
    assert reports[-1].percent == 100
    assert reports[-1].eta_seconds == pytest.approx(0)


def test_the_more_windows_the_backtest_has_the_larger_is_its_part(
    told: Callable[[Settings], list[StepReport]], quick: Settings
) -> None:
    def before_the_backtest(settings: Settings) -> float:
        return next(report.percent for report in told(settings) if report.step == 8)

    many = load_settings(overrides=["forecast.paths=50", "backtest.paths=50", "backtest.windows=9"])
    assert before_the_backtest(many) < before_the_backtest(quick)
