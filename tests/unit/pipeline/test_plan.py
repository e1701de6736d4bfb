"""Prices and promotions of the periods ahead, from the data to the forecast and to the model that is kept."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from forecastle.core.execution import ExecutionResult
from forecastle.pipeline.request import Request
from forecastle.pipeline.trained import TrainedModel, load_trained
from forecastle.settings import load_settings

pytest.importorskip("lightgbm", reason="the extra boost is not installed")

Models = dict[tuple[str, str], TrainedModel]
Run = Callable[..., tuple[ExecutionResult, Models]]

HORIZON = 3
ASKED = Request(horizon=HORIZON, models=("lightgbm",), targets=("volume",))
SETTINGS = load_settings(overrides=["backtest.windows=1", "forecast.rows=3000", "backtest.rows=1000"])


def _sales(*, planned: bool) -> pl.DataFrame:
    """Ten items whose promotions double what is sold; the plan promotes the second week ahead."""
    rng = np.random.default_rng(4)
    weeks = pl.date_range(pl.date(2023, 1, 2), pl.date(2024, 6, 24), "1w", eager=True)
    frames = []
    for number in range(10):
        promotion = rng.random(len(weeks)) < 0.25
        volume = (30 + 10 * number) * (1 + promotion) + rng.normal(0, 2, len(weeks))
        item = pl.DataFrame({"item": f"i{number}", "week": weeks, "promotion": promotion.astype(int), "volume": volume})
        ahead = pl.DataFrame({"week": weeks.tail(HORIZON).dt.offset_by(f"{HORIZON}w"), "promotion": [0, 1, 0]})
        frames += [item, ahead.select(pl.lit(f"i{number}").alias("item"), "week", "promotion")] if planned else [item]
    return pl.concat(frames, how="diagonal")


@pytest.fixture(scope="module")
def planned(run: Run) -> tuple[ExecutionResult, Models]:
    return run(_sales(planned=True), ASKED, settings=SETTINGS)


def _lift(forecasts: pl.DataFrame) -> float:
    steps = forecasts.group_by("step").agg(pl.col("p50").sum()).sort("step")["p50"]
    return float(steps[1] / steps[0])


def test_the_plan_of_the_data_reaches_the_forecast(planned: tuple[ExecutionResult, Models]) -> None:
    assert _lift(planned[0].forecasts) == pytest.approx(2.0, rel=0.2)
    assert "not_planned" not in {finding.code for finding in planned[0].findings}


def test_what_moves_the_largest_series_is_told_with_the_result(run: Run) -> None:
    settings = load_settings(overrides=["report.drivers=2", "backtest.windows=1", "forecast.rows=1000"])
    result, _ = run(_sales(planned=True), ASKED, settings=settings)
    assert set(result.drivers["series_id"]) == {"i9", "i8"}
    assert {"promotion", "season", "level"} <= set(result.drivers["driver"])
    totals = result.drivers.group_by("series_id").agg(pl.col("value").sum()).sort("series_id")["value"]
    medians = result.forecasts.group_by("series_id").agg(pl.col("p50").sum()).sort("series_id")["p50"][-2:]
    assert totals.to_numpy() == pytest.approx(medians.to_numpy(), rel=0.15)


def test_a_kept_model_goes_on_with_the_plan_it_was_given(
    planned: tuple[ExecutionResult, Models], tmp_path: Path
) -> None:
    model = planned[1]["lightgbm", "volume"]
    model.save(tmp_path)
    longer = load_trained(tmp_path).predict(HORIZON + 1)
    assert _lift(longer) == pytest.approx(2.0, rel=0.2)
    assert _lift(model.predict(HORIZON)) == _lift(longer)


def test_kept_models_take_the_plan_of_newer_data(planned: tuple[ExecutionResult, Models], run: Run) -> None:
    kept = [planned[1]["auto", "volume"]]
    again, _ = run(_sales(planned=True), Request(), settings=SETTINGS, kept=kept)
    assert again.forecasts["mean"].to_numpy() == pytest.approx(planned[0].forecasts["mean"].to_numpy())


def test_a_future_without_a_plan_is_found(run: Run) -> None:
    result, _ = run(_sales(planned=False), ASKED, settings=SETTINGS)
    found = next(finding for finding in result.findings if finding.code == "not_planned")
    assert found.count == 10
    assert "promotion" in found.message
