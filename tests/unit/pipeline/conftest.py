"""One small run whose fitted models stay, and the data it learned from."""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import polars as pl
import pytest

from forecastle.core.execution import ExecutionResult
from forecastle.pipeline.execution import Hooks, execute
from forecastle.pipeline.request import Request
from forecastle.pipeline.trained import TrainedModel
from forecastle.services.files.reading import read
from forecastle.settings import Settings, load_settings

WEEKS = 60

Models = dict[tuple[str, str], TrainedModel]
"""By family and target."""

Sales = Callable[..., pl.DataFrame]
Run = Callable[..., tuple[ExecutionResult, Models]]


@pytest.fixture(scope="session")
def sales() -> Sales:
    """So many weeks, 60 unless told, of eight smooth series, four intermittent ones and newer, smooth ones."""

    def make(weeks: int = WEEKS, *, newcomers: Sequence[str] = ()) -> pl.DataFrame:
        names = (*(f"smooth {n}" for n in range(8)), *(f"rare {n}" for n in range(4)), *newcomers)
        calendar = pl.date_range(date(2023, 1, 2), date(2024, 12, 2), "1w", eager=True)
        frames = []
        for number, name in enumerate(names):
            rng = np.random.default_rng(number)
            smooth = np.round(20 * (number + 1) + 5 * np.sin(np.arange(100) / 8) + rng.normal(0, 3, 100))
            volume = 5.0 * rng.poisson(0.3, 100) if name.startswith("rare") else smooth
            part = slice(WEEKS - 20 if name in newcomers else 0, weeks)
            frame = pl.DataFrame({"item": name, "week": calendar[part], "volume": volume[part]})
            frames.append(frame.with_columns(revenue=pl.col("volume") * (2.5 + number)))
        return pl.concat(frames)

    return make


@pytest.fixture(scope="session")
def quick() -> Settings:
    return load_settings(overrides=["forecast.paths=50", "backtest.paths=50", "backtest.windows=2"])


@pytest.fixture(scope="session")
def run(quick: Settings) -> Run:
    """Execute, and catch what is to be kept."""

    def answer(
        frame: pl.DataFrame, request: Request, *, settings: Settings = quick, kept: Sequence[TrainedModel] = ()
    ) -> tuple[ExecutionResult, Models]:
        models: Models = {}

        def keep(_result: ExecutionResult, trained: Sequence[TrainedModel]) -> str:
            models.update({(model.family, model.target): model for model in trained})
            return "kept"

        return execute(read(frame), request, settings, hooks=Hooks(keep=keep, retain=True), kept=kept), models

    return answer


@pytest.fixture(scope="session")
def learned(run: Run, sales: Sales) -> tuple[ExecutionResult, Models]:
    return run(sales(), Request(horizon=3, targets=("volume", "revenue")))


@pytest.fixture(scope="session")
def result(learned: tuple[ExecutionResult, Models]) -> ExecutionResult:
    return learned[0]


@pytest.fixture(scope="session")
def models(learned: tuple[ExecutionResult, Models]) -> Models:
    return learned[1]


@pytest.fixture
def auto(models: Models) -> TrainedModel:
    return models["auto", "volume"]
