"""The whole road from a real panel to a score, against published figures."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from forecastle.core.columns import DS, SERIES_ID, Y
from forecastle.core.frequency import Frequency
from forecastle.core.panel import Panel
from forecastle.evaluation.backtest import BacktestResult, backtest
from forecastle.evaluation.scores import scores
from forecastle.evaluation.windows import BacktestPlan
from real_data import M3, needs_real_data

pytestmark = needs_real_data


@pytest.fixture(scope="module")
def monthly() -> Panel:
    rows = pl.read_parquet(M3).filter(pl.col("period") == "monthly")
    freq = Frequency.parse("MS")
    epoch = pl.DataFrame({DS: [date(1980, 1, 1)]}).select(freq.steps(pl.col(DS))).item()
    frame = rows.select(
        pl.col("unique_id").cast(pl.String).alias(SERIES_ID),
        freq.moments(pl.col(DS) + epoch).alias(DS),
        pl.col("y").alias(Y),
    )
    return Panel(frame=frame.sort(SERIES_ID, DS), freq=freq)


@pytest.fixture
def result(monthly: Panel, seasonal_naive: Any, naive: Any) -> BacktestResult:
    return backtest([seasonal_naive, naive], monthly, BacktestPlan(horizon=18, windows=1))


def test_seasonal_naive_on_m3_monthly_scores_the_published_mase(result: BacktestResult) -> None:
    table = scores(result).filter(metric="mase", model="seasonal_naive")
    assert table.filter(by="series").height == 1428
    assert table.filter(by="all")["value"].item() == pytest.approx(1.146, abs=5e-4)


def test_the_same_backtest_has_the_same_scores_to_the_last_bit(result: BacktestResult) -> None:
    assert scores(result).equals(scores(result))
