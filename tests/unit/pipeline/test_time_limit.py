"""An execution whose time is limited trains what fits in, the cheap models first, and always forecasts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from time import sleep
from typing import Any

import polars as pl
import pytest

from forecastle.core.errors import InputError
from forecastle.core.execution import ExecutionResult
from forecastle.core.panel import Panel
from forecastle.core.progress import Progress
from forecastle.models import catalog
from forecastle.models.batched import BatchedFitted, BatchedForecaster, Compute
from forecastle.pipeline.request import Request

Run = Callable[..., tuple[ExecutionResult, Any]]
Sales = Callable[..., pl.DataFrame]


@dataclass(frozen=True)
class Slow:
    """The last value, after ten seconds of thought in which it tells how far it is."""

    inner: BatchedForecaster
    name: str = "slow"

    def fit(self, panel: Panel, horizon: int, *, progress: Progress) -> BatchedFitted:
        for part in range(1000):
            sleep(0.01)
            progress(part / 1000, "thinking")
        return self.inner.fit(panel, horizon, progress=progress)


def slow(compute: Compute) -> Slow:
    return Slow(catalog.find("naive").forecaster(compute))  # type: ignore[arg-type]


SLOW = catalog.Card(name="slow", title="Slow", role="general", source="this test", build=f"{__name__}:slow")


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another package has brought the slow model along, as entry points do."""
    entry = EntryPoint(name="slow", value=f"{__name__}:SLOW", group=catalog.ENTRY_POINTS)
    monkeypatch.setattr(catalog, "entry_points", lambda **_group: [entry])
    catalog.cards.cache_clear()
    yield
    catalog.cards.cache_clear()


def _finding(result: ExecutionResult) -> list[str]:
    return [row for finding in result.findings if finding.code == "time_limit" for row in finding.rows]


def test_an_absurd_limit_still_gives_a_forecast_of_every_series(run: Run, sales: Sales) -> None:
    result, models = run(sales(), Request(horizon=3, targets=("volume",), time_limit=0.000001))
    assert result.forecasts["series_id"].n_unique() == 12
    assert result.forecasts.null_count().sum_horizontal().item() == 0
    assert set(result.forecasts["model"]) <= {"seasonal_naive", "combination", "greedy"}
    assert ("auto", "volume") in models
    assert any(row.startswith("ridge: ") for row in _finding(result))


def test_a_fit_that_takes_too_long_is_stopped_and_named(run: Run, sales: Sales) -> None:
    result, _ = run(sales(), Request(horizon=3, targets=("volume",), models=("auto", "slow"), time_limit=2))
    board = result.leaderboard
    assert board.filter(model="slow").select("series", "wape", "champion").row(0) == (0, None, False)
    assert any(row.startswith("slow: stopped after") for row in _finding(result))
    assert board.filter(model="seasonal_naive")["series"].item() == 12


def test_a_backtest_alone_leaves_out_what_saw_no_window(run: Run, sales: Sales) -> None:
    asked = Request(horizon=3, targets=("volume",), models=("ets", "slow"), time_limit=1, backtest_only=True)
    result, _ = run(sales(), asked)
    assert "slow: on 0" in _finding(result)
    assert set(result.leaderboard.filter(pl.col("series") > 0)["model"]) >= {"auto", "seasonal_naive"}


def test_without_a_limit_nothing_is_left_out(run: Run, sales: Sales) -> None:
    result, _ = run(sales(), Request(horizon=3, targets=("volume",), models=("ets",), time_limit=600))
    assert _finding(result) == []
    assert result.leaderboard["series"].min() == 12


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="more than 0 seconds"):
        Request(time_limit=0)
