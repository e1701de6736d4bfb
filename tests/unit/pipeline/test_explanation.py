"""What a transformer looked at reaches the result and the files, for volume and for revenue."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import forecastle as fc
from forecastle.models.catalog import find

SMALL = {"tft_hidden_size": 8, "tft_epochs": 1}


@pytest.mark.slow
@pytest.mark.skipif(not find("tft").available, reason="the extra deep is not installed")
def test_the_transformer_forecasts_volume_and_revenue_and_tells_what_it_looked_at(
    sales: Callable[..., pl.DataFrame], tmp_path: Path
) -> None:
    settings = fc.Settings.model_validate({"deep": SMALL, "backtest": {"windows": 1, "rows": 1000}})
    result = fc.forecast(sales(), horizon=4, models=("tft",), settings=settings)
    third = next(step for step in result.steps if step.number == 3)
    assert (third.status, third.message) == ("done", "tft")
    weights = result.importances.group_by("target", "kind").agg(pl.col("weight").sum())
    assert sorted(weights["target"].unique()) == ["revenue", "volume"]
    assert weights["weight"].to_numpy() == pytest.approx(1, abs=1e-5)
    assert result.attention.group_by("target", "step").agg(pl.col("weight").sum())["weight"].min() > 0.99
    assert {"importances.csv", "attention.csv"} <= {file.name for file in fc.write(result, tmp_path / "out")}
